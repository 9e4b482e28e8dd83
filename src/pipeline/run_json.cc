#include <cmath>

#include "base/time.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

json::Value time_or_null(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

json::Value progress_of(const AssetRun& asset) {
    const bool known = asset.state == RunState::Running && asset.progress >= 0;
    return known ? json::Value::number(std::int64_t(std::lround(asset.progress))) : json::Value();
}

json::Value run_json(const Run& run, bool with_sql) {
    json::Value value = json::Value::object();
    value.set("id", run.id);
    value.set("package", run.package);
    value.set("reason", run.reason);
    value.set("request", to_json(run.request));
    value.set("state", to_string(run.state));
    value.set("message", run.message);
    value.set("queued_at", time_or_null(run.queued_at));
    value.set("started_at", time_or_null(run.started_at));
    value.set("finished_at", time_or_null(run.finished_at));
    json::Value& assets = value.set("assets", json::Value::array());
    for (const AssetRun& one : run.assets) {
        json::Value& asset = assets.add(json::Value::object());
        asset.set("asset", one.asset);
        asset.set("state", to_string(one.state));
        asset.set("message", one.message);
        asset.set("version", one.version);
        asset.set("rows_in", one.rows_in);
        asset.set("rows_out", one.rows_out);
        asset.set("rows_made", one.rows_made);
        asset.set("bytes_out", one.bytes_out);
        asset.set("files_written", one.files_written);
        asset.set("files_kept", one.files_kept);
        asset.set("attempts", one.attempts);
        asset.set("memory_bytes", one.memory_bytes);
        asset.set("progress", progress_of(one));
        if (with_sql) asset.set("sql", one.sql);
        asset.set("started_at", time_or_null(one.started_at));
        asset.set("finished_at", time_or_null(one.finished_at));
    }
    return value;
}

}  // namespace

const char* to_string(RunState state) {
    switch (state) {
        case RunState::Queued:
            return "queued";
        case RunState::Running:
            return "running";
        case RunState::Succeeded:
            return "succeeded";
        case RunState::Failed:
            return "failed";
        case RunState::Skipped:
            return "skipped";
        case RunState::Cancelled:
            return "cancelled";
    }
    return "failed";
}

json::Value to_json(const RunRequest& request) {
    json::Value value = json::Value::object();
    json::Value& assets = value.set("assets", json::Value::array());
    for (const std::string& asset : request.assets) assets.add(json::Value::string(asset));
    value.set("from", request.from);
    value.set("to", request.to);
    value.set("force", request.force);
    json::Value& params = value.set("params", json::Value::object());
    for (const auto& [name, param] : request.params) params.set(name, param);
    return value;
}

json::Value to_json(const RunLogLine& line) {
    json::Value value = json::Value::object();
    value.set("at", time_or_null(line.at));
    value.set("asset", line.asset);
    value.set("level", line.level);
    value.set("text", line.text);
    return value;
}

json::Value to_json_with_sql(const Run& run) {
    return run_json(run, true);
}

json::Value to_json(const Run& run) {
    return run_json(run, false);
}

}  // namespace tradewind::pipeline
