#include "base/text.h"
#include "base/time.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

namespace {

json::Value time_or_null(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

json::Value texts(const std::vector<std::string>& list) {
    json::Value value = json::Value::array();
    for (const std::string& one : list) value.add(json::Value::string(one));
    return value;
}

json::Value texts(const std::map<std::string, std::string>& map) {
    json::Value value = json::Value::object();
    for (const auto& [name, text] : map) value.set(name, text);
    return value;
}

// What it waits for, as declared.
std::string when_of(const Trigger& trigger) {
    std::string text;
    switch (trigger.kind) {
        case Kind::Time:
        case Kind::Files:
            for (const Cron& time : trigger.times) text += (text.empty() ? "" : ", ") + time.text();
            return text;
        case Kind::Table:
            for (const std::string& table : trigger.tables)
                text += (text.empty() ? "" : ", ") + table;
            return text;
        case Kind::Run:
            return trigger.run_package + " " + trigger.run_state;
        case Kind::Http:
            return "POST /v1/sensors/" + trigger.package + "/" + trigger.name;
    }
    return text;
}

json::Value step_json(const JobStep& step) {
    json::Value value = json::Value::object();
    value.set("kind", step.kind);
    value.set("state", to_string(step.state));
    value.set("message", step.message);
    value.set("started_at", time_or_null(step.started_at));
    value.set("finished_at", time_or_null(step.finished_at));
    json::Value& runs = value.set("runs", json::Value::array());
    for (const std::int64_t run : step.runs) runs.add(json::Value::number(run));
    return value;
}

}  // namespace

const char* to_string(Kind kind) {
    switch (kind) {
        case Kind::Time:
            return "schedule";
        case Kind::Files:
            return "files";
        case Kind::Table:
            return "table";
        case Kind::Run:
            return "run";
        case Kind::Http:
            return "http";
    }
    return "schedule";
}

const char* to_string(CatchUp catch_up) {
    switch (catch_up) {
        case CatchUp::None:
            return "none";
        case CatchUp::Last:
            return "last";
        case CatchUp::All:
            return "all";
    }
    return "last";
}

const char* to_string(JobState state) {
    switch (state) {
        case JobState::Waiting:
            return "waiting";
        case JobState::Running:
            return "running";
        case JobState::Succeeded:
            return "succeeded";
        case JobState::Failed:
            return "failed";
        case JobState::Cancelled:
            return "cancelled";
        case JobState::Skipped:
            return "skipped";
        case JobState::CutOff:
            return "cut_off";
    }
    return "failed";
}

json::Value to_json(const Job& job) {
    json::Value value = json::Value::object();
    value.set("id", job.id);
    value.set("package", job.package);
    value.set("schedule", job.trigger);
    value.set("cause", job.cause);
    value.set("date", job.date);
    value.set("state", to_string(job.state));
    value.set("message", job.message);
    value.set("params", texts(job.params));
    value.set("cut_offs", job.cut_offs);
    value.set("due_at", time_or_null(job.due_at));
    value.set("queued_at", time_or_null(job.queued_at));
    value.set("started_at", time_or_null(job.started_at));
    value.set("finished_at", time_or_null(job.finished_at));
    json::Value& steps = value.set("steps", json::Value::array());
    for (const JobStep& step : job.steps) steps.add(step_json(step));
    return value;
}

json::Value to_json(const TriggerStatus& status) {
    const Trigger& trigger = status.trigger;
    json::Value value = json::Value::object();
    value.set("package", trigger.package);
    value.set("name", trigger.name);
    value.set("kind", to_string(trigger.kind));
    value.set("description", trigger.description);
    value.set("when", when_of(trigger));
    value.set("timezone", trigger.zone->name());
    value.set("catch_up", to_string(trigger.catch_up));
    value.set("paused", status.paused);
    std::vector<std::string> steps;
    for (const Step& step : trigger.steps) steps.push_back(step.kind);
    value.set("steps", texts(steps));
    value.set("waits_for", texts(trigger.waits_for));
    json::Value& next = value.set("next", json::Value::array());
    for (const Timestamp at : status.next) {
        json::Value& one = next.add(json::Value::object());
        one.set("at", time_or_null(at));
        one.set("local", format_iso(from_civil(trigger.zone->to_local(at))));
    }
    value.set("waiting", status.waiting);
    value.set("last_job", status.last ? to_json(*status.last) : json::Value());
    return value;
}

}  // namespace tradewind::schedule
