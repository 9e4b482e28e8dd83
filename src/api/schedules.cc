// Schedules, sensors and their jobs: what runs by itself, and when.
#include <map>
#include <utility>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "schedule/schedule.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t jobs_default = 20;
constexpr std::int64_t jobs_max = 1000;

const std::vector<std::string> job_states{
    "waiting", "running", "succeeded", "failed", "cancelled", "skipped", "cut_off"
};

Value step_schema() {
    return object(
        {{"kind", text("run, crawl, …")},
         {"state", one_of(job_states)},
         {"message", text()},
         {"started_at", time_schema()},
         {"finished_at", time_schema()},
         {"runs", array(integer(), "Runs that it began.")}}
    );
}

Value job_schema() {
    return object(
        {{"id", integer()},
         {"package", text()},
         {"schedule", text("The schedule or sensor.")},
         {"cause", text("The due time, the files' date, …; each starts one job.")},
         {"date", text("The local date of its due time, or the files'.")},
         {"state", one_of(job_states)},
         {"message", text("What it waits for, or why it failed.")},
         {"params", open_object({}, "Texts by name, given to its runs.")},
         {"cut_offs", integer("How often the program ended in its middle.")},
         {"due_at", time_schema()},
         {"queued_at", time_schema()},
         {"started_at", time_schema()},
         {"finished_at", time_schema()},
         {"steps", array(step_schema())}}
    );
}

Value schedule_schema() {
    return object(
        {{"package", text()},
         {"name", text()},
         {"kind", one_of({"schedule", "files", "table", "run", "http"})},
         {"description", text()},
         {"when", text("Its times, or what it waits for.")},
         {"timezone", text()},
         {"catch_up", one_of({"none", "last", "all"})},
         {"paused", boolean()},
         {"steps", array(text())},
         {"waits_for", array(text())},
         {"next",
          array(
              object({{"at", text("UTC.")}, {"local", text("In its time zone.")}}),
              "The next due times or scans."
          )},
         {"waiting", text("Why what is due has not begun; what files are not there.")},
         {"last_job", nullable(job_schema())}}
    );
}

Operation operation_for(std::string id, std::string method, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "schedules";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    return operation;
}

std::vector<Parameter> named_parameters(const char* what) {
    return {
        path_parameter("package", "The package.", "online_retail"),
        path_parameter("name", what, "nightly")
    };
}

Response job_response(const schedule::Job& job, int status = 200) {
    return json_response(schedule::to_json(job).dump(), status);
}

// `params` maps names to texts.
Result<schedule::StartRequest> read_request(
    const Call& call, const std::vector<std::string_view>& members
) {
    const json::Value body = TRY(read_json_body(call, members, true));
    schedule::StartRequest request;
    request.package = call.arguments.text("package");
    request.name = call.arguments.text("name");
    request.date = TRY(text_member(body, "date"));
    request.params = TRY(text_map_member(body, "params"));
    return request;
}

Operation list_operation(const Services& services) {
    Operation operation = operation_for(
        "list_schedules", "GET", "/v1/schedules", "What runs by itself, and when it does next."
    );
    operation.answers = {json_answer(
        "Schedules and sensors, by package and name.",
        object({{"schedules", array(schedule_schema())}})
    )};
    operation.handler = answering([&services]([[maybe_unused]] Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("schedules", json::Value::array());
        for (const auto& one : TRY(services.scheduler->list())) list.add(schedule::to_json(one));
        return json_response(body.dump());
    });
    return operation;
}

Operation jobs_operation(const Services& services) {
    Operation operation = operation_for(
        "list_jobs", "GET", "/v1/schedules/{package}/{name}/jobs", "Its jobs, newest first."
    );
    operation.parameters = named_parameters("The schedule or sensor.");
    operation.parameters.push_back(
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 20.",
         .example = "10",
         .min = 1,
         .max = jobs_max}
    );
    operation.answers = {json_answer("The jobs.", object({{"jobs", array(job_schema())}}))};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("jobs", json::Value::array());
        for (const schedule::Job& job : TRY(services.scheduler->jobs(
                 call.arguments.text("package"),
                 call.arguments.text("name"),
                 call.arguments.integer_or("limit", jobs_default)
             )))
            list.add(schedule::to_json(job));
        return json_response(body.dump());
    });
    return operation;
}

