#include "quality/report_json.h"

#include <array>
#include <utility>

#include "base/time.h"

namespace tradewind::quality {

namespace {

using json::Value;

constexpr std::array states = {State::Passed, State::Failed, State::Error};

Value texts(const std::vector<std::string>& list) {
    Value array = Value::array();
    for (const std::string& text : list) array.add(Value::string(text));
    return array;
}

Value samples_json(const std::vector<Sample>& samples) {
    Value array = Value::array();
    for (const Sample& sample : samples) {
        Value& one = array.add(Value::object());
        one.set("value", sample.value);
        one.set("rows", sample.rows);
    }
    return array;
}

Value result_json(const CheckResult& result) {
    Value value = Value::object();
    value.set("name", result.name);
    value.set("kind", to_string(result.kind));
    value.set("columns", texts(result.columns));
    value.set("description", result.description);
    value.set("blocking", result.blocking);
    value.set("state", to_string(result.state));
    value.set("failing", result.failing);
    value.set("total", result.total);
    value.set("message", result.message);
    value.set("samples", samples_json(result.samples));
    value.set("quarantined", result.quarantined);
    value.set("duration_us", result.duration_us);
    return value;
}

Value report_json(const Report& report) {
    Value value = Value::object();
    value.set("table", report.table.text());
    value.set("package", report.package);
    value.set("run", report.run);
    value.set("version", report.version);
    value.set("candidate", report.candidate);
    value.set("verdict", verdict(report));
    value.set("row_count", report.row_count);
    value.set("checked_at", time_text(report.checked_at));
    value.set("duration_us", report.duration_us);
    if (report.quarantine.empty()) {
        value.set("quarantine", Value());
    } else {
        value.set("quarantine", report.quarantine);
    }
    Value& checks = value.set("checks", Value::array());
    for (const CheckResult& result : report.results) checks.add(result_json(result));
    return value;
}

}  // namespace

Kind kind_of(std::string_view name) {
    for (const Kind kind : all_kinds()) {
        if (name == to_string(kind)) return kind;
    }
    return Kind::Sql;
}

State state_of(std::string_view name) {
    for (const State state : states) {
        if (name == to_string(state)) return state;
    }
    return State::Error;
}

const char* to_string(State state) {
    switch (state) {
        case State::Passed:
            return "passed";
        case State::Failed:
            return "failed";
        case State::Error:
            return "error";
    }
    return "error";
}

std::string time_text(Timestamp at) {
    return format_iso(at) + "Z";
}

bool Report::blocked() const {
    for (const CheckResult& result : results) {
        if (result.blocking && result.state != State::Passed) return true;
    }
    return false;
}

std::int64_t Report::count(State state) const {
    std::int64_t number = 0;
    for (const CheckResult& result : results) number += result.state == state;
    return number;
}

const char* verdict(const Report& report) {
    if (report.blocked()) return "blocked";
    const bool all =
        report.count(State::Passed) == static_cast<std::int64_t>(report.results.size());
    return all ? "passed" : "failed";
}

std::string describe_failures(const Report& report) {
    constexpr int shown_max = 3;
    std::string text;
    int shown = 0;
    int more = 0;
    for (const CheckResult& result : report.results) {
        if (!result.blocking || result.state == State::Passed) continue;
        if (shown++ >= shown_max) {
            ++more;
            continue;
        }
        text += (text.empty() ? "" : "; ") + result.name + ": " + result.message;
    }
    if (more > 0) text += "; and " + std::to_string(more) + " more";
    return text;
}

std::string detail_of(const CheckResult& result) {
    Value value = Value::object();
    value.set("columns", texts(result.columns));
    value.set("description", result.description);
    value.set("message", result.message);
    value.set("samples", samples_json(result.samples));
    value.set("quarantined", result.quarantined);
    return value.dump();
}

Result<void> read_detail(const std::string& detail, CheckResult& result) {
    const Value value = TRY(json::parse(detail));
    if (const Value* columns = value.find("columns")) {
        for (const Value& column : columns->items()) result.columns.push_back(column.text());
    }
    result.description = value.text_or("description", "");
    result.message = value.text_or("message", "");
    result.quarantined = value.integer_or("quarantined", 0);
    if (const Value* samples = value.find("samples")) {
        for (const Value& sample : samples->items())
            result.samples.push_back({sample.text_or("value", ""), sample.integer_or("rows", 1)});
    }
    return {};
}

Value to_json(const std::vector<Report>& reports) {
    std::int64_t counts[3] = {0, 0, 0};
    bool blocked = false;
    Value list = Value::array();
    for (const Report& report : reports) {
        for (const State state : states)
            counts[static_cast<std::size_t>(state)] += report.count(state);
        blocked = blocked || report.blocked();
        list.add(report_json(report));
    }
    Value value = Value::object();
    value.set("passed", counts[0]);
    value.set("failed", counts[1]);
    value.set("errors", counts[2]);
    value.set("blocked", blocked);
    value.set("reports", std::move(list));
    return value;
}

}  // namespace tradewind::quality
