#include "base/time.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

json::Value time_or_null(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

}  // namespace

json::Value to_json(const Run& run) {
    json::Value value = json::Value::object();
    value.set("id", run.id);
    value.set("package", run.package);
    value.set("reason", run.reason);
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
        asset.set("bytes_out", one.bytes_out);
        asset.set("files_written", one.files_written);
        asset.set("files_kept", one.files_kept);
        asset.set("started_at", time_or_null(one.started_at));
        asset.set("finished_at", time_or_null(one.finished_at));
    }
    return value;
}

}  // namespace tradewind::pipeline
