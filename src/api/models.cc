// Models: what there is, training, evaluation, which version serves.
#include <utility>

#include "api/model_operations.h"
#include "api/pages.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "model/model.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t jobs_default = 20;
constexpr std::int64_t jobs_max = 500;

Value version_schema() {
    return object(
        {{"version", integer()},
         {"promoted", boolean("Recommendations come from it.")},
         {"served", boolean("It does so now: another than the promoted one while that is damaged.")
         },
         {"damage", text("Why it cannot be used; empty: it can.")},
         {"created_at", time_schema()},
         {"data", open_object({}, "The tables that it learnt from, with their versions.")},
         {"parameters", open_object({})},
         {"metrics", open_object({}, "On the hold-out, when it was trained.")},
         {"gate", open_object({}, "What it was compared with before it was promoted.")},
         {"features", array(text())}}
    );
}

// Who bought what, and what products are called: tables and columns to look users and products up.
Value model_schema() {
    return object(
        {{"package", text()},
         {"model", text()},
         {"kind", one_of({"buy_again", "try_first", "next_in_cart", "classify"})},
         {"description", text()},
         {"interactions", object({{"table", text()}, {"user", text()}, {"item", text()}})},
         {"items", nullable(object({{"table", text()}, {"item", text()}, {"name", text()}}))},
         {"has_data", boolean("Something came in of what it learns from.")},
         {"promoted_version", nullable(integer())},
         {"served_version", nullable(integer())},
         {"trouble", text("Why another version than the promoted one serves, or none.")},
         {"versions", array(version_schema(), "Newest first.")}}
    );
}

Value job_schema() {
    return object(
        {{"id", integer()},
         {"kind", one_of({"train", "evaluate", "score"})},
         {"package", text()},
         {"model", text()},
         {"state", one_of({"queued", "running", "succeeded", "failed", "cancelled"})},
         {"message", text("What became of it.")},
         {"step", text("What is done now.")},
         {"version", nullable(integer("That it made, or looked at."))},
         {"promoted", boolean("The version that it made serves.")},
         {"queued_at", time_schema()},
         {"started_at", time_schema()},
         {"finished_at", time_schema()}}
    );
}

Operation model_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "models";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    return operation;
}

std::vector<Parameter> name_parameters() {
    return {
        path_parameter("package", "The package.", "basket"),
        path_parameter("model", "Its model.", "buy_again")
    };
}

std::string name_of(const Call& call) {
    return call.arguments.text("package") + "/" + call.arguments.text("model");
}

Response job_response(const model::Job& job, int status = 200) {
    return json_response(model::to_json(job).dump(), status);
}

Result<std::int64_t> version_member(const json::Value& body) {
    const json::Value* value = body.find("version");
    if (value == nullptr || value->is_null()) return std::int64_t{0};
    const auto version = value->as_integer();
    if (version.ok() && *version > 0) return version;
    return Error(ErrorCode::InvalidArgument, "'version' is a whole number from 1");
}

Operation list_operation(const Services& services) {
    Operation operation =
        model_operation("list_models", "GET", "/v1/models", "The models of all packages.");
    operation.answers = {json_answer("The models.", object({{"models", array(model_schema())}}))};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("models", json::Value::array());
        for (const model::ModelInfo& one : TRY(services.models->list()))
            list.add(model::to_json(one));
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation = model_operation(
        "show_model", "GET", "/v1/models/{package}/{model}", "One model with its versions."
    );
    operation.parameters = name_parameters();
    operation.answers = {json_answer("The model.", model_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return json_response(model::to_json(TRY(services.models->show(name_of(call)))).dump());
    });
    return operation;
}

