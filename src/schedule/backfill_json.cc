#include "base/time.h"
#include "schedule/backfill.h"

namespace tradewind::schedule {

namespace {

json::Value time_or_null(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

json::Value number_or_null(std::int64_t number) {
    return number == 0 ? json::Value() : json::Value::number(number);
}

}  // namespace

std::optional<std::int64_t> Backfill::left_us() const {
    if (is_over(state) || done == 0) return std::nullopt;
    return taken_us / done * (total - done);
}

json::Value to_json(const BackfillInterval& interval) {
    json::Value value = json::Value::object();
    value.set("place", interval.place);
    value.set("from", interval.interval.from);
    value.set("to", interval.interval.to);
    value.set("state", to_string(interval.state));
    value.set("message", interval.message);
    value.set("run", number_or_null(interval.run));
    value.set("rows", interval.rows);
    value.set("started_at", time_or_null(interval.started_at));
    value.set("finished_at", time_or_null(interval.finished_at));
    return value;
}

json::Value to_json(const Backfill& backfill) {
    constexpr std::int64_t ms_us = 1000;
    const BackfillRequest& request = backfill.request;
    json::Value value = json::Value::object();
    value.set("id", backfill.id);
    value.set("package", request.package);
    json::Value& assets = value.set("assets", json::Value::array());
    for (const std::string& asset : request.assets) assets.add(json::Value::string(asset));
    value.set("from", request.from);
    value.set("to", request.to);
    value.set("every", to_string(request.every));
    value.set("timezone", backfill.zone);
    value.set("force", request.force);
    json::Value& params = value.set("params", json::Value::object());
    for (const auto& [name, text] : request.params) params.set(name, text);
    value.set("state", to_string(backfill.state));
    value.set("message", backfill.message);
    value.set("total", backfill.total);
    value.set("done", backfill.done);
    value.set("rows", backfill.rows);
    const auto left_us = backfill.left_us();
    value.set("left_ms", left_us ? json::Value::number(*left_us / ms_us) : json::Value());
    value.set("queued_at", time_or_null(backfill.queued_at));
    value.set("started_at", time_or_null(backfill.started_at));
    value.set("finished_at", time_or_null(backfill.finished_at));
    value.set("current", backfill.current ? to_json(*backfill.current) : json::Value());
    return value;
}

}  // namespace tradewind::schedule
