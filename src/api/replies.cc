#include "api/replies.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::api {

Response json_response(std::string body, int status) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Media json_media(json::Value schema, std::string example) {
    return {"application/json", std::move(schema), std::move(example)};
}

Answer json_answer(std::string description, json::Value schema, int status) {
    return {status, std::move(description), {json_media(std::move(schema))}, {}};
}

void write_time(json::Writer& writer, Timestamp at) {
    if (at.micros == 0) return writer.null();
    writer.string(format_iso(at) + "Z");
}

void write_bytes(json::Writer& writer, std::string_view name, std::string_view bytes) {
    const bool text = valid_utf8(bytes);
    writer.key(name);
    writer.string(text ? std::string(bytes) : base64_encode(bytes));
    writer.key(std::string(name) + "_encoding");
    writer.string(text ? "utf-8" : "base64");
}

// By hand: the most frequent answer of all.
Response append_response(const stream::AppendAnswer& answer) {
    Response response;
    std::string& out = response.body;
    out.reserve(96);
    out += "{\"accepted\":";
    out += std::to_string(answer.accepted);
    out += ",\"rejected\":";
    out += std::to_string(answer.rejected);
    out += ",\"offsets\":[";
    bool first = true;
    for (const stream::PartitionRange& range : answer.offsets) {
        out += first ? "{\"partition\":" : ",{\"partition\":";
        out += std::to_string(range.partition.value);
        out += ",\"first\":";
        out += std::to_string(range.first.value);
        out += ",\"last\":";
        out += std::to_string(range.last.value);
        out += '}';
        first = false;
    }
    out += "]}";
    if (answer.repeated) response.headers.emplace("idempotent-replayed", "true");
    return response;
}

json::Value append_schema() {
    using namespace schema;
    return object(
        {{"accepted", integer("Records that are durable in the stream now.")},
         {"rejected", integer("Records kept as dead letters.")},
         {"offsets",
          array(object(
              {{"partition", integer()},
               {"first", integer("Offset of the first record of this request in the partition.")},
               {"last", integer("Offset of the last one.")}}
          ))}}
    );
}

Result<json::Value> read_json_body(
    const Call& call, const std::vector<std::string_view>& members, bool may_be_empty
) {
    const std::string_view body = trim(call.request.body);
    if (body.empty() && may_be_empty) return json::Value::object();
    if (body.empty()) return Error(ErrorCode::InvalidArgument, "the body is empty");
    auto document = TRY(json::parse(body));
    if (document.kind() != json::Kind::Object) {
        return Error(ErrorCode::InvalidArgument, "the body must be a JSON object");
    }
    for (const auto& [name, value] : document.members()) {
        if (std::find(members.begin(), members.end(), name) != members.end()) continue;
        Error error(ErrorCode::InvalidArgument, "unknown member '" + name + "'");
        const auto near = nearest(name, members);
        if (!near) return error;
        return std::move(error).with_hint("Did you mean '" + *near + "'?");
    }
    return document;
}

Result<std::string> text_member(const json::Value& body, std::string_view name) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) return std::string();
    if (value->kind() == json::Kind::String) return value->text();
    return Error(ErrorCode::InvalidArgument, std::string(name) + " must be text");
}

Result<bool> flag_member(const json::Value& body, std::string_view name) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) return false;
    if (value->kind() == json::Kind::Boolean) return value->as_boolean();
    return Error(ErrorCode::InvalidArgument, std::string(name) + " must be true or false");
}

Result<std::vector<std::string>> text_list_member(const json::Value& body, std::string_view name) {
    std::vector<std::string> texts;
    const json::Value* list = body.find(name);
    if (list == nullptr || list->is_null()) return texts;
    const Error wrong(ErrorCode::InvalidArgument, std::string(name) + " must be a list of texts");
    if (list->kind() != json::Kind::Array) return wrong;
    for (const json::Value& item : list->items()) {
        if (item.kind() != json::Kind::String) return wrong;
        texts.push_back(item.text());
    }
    return texts;
}

Result<std::map<std::string, std::string>> text_map_member(
    const json::Value& body, std::string_view name
) {
    std::map<std::string, std::string> texts;
    const json::Value* map = body.find(name);
    if (map == nullptr || map->is_null()) return texts;
    const Error wrong(ErrorCode::InvalidArgument, std::string(name) + " must map names to texts");
    if (map->kind() != json::Kind::Object) return wrong;
    for (const auto& [key, value] : map->members()) {
        if (value.kind() != json::Kind::String) return wrong;
        texts[key] = value.text();
    }
    return texts;
}

}  // namespace tradewind::api
