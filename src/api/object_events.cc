#include "api/object_events.h"

#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

using json::Kind;
using json::Value;

constexpr int wraps_max = 3;
constexpr std::size_t records_max = 10'000;

Error not_understood(const std::string& what) {
    return Error(ErrorCode::InvalidArgument, what)
        .with_hint(
            "Send S3's event JSON (Records[].s3.object.key), the same as an SNS notification's "
            "Message, or EventBridge's (detail.object.key)."
        );
}

const Value* member(const Value* value, const char* name) {
    return value != nullptr && value->kind() == Kind::Object ? value->find(name) : nullptr;
}

std::string text_in(const Value* value, const char* name) {
    return value != nullptr && value->kind() == Kind::Object ? value->text_or(name, "") : "";
}

// Some stores write "s3:ObjectCreated:Put", S3 itself leaves "s3:" out.
std::string without_prefix(std::string event) {
    return event.starts_with("s3:") ? event.substr(3) : event;
}

Result<void> read_record(const Value& record, ObjectEvents& events) {
    const std::string event = without_prefix(text_in(&record, "eventName"));
    if (event.empty()) return not_understood("a record has no eventName");
    if (event.starts_with("ObjectRemoved:") || event.starts_with("LifecycleExpiration:")) {
        ++events.removed_count;
        return {};
    }
    if (!event.starts_with("ObjectCreated:")) {
        ++events.other_count;
        return {};
    }
    const Value* s3 = member(&record, "s3");
    CreatedObject created;
    created.bucket = text_in(member(s3, "bucket"), "name");
    created.key = url_decode(text_in(member(s3, "object"), "key"), true);
    if (created.key.empty()) return not_understood("a record names no s3.object.key");
    events.created.push_back(std::move(created));
    return {};
}

Result<void> read_records(const Value& records, ObjectEvents& events) {
    if (records.kind() != Kind::Array || records.items().size() > records_max) {
        return not_understood("Records must be a list of at most " + std::to_string(records_max));
    }
    for (const Value& record : records.items()) TRY(read_record(record, events));
    return {};
}

Result<void> read_bridged(const Value& document, ObjectEvents& events) {
    const std::string type = text_in(&document, "detail-type");
    if (type == "Object Deleted") {
        ++events.removed_count;
        return {};
    }
    if (type != "Object Created") {
        ++events.other_count;
        return {};
    }
    const Value* detail = member(&document, "detail");
    CreatedObject created;
    created.bucket = text_in(member(detail, "bucket"), "name");
    created.key = text_in(member(detail, "object"), "key");
    created.other_key = url_decode(created.key, true);
    if (created.key.empty()) return not_understood("the event names no detail.object.key");
    events.created.push_back(std::move(created));
    return {};
}

Result<void> read_document(std::string_view text, int wraps, ObjectEvents& events) {
    const Value document = TRY(json::parse(text));
    if (document.kind() != Kind::Object) return not_understood("the body must be a JSON object");
    if (const Value* records = document.find("Records")) return read_records(*records, events);
    if (document.find("detail-type") != nullptr) return read_bridged(document, events);
    if (text_in(&document, "Event") == "s3:TestEvent") {
        ++events.other_count;
        return {};
    }
    // Addresses in a request are never visited: who subscribes confirms it.
    if (text_in(&document, "Type").ends_with("Confirmation")) {
        log::info(
            "a topic asks to be confirmed: open its SubscribeURL",
            {{"topic", text_in(&document, "TopicArn")}, {"url", text_in(&document, "SubscribeURL")}}
        );
        ++events.other_count;
        return {};
    }
    const std::string message = text_in(&document, "Message");
    if (message.empty() || wraps == 0) return not_understood("the body is no notification");
    return read_document(message, wraps - 1, events);
}

}  // namespace

Result<ObjectEvents> read_object_events(std::string_view body) {
    ObjectEvents events;
    TRY(read_document(body, wraps_max, events));
    return events;
}

}  // namespace tradewind::api
