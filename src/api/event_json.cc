#include "api/event_json.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"

namespace tradewind::api {

namespace {

using json::Value;
using pipeline::AssetRun;
using pipeline::Run;
using pipeline::RunState;

constexpr std::int64_t second_us = 1'000'000;

Value time_or_null(Timestamp at) {
    return at.micros == 0 ? Value() : Value::string(format_iso(at) + "Z");
}

Value counts_of(const Run& run) {
    Value counts = Value::object();
    counts.set("total", static_cast<std::int64_t>(run.assets.size()));
    for (const RunState state :
         {RunState::Queued,
          RunState::Running,
          RunState::Succeeded,
          RunState::Failed,
          RunState::Skipped,
          RunState::Cancelled}) {
        counts.set(
            to_string(state),
            static_cast<std::int64_t>(std::ranges::count(run.assets, state, &AssetRun::state))
        );
    }
    return counts;
}

std::int64_t rows_made(const Run& run) {
    std::int64_t rows = 0;
    for (const AssetRun& asset : run.assets) {
        if (asset.state == RunState::Succeeded) rows += asset.rows_out;
    }
    return rows;
}

// Of an asset that was made; of one that is being made nobody knows its rows yet.
Value rate_of(const AssetRun& asset) {
    const std::int64_t taken_us = asset.finished_at.micros - asset.started_at.micros;
    if (asset.state != RunState::Succeeded || taken_us <= 0) return {};
    return Value::number(std::llround(
        static_cast<double>(asset.rows_out) * static_cast<double>(second_us) /
        static_cast<double>(taken_us)
    ));
}

Value left_of(const AssetRun& asset, Timestamp now) {
    constexpr double whole = 100;
    if (asset.state != RunState::Running || asset.progress <= 0) return {};
    const auto running_us =
        static_cast<double>(std::max<std::int64_t>(now.micros - asset.started_at.micros, 0));
    return Value::number(std::llround(running_us * (whole - asset.progress) / asset.progress / 1000)
    );
}

Value progress_of(const AssetRun& asset) {
    const bool known = asset.state == RunState::Running && asset.progress >= 0;
    return known ? Value::number(std::int64_t{std::lround(asset.progress)}) : Value();
}

}  // namespace

Value run_event(const Run& run) {
    Value value = Value::object();
    value.set("id", run.id);
    value.set("package", run.package);
    value.set("reason", run.reason);
    value.set("state", to_string(run.state));
    value.set("message", run.message);
    value.set("from", run.request.from);
    value.set("to", run.request.to);
    value.set("queued_at", time_or_null(run.queued_at));
    value.set("started_at", time_or_null(run.started_at));
    value.set("finished_at", time_or_null(run.finished_at));
    value.set("assets", counts_of(run));
    value.set("rows_out", rows_made(run));
    return value;
}

Value asset_event(const Run& run, const AssetRun& asset, Timestamp now) {
    Value value = Value::object();
    value.set("run", run.id);
    value.set("package", run.package);
    value.set("asset", asset.asset);
    value.set("state", to_string(asset.state));
    value.set("message", asset.message);
    value.set("progress", progress_of(asset));
    value.set("left_ms", left_of(asset, now));
    value.set("rows_in", asset.rows_in);
    value.set("rows_out", asset.rows_out);
    value.set("rows_per_second", rate_of(asset));
    value.set("bytes_out", asset.bytes_out);
    value.set("memory_bytes", asset.memory_bytes);
    value.set("attempts", asset.attempts);
    value.set("version", asset.version);
    value.set("started_at", time_or_null(asset.started_at));
    value.set("finished_at", time_or_null(asset.finished_at));
    return value;
}

Value lag_event(
    const std::string& stream,
    std::int64_t next_position,
    const std::vector<deliver::SinkStatus>& sinks
) {
    Value value = Value::object();
    value.set("stream", stream);
    value.set("next_position", next_position);
    std::int64_t worst = 0;
    Value list = Value::array();
    for (const deliver::SinkStatus& sink : sinks) {
        worst = std::max(worst, sink.lag);
        Value& one = list.add(Value::object());
        one.set("name", sink.name);
        one.set("position", sink.position.value);
        one.set("lag", sink.lag);
        one.set("paused", sink.paused);
        one.set("error", sink.error.empty() ? Value() : Value::string(sink.error));
    }
    value.set("lag", worst);
    value.set("sinks", std::move(list));
    return value;
}

Value figures_event(const Figures& figures) {
    Value value = Value::object();
    value.set("records_accepted", figures.records_accepted);
    value.set("records_rejected", figures.records_rejected);
    value.set("records_per_second", figures.records_per_second);
    value.set("runs_queued", figures.runs_queued);
    value.set("runs_running", figures.runs_running);
    value.set("runs_failed_today", figures.runs_failed_today);
    value.set("dead_letters_open", figures.dead_letters_open);
    return value;
}

}  // namespace tradewind::api
