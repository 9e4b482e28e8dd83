#include "deliver/snapshot.h"

#include "base/time.h"

namespace tradewind::deliver {

namespace {

constexpr const char* snapshot_member = "snapshot";

std::optional<std::int64_t> date_of(const json::Value& told) {
    const auto at = parse_iso(told.text_or("date", ""));
    return at.ok() ? std::optional(to_days(*at)) : std::nullopt;
}

}  // namespace

std::optional<Snapshot> snapshot_of(
    const lake::Version& version, const contract::Contract& contract
) {
    if (const json::Value* told = version.extra.find(snapshot_member))
        return Snapshot{OriginId(told->integer_or("import", 0)), date_of(*told)};
    std::optional<Snapshot> newest;
    for (const lake::DataFile& file : version.files) {
        if (file.origin == stream_origin) continue;
        const Snapshot delivery{
            file.origin, contract::file_date(contract, file.extra.text_or("identity", ""))
        };
        if (!newest || is_newer(delivery, *newest)) newest = delivery;
    }
    return newest;
}

bool is_newer(const Snapshot& snapshot, const Snapshot& shown) {
    if (snapshot.date && shown.date && *snapshot.date != *shown.date)
        return *snapshot.date > *shown.date;
    return snapshot.origin > shown.origin;
}

json::Value extra_without_snapshot(const json::Value& extra) {
    json::Value other = json::Value::object();
    for (const auto& [name, value] : extra.members()) {
        if (name != snapshot_member) other.set(name, value);
    }
    return other;
}

json::Value extra_showing(const json::Value& extra, const Snapshot& snapshot) {
    json::Value showing = extra_without_snapshot(extra);
    json::Value& told = showing.set(snapshot_member, json::Value::object());
    told.set("import", snapshot.origin.value);
    if (snapshot.date) told.set("date", format_date(*snapshot.date));
    return showing;
}

}  // namespace tradewind::deliver
