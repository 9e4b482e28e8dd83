#include "base/time.h"
#include "model/evaluation.h"
#include "model/model.h"

namespace tradewind::model {

namespace {

json::Value time_json(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

json::Value known(std::int64_t version) {
    return version == 0 ? json::Value() : json::Value::number(version);
}

json::Value version_json(const VersionInfo& info) {
    json::Value out = json::Value::object();
    out.set("version", info.number);
    out.set("promoted", info.promoted);
    out.set("served", info.served);
    out.set("damage", info.damage);
    const auto take = [&](const char* name, json::Value fallback) {
        const json::Value* value = info.card.find(name);
        out.set(name, value == nullptr ? std::move(fallback) : *value);
    };
    take("created_at", json::Value());
    for (const char* name : {"data", "parameters", "metrics", "gate"})
        take(name, json::Value::object());
    take("features", json::Value::array());
    return out;
}

// Where its users and products are looked up by those who ask.
json::Value interactions_json(const Interactions& from) {
    json::Value out = json::Value::object();
    out.set("table", from.table.text());
    out.set("user", from.user);
    out.set("item", from.item);
    return out;
}

json::Value items_json(const std::optional<Items>& from) {
    if (!from) return {};
    json::Value out = json::Value::object();
    out.set("table", from->table.text());
    out.set("item", from->item);
    out.set("name", from->name);
    return out;
}

}  // namespace

json::Value to_json(const Job& job) {
    json::Value out = json::Value::object();
    out.set("id", job.id);
    out.set("kind", to_string(job.kind));
    out.set("package", job.package);
    out.set("model", job.model);
    out.set("state", to_string(job.state));
    out.set("message", job.message);
    out.set("step", job.step);
    out.set("version", known(job.version));
    out.set("promoted", job.promoted);
    out.set("queued_at", time_json(job.queued_at));
    out.set("started_at", time_json(job.started_at));
    out.set("finished_at", time_json(job.finished_at));
    return out;
}

json::Value to_json(const ModelInfo& info) {
    json::Value out = json::Value::object();
    out.set("package", info.spec.package);
    out.set("model", info.spec.name);
    out.set("kind", to_string(info.spec.kind));
    out.set("description", info.spec.description);
    out.set("interactions", interactions_json(info.spec.interactions));
    out.set("items", items_json(info.spec.items));
    out.set("has_data", info.has_data);
    out.set("promoted_version", known(info.promoted));
    out.set("served_version", known(info.served));
    out.set("trouble", info.trouble);
    json::Value& versions = out.set("versions", json::Value::array());
    for (const VersionInfo& one : info.versions) versions.add(version_json(one));
    return out;
}

}  // namespace tradewind::model
