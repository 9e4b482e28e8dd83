// Backfills: a span of time made anew, one run for each interval.
#include <utility>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "api/run_files.h"
#include "schedule/schedule.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t backfills_default = 20;
constexpr std::int64_t backfills_max = 1000;
constexpr std::int64_t intervals_default = 100;
constexpr std::int64_t intervals_max = 10'000;
const std::vector<std::string> states{"waiting", "running", "succeeded", "failed", "cancelled"};

Value interval_schema() {
    return object(
        {{"place", integer("From 1.")},
         {"from", text("In the package's time zone.")},
         {"to", text("Before this.")},
         {"state", one_of(states)},
         {"message", text("What its run came to.")},
         {"run", nullable(integer("The newest."))},
         {"rows", integer("That it made.")},
         {"started_at", time_schema()},
         {"finished_at", time_schema()}}
    );
}

std::vector<Member> order_members() {
    return {
        {"assets", array(text("As of a run.")), true},
        {"from", text("The first date, in the package's time zone.")},
        {"to", text("Before this date.")},
        {"every", one_of({"hour", "day", "week", "month"}), true},
        {"force", boolean("Also what is up to date."), true},
        {"params",
         open_object(
             {},
             "Given to each run, besides date, its interval's; {date} in a value stands for it, as "
             "in names of files."
         ),
         true}
    };
}

Value backfill_schema() {
    return object(
        {{"id", integer()},
         {"package", text()},
         {"assets", array(text())},
         {"from", text()},
         {"to", text()},
         {"every", one_of({"hour", "day", "week", "month"})},
         {"timezone", text()},
         {"force", boolean()},
         {"params", open_object({}, "Texts by name.")},
         {"state", one_of(states)},
         {"message", text("Which interval failed, and why.")},
         {"total", integer("Intervals.")},
         {"done", integer()},
         {"rows", integer("That the intervals which are done have made.")},
         {"left_ms", nullable(integer("By what an interval took so far."))},
         {"queued_at", time_schema()},
         {"started_at", time_schema()},
         {"finished_at", time_schema()},
         {"current", nullable(interval_schema())}}
    );
}

Operation operation_for(std::string id, std::string method, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "backfills";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    return operation;
}

Response backfill_response(const schedule::Backfill& backfill, int status = 200) {
    return json_response(schedule::to_json(backfill).dump(), status);
}

Parameter limit_parameter(std::string description, std::int64_t max) {
    return {
        .name = "limit",
        .type = ValueType::Integer,
        .description = std::move(description),
        .example = "10",
        .min = 1,
        .max = max
    };
}

// A file that is not there is better found now than in the night; and no interval's file may lie
// where the client may not look.
Result<void> find_files(
    const Services& services, const Call& call, schedule::BackfillRequest& request
) {
    for (auto& [name, value] : request.params) {
        if (!is_file_parameter(services, request.package, name)) continue;
        if (value.find("{date}") == std::string::npos) {
            value = TRY(find_run_file(services, call, value));
            continue;
        }
        for (const schedule::Interval& interval : TRY(services.backfills->plan(request)))
            TRY(find_run_file(services, call, schedule::params_for(request, interval)[name]));
    }
    return {};
}

Result<schedule::BackfillRequest> read_request(const Services& services, const Call& call) {
    const json::Value body =
        TRY(read_json_body(call, {"assets", "from", "to", "every", "force", "params"}, false));
    schedule::BackfillRequest request;
    request.package = call.arguments.text("package");
    request.assets = TRY(text_list_member(body, "assets"));
    request.from = TRY(text_member(body, "from"));
    request.to = TRY(text_member(body, "to"));
    const std::string every = TRY(text_member(body, "every"));
    if (!every.empty()) request.every = TRY(schedule::every_of(every));
    request.force = TRY(flag_member(body, "force"));
    request.params = TRY(text_map_member(body, "params"));
    TRY(find_files(services, call, request));
    return request;
}