using Ask = Result<schedule::Job> (schedule::Scheduler::*)(const schedule::StartRequest&);

Operation job_operation(
    Operation operation,
    const Services& services,
    std::vector<Member> members,
    std::vector<std::string_view> names,
    Ask ask
) {
    operation.body = RequestBody{false, {json_media(object(std::move(members)), "{}")}};
    operation.answers = {json_answer("The job; it is durable.", job_schema(), 202)};
    operation.problems = {404, 409, 429};
    // Files may have to be read to their ends.
    operation.runs = Runs::Slow;
    operation.handler =
        answering([&services, ask, names = std::move(names)](Call& call) -> Result<Response> {
            const schedule::StartRequest request = TRY(read_request(call, names));
            return job_response(TRY((services.scheduler->*ask)(request)), 202);
        });
    return operation;
}

Member params_member() {
    return {"params", open_object({}, "Texts by name, given to its runs."), true};
}
Member date_member() {
    return {"date", text("Of a set of files, 2025-07-01; without it today's."), true};
}

Operation start_operation(const Services& services) {
    Operation operation = operation_for(
        "start_schedule", "POST", "/v1/schedules/{package}/{name}/start", "Start a job of it now."
    );
    operation.description =
        "It begins when no other job of it is under way. A sensor of files starts the set of a "
        "date, when that is whole and was not started before.";
    operation.parameters = named_parameters("The schedule or sensor.");
    return job_operation(
        std::move(operation),
        services,
        {params_member(), date_member()},
        {"params", "date"},
        &schedule::Scheduler::ask
    );
}

Operation call_operation(const Services& services) {
    Operation operation = operation_for(
        "call_sensor", "POST", "/v1/sensors/{package}/{name}", "Call a sensor of kind http."
    );
    operation.parameters = named_parameters("The sensor.");
    return job_operation(
        std::move(operation), services, {params_member()}, {"params"}, &schedule::Scheduler::call
    );
}

using SetPaused = Result<
    schedule::TriggerStatus> (schedule::Scheduler::*)(const std::string&, const std::string&);

Operation pause_operation(
    const Services& services, const std::string& verb, const char* summary, SetPaused set
) {
    Operation operation = operation_for(
        verb + "_schedule", "POST", "/v1/schedules/{package}/{name}/" + verb, summary
    );
    operation.parameters = named_parameters("The schedule or sensor.");
    operation.answers = {json_answer("It, as it is now.", schedule_schema())};
    operation.problems = {404};
    operation.handler = answering([&services, set](Call& call) -> Result<Response> {
        const auto status = TRY(
            (services.scheduler->*set)(call.arguments.text("package"), call.arguments.text("name"))
        );
        return json_response(schedule::to_json(status).dump());
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation = operation_for("show_job", "GET", "/v1/jobs/{id}", "One job.");
    operation.parameters = {id_parameter("The job.")};
    let_wait(operation, "Answer when the job is over, or after so long.");
    operation.answers = {json_answer("The job.", job_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return job_response(
            TRY(services.scheduler->wait(call.arguments.integer_or("id", 0), wait_us_of(call)))
        );
    });
    return operation;
}

Operation cancel_operation(const Services& services) {
    Operation operation =
        operation_for("cancel_job", "POST", "/v1/jobs/{id}/cancel", "Stop a job.");
    operation.parameters = {id_parameter("The job.")};
    operation.answers = {
        json_answer("The job as it is now; it may still be stopping.", job_schema())
    };
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return job_response(TRY(services.scheduler->cancel(call.arguments.integer_or("id", 0))));
    });
    return operation;
}

}  // namespace

std::vector<Operation> schedule_operations(const Services& services) {
    if (services.scheduler == nullptr) return {};
    return {
        list_operation(services),
        jobs_operation(services),
        start_operation(services),
        pause_operation(
            services, "pause", "Start nothing of it until resumed.", &schedule::Scheduler::pause
        ),
        pause_operation(
            services,
            "resume",
            "Go on. What was due meanwhile is not made up for.",
            &schedule::Scheduler::resume
        ),
        call_operation(services),
        show_operation(services),
        cancel_operation(services)
    };
}

}  // namespace tradewind::api
