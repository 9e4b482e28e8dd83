// schedules: what runs by itself, when it does next, and what became of its jobs.
#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/params.h"
#include "cli/run_display.h"

namespace tradewind::cli {

namespace {

constexpr const char* wait_query = "?wait_ms=1000";

std::vector<json::Value> list_of(const json::Value& value, const char* name) {
    const json::Value* list = value.find(name);
    return list == nullptr ? std::vector<json::Value>() : list->items();
}

// "PACKAGE:NAME" as the end of a path; an error when it is not.
Result<std::string> path_of(const std::string& target) {
    const std::size_t colon = target.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == target.size()) {
        return Error(ErrorCode::InvalidArgument, "'" + target + "' names no schedule")
            .with_hint("Write PACKAGE:NAME, as tradewind schedules lists them.");
    }
    return url_encode(target.substr(0, colon)) + "/" + url_encode(target.substr(colon + 1));
}

std::string minute_of(const std::string& iso) {
    constexpr std::size_t to_the_minute = 16;  // "2026-11-22T03:00"
    std::string text = iso.substr(0, to_the_minute);
    if (text.size() > 10) text[10] = ' ';
    return text;
}

std::string last_of(const json::Value& schedule) {
    const json::Value* last = schedule.find("last_job");
    if (last == nullptr || last->is_null()) return "";
    return last->text_or("state", "") + " " + minute_of(last->text_or("queued_at", ""));
}

std::vector<std::string> row_of(const json::Value& schedule) {
    const auto next = list_of(schedule, "next");
    std::string local;
    std::string utc;
    if (!next.empty()) {
        local =
            minute_of(next.front().text_or("local", "")) + " " + schedule.text_or("timezone", "");
        utc = minute_of(next.front().text_or("at", ""));
    }
    const bool paused = schedule.boolean_or("paused", false);
    return {
        schedule.text_or("package", "") + ":" + schedule.text_or("name", ""),
        schedule.text_or("kind", ""),
        schedule.text_or("when", ""),
        paused ? "paused" : local,
        utc,
        last_of(schedule),
        schedule.text_or("waiting", "")
    };
}

void print_job(const json::Value& job) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& step : list_of(job, "steps")) {
        rows.push_back(
            {step.text_or("kind", ""),
             step.text_or("state", ""),
             duration_of(step),
             step.text_or("message", "")}
        );
    }
    print(format_table({"step", "state", "time", "message"}, rows));
    const std::string state = job.text_or("state", "");
    print_line("job " + std::to_string(job.integer_or("id", 0)) + " " + state);
}

bool is_over(const json::Value& job) {
    const std::string state = job.text_or("state", "");
    return state != "waiting" && state != "running";
}

// Ctrl-C leaves the job to the server; one in this process is cancelled.
Result<json::Value> follow(const Context& context, Connection& connection, json::Value job) {
    const std::string path = "/v1/jobs/" + std::to_string(job.integer_or("id", 0));
    bool asked = false;
    while (!is_over(job)) {
        if (context.cancelled.load() && !connection.in_process()) {
            note("the job goes on; see it with: tradewind schedules jobs PACKAGE:NAME");
            return job;
        }
        if (context.cancelled.load() && !asked) {
            asked = true;
            HttpRequest cancel;
            cancel.method = "POST";
            cancel.target = path + "/cancel";
            cancel.despite_cancel = true;
            TRY(call_json(connection, cancel));
        }
        if (auto now = TRY(look_at(connection, path + wait_query, asked))) job = *std::move(now);
    }
    return job;
}

Result<json::Value> body_of(const ScheduleOptions& options) {
    json::Value body = json::Value::object();
    if (!options.date.empty()) body.set("date", options.date);
    if (!options.params.empty()) body.set("params", TRY(params_json(options.params)));
    return body;
}

Result<int> set_paused(
    const Context& context, const ScheduleOptions& options, const std::string& verb
) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/schedules/" + TRY(path_of(options.target))
    +"/" + verb;
    const auto connection = TRY(context.connect());
    const json::Value status = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(status.dump());
    } else if (status.boolean_or("paused", false)) {
        print_line(options.target + " is paused");
    } else {
        const auto next = list_of(status, "next");
        print_line(
            options.target + " goes on" +
            (next.empty() ? "" : "; next at " + next.front().text_or("at", ""))
        );
    }
    return exit_ok;
}

}  // namespace

Result<int> list_schedules(const Context& context) {
    HttpRequest request;
    request.target = "/v1/schedules";
    const auto connection = TRY(context.connect());
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& schedule : list_of(answer, "schedules"))
        rows.push_back(row_of(schedule));
    print(format_table(
        {"schedule", "kind", "when", "next", "next (UTC)", "last job", "waiting"}, rows
    ));
    return exit_ok;
}

Result<int> list_jobs(const Context& context, const ScheduleOptions& options) {
    HttpRequest request;
    request.target = "/v1/schedules/" + TRY(path_of(options.target))
    +"/jobs";
    const auto connection = TRY(context.connect());
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& job : list_of(answer, "jobs")) {
        rows.push_back(
            {std::to_string(job.integer_or("id", 0)),
             job.text_or("cause", ""),
             job.text_or("state", ""),
             job.text_or("started_at", ""),
             duration_of(job),
             job.text_or("message", "")}
        );
    }
    print(format_table({"job", "cause", "state", "started", "time", "message"}, rows));
    return exit_ok;
}

Result<int> pause_schedule(const Context& context, const ScheduleOptions& options) {
    return set_paused(context, options, "pause");
}

Result<int> resume_schedule(const Context& context, const ScheduleOptions& options) {
    return set_paused(context, options, "resume");
}

Result<int> start_schedule(const Context& context, const ScheduleOptions& options) {
    const std::string body = TRY(body_of(options))
    .dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/schedules/" + TRY(path_of(options.target))
    +"/start";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    const auto connection = TRY(context.connect());
    const json::Value begun = TRY(call_json(*connection, request));
    const json::Value job = TRY(follow(context, *connection, begun));
    if (context.json) {
        print_line(job.dump());
    } else {
        print_job(job);
    }
    const std::string state = job.text_or("state", "");
    return state == "failed" || state == "cancelled" || state == "cut_off" ? exit_failed : exit_ok;
}

}  // namespace tradewind::cli
