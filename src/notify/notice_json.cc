#include "base/time.h"
#include "notify/notify.h"

namespace tradewind::notify {

namespace {

json::Value time_or_null(Timestamp at) {
    if (at.micros == 0) return {};
    return json::Value::string(format_iso(at) + "Z");
}

json::Value delivery_json(const DeliveryRecord& delivery) {
    json::Value value = json::Value::object();
    value.set("channel", delivery.channel);
    value.set("receiver", delivery.receiver);
    value.set("state", to_string(delivery.state));
    value.set("attempts", std::int64_t{delivery.attempts});
    value.set("error", delivery.error);
    value.set("next_at", time_or_null(delivery.next_at));
    value.set("settled_at", time_or_null(delivery.settled_at));
    return value;
}

}  // namespace

json::Value to_json(const NoticeRecord& record) {
    const Notice& notice = record.notice;
    json::Value value = json::Value::object();
    value.set("id", record.id);
    value.set("kind", notice.kind);
    value.set("package", notice.package);
    value.set("subject", notice.subject);
    value.set("title", notice.title);
    value.set("text", notice.text);
    json::Value& facts = value.set("facts", json::Value::object());
    for (const auto& [name, text] : notice.facts) facts.set(name, text);
    value.set("at", time_or_null(notice.at));
    json::Value& deliveries = value.set("deliveries", json::Value::array());
    for (const DeliveryRecord& delivery : record.deliveries)
        deliveries.add(delivery_json(delivery));
    return value;
}

}  // namespace tradewind::notify
