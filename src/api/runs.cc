// Runs of packages: begin one, follow it, stop it.
#include <utility>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "api/run_files.h"
#include "pipeline/pipeline.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t runs_default = 20;
constexpr std::int64_t runs_max = 1000;

Value asset_schema() {
    return object(
        {{"asset", text("package.asset")},
         {"state", one_of({"queued", "running", "succeeded", "failed", "skipped", "cancelled"})},
         {"message", text("Why, and what to do.")},
         {"version", integer("That it published, or that is up to date.")},
         {"rows_in", integer("Rows of the input that was read.")},
         {"rows_out", integer("Rows of the table now.")},
         {"rows_made", integer("Rows of what was made of it: all, or some partitions or files.")},
         {"bytes_out", integer()},
         {"files_written", integer()},
         {"files_kept", integer("Files of the version before that stay.")},
         {"attempts", integer("How often it was tried.")},
         {"memory_bytes", integer("Most that the engine held while it was made.")},
         {"progress", nullable(integer("Percent, while it is made and where that is known."))},
         {"sql", text("Of one run only: what was run."), true},
         {"started_at", time_schema()},
         {"finished_at", time_schema()}}
    );
}

Value request_schema() {
    return object(
        {{"assets",
          array(text("name, name+ with all that read it, +name with all that it reads.")),
          true},
         {"from",
          text("Data interval, from this date on: its partitions are made anew, besides those that "
               "changed input touches."),
          true},
         {"to", text("Data interval: before this date."), true},
         {"force", boolean("Also what is up to date."), true},
         {"params",
          open_object(
              {},
              "Texts by name; SQL reads them as run.params (name, value). One that is called like "
              "the parameter: of a source is a path below landing: the run reads that file."
          ),
          true}}
    );
}

Value run_schema() {
    return object(
        {{"id", integer()},
         {"package", text()},
         {"reason", text("asked, or refresh: its sources had new rows.")},
         {"request", request_schema()},
         {"state", one_of({"queued", "running", "succeeded", "failed", "skipped", "cancelled"})},
         {"message", text("Why it failed; and of what its parameters' files brought, what to know.")
         },
         {"queued_at", time_schema()},
         {"started_at", time_schema()},
         {"finished_at", time_schema()},
         {"assets", array(asset_schema(), "In the order of their making.")}}
    );
}

Operation run_operation(std::string id, std::string method, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "runs";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    return operation;
}

Response run_response(const pipeline::Run& run, int status = 200) {
    return json_response(pipeline::to_json(run).dump(), status);
}

Result<pipeline::RunRequest> read_request(const Services& services, const Call& call) {
    const json::Value body =
        TRY(read_json_body(call, {"assets", "from", "to", "force", "params"}, true));
    pipeline::RunRequest request;
    request.package = call.arguments.text("package");
    request.assets = TRY(text_list_member(body, "assets"));
    request.from = TRY(text_member(body, "from"));
    request.to = TRY(text_member(body, "to"));
    request.force = TRY(flag_member(body, "force"));
    request.params = TRY(text_map_member(body, "params"));
    for (auto& [name, value] : request.params) {
        if (is_file_parameter(services, request.package, name))
            value = TRY(find_run_file(services, call, value));
    }
    return request;
}

Operation begin_operation(const Services& services) {
    Operation operation = run_operation(
        "begin_run", "POST", "/v1/packages/{package}/runs", "Bring a package's assets up to date."
    );
    operation.description =
        "What waits when the program ends has its turn after the next start. What is up to date is "
        "skipped. An asset is published whole or not at all; one that fails "
        "leaves its version before, and those that read it are not made.";
    operation.parameters = {path_parameter("package", "The package.", "online_retail")};
    operation.body = RequestBody{false, {json_media(request_schema())}};
    operation.answers = {json_answer("It is queued, durably.", run_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return run_response(TRY(services.pipeline->submit(TRY(read_request(services, call)))), 202);
    });
    return operation;
}

Operation list_operation(const Services& services) {
    Operation operation = run_operation("list_runs", "GET", "/v1/runs", "Runs, newest first.");
    operation.parameters = {
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 20.",
         .example = "10",
         .min = 1,
         .max = runs_max}
    };
    operation.answers = {json_answer("The runs.", object({{"runs", array(run_schema())}}))};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("runs", json::Value::array());
        const std::int64_t limit = call.arguments.integer_or("limit", runs_default);
        for (const pipeline::Run& run : TRY(services.pipeline->list(limit)))
            list.add(pipeline::to_json(run));
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation =
        run_operation("show_run", "GET", "/v1/runs/{id}", "One run, with the state of each asset.");
    operation.parameters = {id_parameter("The run.")};
    let_wait(operation, "Answer when the run is over, or after so long.");
    operation.answers = {json_answer("The run.", run_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::int64_t id = call.arguments.integer_or("id", 0);
        const pipeline::Run run = TRY(services.pipeline->wait(id, wait_us_of(call)));
        return json_response(pipeline::to_json_with_sql(run).dump());
    });
    return operation;
}

Operation log_operation(const Services& services) {
    Operation operation = run_operation("run_log", "GET", "/v1/runs/{id}/log", "What a run tells.");
    operation.parameters = {id_parameter("The run.")};
    const Value line = object(
        {{"at", time_schema()},
         {"asset", text("Empty: the run itself.")},
         {"level", one_of({"info", "warning", "error"})},
         {"text", text()}}
    );
    operation.answers = {json_answer("Its lines, in order.", object({{"lines", array(line)}}))};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("lines", json::Value::array());
        for (const auto& told : TRY(services.pipeline->log(call.arguments.integer_or("id", 0))))
            list.add(pipeline::to_json(told));
        return json_response(body.dump());
    });
    return operation;
}

Operation resume_operation(const Services& services) {
    Operation operation = run_operation(
        "resume_run", "POST", "/v1/runs/{id}/resume", "Go on with a run from what it finished."
    );
    operation.description =
        "For a run that failed, was cancelled or was cut off: what it finished stays, the rest is "
        "made over the table versions that it had pinned.";
    operation.parameters = {id_parameter("The run.")};
    operation.answers = {json_answer("It is queued again, durably.", run_schema(), 202)};
    operation.problems = {404, 409, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return run_response(
            TRY(services.pipeline->resume(call.arguments.integer_or("id", 0))), 202
        );
    });
    return operation;
}

Operation cancel_operation(const Services& services) {
    Operation operation = run_operation(
        "cancel_run", "POST", "/v1/runs/{id}/cancel", "Stop a run; what it published stays."
    );
    operation.description = "One that waits for its turn is cancelled at once.";
    operation.parameters = {id_parameter("The run.")};
    operation.answers = {
        json_answer("The run as it is now; it may still be stopping.", run_schema())
    };
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::int64_t id = call.arguments.integer_or("id", 0);
        TRY(services.pipeline->cancel(id));
        return run_response(TRY(services.pipeline->show(id)));
    });
    return operation;
}

}  // namespace

std::vector<Operation> run_operations(const Services& services) {
    if (services.pipeline == nullptr) return {};
    return {
        begin_operation(services),
        list_operation(services),
        show_operation(services),
        log_operation(services),
        cancel_operation(services),
        resume_operation(services)
    };
}

}  // namespace tradewind::api