Operation begin_operation(const Services& services) {
    Operation operation = operation_for(
        "begin_backfill",
        "POST",
        "/v1/packages/{package}/backfills",
        "Make a span of time anew, one run for each interval, in order."
    );
    operation.description =
        "It is durable: after a crash it goes on with the interval that was under way. It stops at "
        "the first interval that fails. Its runs and others of the package follow each other, so "
        "that no interval is made twice at once.";
    operation.parameters = {path_parameter("package", "The package.", "online_retail")};
    operation.body = RequestBody{
        true,
        {json_media(
            object(order_members()),
            R"({"assets": ["daily_sales"], "from": "2010-12-01", "to": "2010-12-03", "params": {"day": "{date}"}})"
        )}
    };
    operation.answers = {json_answer("It is durable, and waits.", backfill_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return backfill_response(
            TRY(services.backfills->submit(TRY(read_request(services, call)))), 202
        );
    });
    return operation;
}

Operation list_operation(const Services& services) {
    Operation operation =
        operation_for("list_backfills", "GET", "/v1/backfills", "Backfills, newest first.");
    operation.parameters = {limit_parameter("At most so many; default 20.", backfills_max)};
    operation.answers = {
        json_answer("The backfills.", object({{"backfills", array(backfill_schema())}}))
    };
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("backfills", json::Value::array());
        const std::int64_t limit = call.arguments.integer_or("limit", backfills_default);
        for (const auto& one : TRY(services.backfills->list(limit)))
            list.add(schedule::to_json(one));
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation = operation_for(
        "show_backfill", "GET", "/v1/backfills/{id}", "One backfill, and the interval it is at."
    );
    operation.parameters = {id_parameter("The backfill.")};
    let_wait(operation, "Answer when it is over, or after so long.");
    operation.answers = {json_answer("The backfill.", backfill_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return backfill_response(
            TRY(services.backfills->wait(call.arguments.integer_or("id", 0), wait_us_of(call)))
        );
    });
    return operation;
}

Operation intervals_operation(const Services& services) {
    Operation operation = operation_for(
        "list_backfill_intervals",
        "GET",
        "/v1/backfills/{id}/intervals",
        "Its intervals, in order, with what became of each."
    );
    operation.parameters = {
        id_parameter("The backfill."),
        {.name = "after",
         .type = ValueType::Integer,
         .description = "Those behind this place.",
         .example = "0",
         .min = 0},
        limit_parameter("At most so many; default 100.", intervals_max)
    };
    operation.answers = {
        json_answer("The intervals.", object({{"intervals", array(interval_schema())}}))
    };
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value list = json::Value::array();
        for (const auto& one : TRY(services.backfills->intervals(
                 call.arguments.integer_or("id", 0),
                 call.arguments.integer_or("after", 0),
                 call.arguments.integer_or("limit", intervals_default)
             )))
            list.add(schedule::to_json(one));
        json::Value body = json::Value::object();
        body.set("intervals", std::move(list));
        return json_response(body.dump());
    });
    return operation;
}

using Change = Result<schedule::Backfill> (schedule::Backfills::*)(std::int64_t);

Operation change_operation(
    const Services& services, Operation operation, const char* answer, int status, Change change
) {
    operation.parameters = {id_parameter("The backfill.")};
    operation.answers = {json_answer(answer, backfill_schema(), status)};
    operation.problems = {404, 409};
    operation.handler = answering([&services, change, status](Call& call) -> Result<Response> {
        return backfill_response(
            TRY((services.backfills->*change)(call.arguments.integer_or("id", 0))), status
        );
    });
    return operation;
}

}  // namespace

std::vector<Operation> backfill_operations(const Services& services) {
    if (services.backfills == nullptr) return {};
    return {
        begin_operation(services),
        list_operation(services),
        show_operation(services),
        intervals_operation(services),
        change_operation(
            services,
            operation_for(
                "cancel_backfill",
                "POST",
                "/v1/backfills/{id}/cancel",
                "Stop a backfill; what it made stays."
            ),
            "As it is now; it may still be stopping.",
            200,
            &schedule::Backfills::cancel
        ),
        change_operation(
            services,
            operation_for(
                "resume_backfill",
                "POST",
                "/v1/backfills/{id}/resume",
                "Go on with the first interval that is not done."
            ),
            "It waits again, durably.",
            202,
            &schedule::Backfills::resume
        )
    };
}

}  // namespace tradewind::api