Result<model::TrainOrder> read_train(const Call& call) {
    const json::Value body =
        TRY(read_json_body(call, {"refresh", "promote", "search_seconds"}, true));
    model::TrainOrder order;
    order.model = name_of(call);
    if (body.find("refresh") != nullptr) order.refresh = TRY(flag_member(body, "refresh"));
    if (body.find("promote") != nullptr) order.promote = TRY(flag_member(body, "promote"));
    if (const json::Value* seconds = body.find("search_seconds")) {
        const auto number = seconds->as_double();
        if (!number.ok() || !(*number >= 0 && *number <= 86'400))
            return Error(ErrorCode::InvalidArgument, "'search_seconds' is between 0 and 86400");
        order.search_seconds = *number;
    }
    return order;
}

Operation train_operation(const Services& services) {
    Operation operation = model_operation(
        "train_model", "POST", "/v1/models/{package}/{model}/train", "Train a new version."
    );
    operation.description =
        "It is evaluated on each user's last order, which is held out, beside the version that "
        "serves. It serves from then on unless it is worse by the model's gate.";
    operation.parameters = name_parameters();
    operation.body = RequestBody{
        false,
        {json_media(
            object(
                {{"refresh",
                  boolean("Bring the tables that it reads up to date first; true unless said."),
                  true},
                 {"promote", boolean("Let it serve when it is good enough; true unless said."), true
                 },
                 {"search_seconds",
                  number("Look for better parameters for so long; unless said as its file says."),
                  true}}
            ),
            R"({"promote": false})"
        )}
    };
    operation.answers = {json_answer("It waits for its turn, durably.", job_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return job_response(TRY(services.models->train(TRY(read_train(call)))), 202);
    });
    return operation;
}

Operation evaluate_operation(const Services& services) {
    Operation operation = model_operation(
        "evaluate_model",
        "POST",
        "/v1/models/{package}/{model}/evaluate",
        "Measure a version on the data of now."
    );
    operation.parameters = name_parameters();
    operation.body = RequestBody{
        false,
        {json_media(
            object({{"version", nullable(integer("The one that serves, unless said.")), true}}),
            "{}"
        )}
    };
    operation.answers = {json_answer("It waits for its turn, durably.", job_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const json::Value body = TRY(read_json_body(call, {"version"}, true));
        const std::int64_t version = TRY(version_member(body));
        return job_response(TRY(services.models->evaluate(name_of(call), version)), 202);
    });
    return operation;
}

Operation score_operation(const Services& services) {
    Operation operation = model_operation(
        "score_model",
        "POST",
        "/v1/models/{package}/{model}/score",
        "Let the version that serves score all rows of now."
    );
    operation.description =
        "Of a model of kind classify: its table of scores is written anew, from tables that are "
        "brought up to date first.";
    operation.parameters = name_parameters();
    operation.answers = {json_answer("It waits for its turn, durably.", job_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return job_response(TRY(services.models->score(name_of(call))), 202);
    });
    return operation;
}

Operation report_operation(const Services& services) {
    Operation operation = model_operation(
        "model_report",
        "GET",
        "/v1/models/{package}/{model}/report",
        "The newest evaluation of a version."
    );
    operation.description = "As a page for people where Accept asks for text/html.";
    operation.parameters = name_parameters();
    operation.parameters.push_back(
        {.name = "version",
         .type = ValueType::Integer,
         .description = "The one that serves, unless said.",
         .min = 1}
    );
    operation.answers = {json_answer(
        "The report.",
        open_object(
            {{"model", text()},
             {"package", text()},
             {"kind", text()},
             {"version", integer()},
             {"users", integer("Whose last order was held out."), true},
             {"rows", integer("Of classify: how many of the newest were held out."), true},
             {"metrics", open_object({})},
             {"baselines", open_object({}, "The same metrics of each baseline.")}}
        )
    )};
    operation.answers.front().media.push_back(page_media());
    operation.problems = {404, 406};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const PageChoice choice = choose_page(call);
        if (choice == PageChoice::Neither) return page_problem();
        const json::Value report =
            TRY(services.models->report(name_of(call), call.arguments.integer_or("version", 0)));
        if (choice == PageChoice::Html) return page_response(model::report_html(report));
        return json_response(report.dump());
    });
    return operation;
}

Operation promote_operation(const Services& services) {
    Operation operation = model_operation(
        "promote_model", "POST", "/v1/models/{package}/{model}/promote", "Let a version serve."
    );
    operation.description = "Whatever its metrics are: who asks knows better than the gate.";
    operation.parameters = name_parameters();
    operation.body =
        RequestBody{true, {json_media(object({{"version", integer()}}), R"({"version": 1})")}};
    operation.answers = {json_answer("It serves.", model_schema())};
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const json::Value body = TRY(read_json_body(call, {"version"}, false));
        const std::int64_t version = TRY(version_member(body));
        if (version == 0)
            return Error(ErrorCode::InvalidArgument, "'version' is missing: which one?");
        return json_response(
            model::to_json(TRY(services.models->promote(name_of(call), version))).dump()
        );
    });
    return operation;
}

Operation rollback_operation(const Services& services) {
    Operation operation = model_operation(
        "rollback_model",
        "POST",
        "/v1/models/{package}/{model}/rollback",
        "Let the version serve that did before."
    );
    operation.parameters = name_parameters();
    operation.answers = {json_answer("It serves.", model_schema())};
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return json_response(model::to_json(TRY(services.models->rollback(name_of(call)))).dump());
    });
    return operation;
}

Operation jobs_operation(const Services& services) {
    Operation operation = model_operation(
        "list_trainings", "GET", "/v1/trainings", "Trainings and evaluations, newest first."
    );
    operation.parameters = {
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 20.",
         .example = "10",
         .min = 1,
         .max = jobs_max}
    };
    operation.answers = {
        json_answer("What was asked for.", object({{"trainings", array(job_schema())}}))
    };
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("trainings", json::Value::array());
        const std::int64_t limit = call.arguments.integer_or("limit", jobs_default);
        for (const model::Job& job : TRY(services.models->jobs(limit)))
            list.add(model::to_json(job));
        return json_response(body.dump());
    });
    return operation;
}

Operation job_operation(const Services& services) {
    Operation operation = model_operation(
        "show_training", "GET", "/v1/trainings/{id}", "One training or evaluation."
    );
    operation.parameters = {id_parameter("The training.")};
    let_wait(operation, "Answer when it is over, or after so long.");
    operation.answers = {json_answer("The training.", job_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::int64_t id = call.arguments.integer_or("id", 0);
        return job_response(TRY(services.models->wait(id, wait_us_of(call))));
    });
    return operation;
}

Operation cancel_operation(const Services& services) {
    Operation operation = model_operation(
        "cancel_training", "POST", "/v1/trainings/{id}/cancel", "Stop a training soon."
    );
    operation.parameters = {id_parameter("The training.")};
    operation.answers = {json_answer("It ends soon.", job_schema(), 202)};
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return job_response(TRY(services.models->cancel(call.arguments.integer_or("id", 0))), 202);
    });
    return operation;
}

}  // namespace

std::vector<Operation> model_operations(const Services& services) {
    if (services.models == nullptr) return {};
    std::vector<Operation> all{
        list_operation(services),
        show_operation(services),
        train_operation(services),
        evaluate_operation(services),
        score_operation(services),
        report_operation(services),
        promote_operation(services),
        rollback_operation(services),
        jobs_operation(services),
        job_operation(services),
        cancel_operation(services)
    };
    return all;
}

}  // namespace tradewind::api
