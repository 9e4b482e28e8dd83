// Small pieces that many answers are made of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/call.h"
#include "api/operations.h"
#include "base/json.h"
#include "base/result.h"
#include "stream/stream.h"

namespace tradewind::api {

Response json_response(std::string body, int status = 200);
Media json_media(json::Value schema, std::string example = {});
Answer json_answer(std::string description, json::Value schema, int status = 200);

// "2010-12-01T08:26:00Z", or null when there is none (0).
void write_time(json::Writer& writer, Timestamp at);
// `<name>`: the bytes as text, or in base64 when they are not UTF-8; `<name>_encoding` says which.
void write_bytes(json::Writer& writer, std::string_view name, std::string_view bytes);

// {accepted, rejected, offsets}
Response append_response(const stream::AppendAnswer& answer);
json::Value append_schema();

// The request's body as a JSON object with no members but these. An empty body is an empty object
// where `may_be_empty`. InvalidArgument otherwise.
Result<json::Value> read_json_body(
    const Call& call, const std::vector<std::string_view>& members, bool may_be_empty
);
// A member's text; empty where it is absent or null. InvalidArgument: of another kind.
Result<std::string> text_member(const json::Value& body, std::string_view name);
// False where it is absent or null; InvalidArgument: neither true nor false.
Result<bool> flag_member(const json::Value& body, std::string_view name);
// A member that is a list of texts; empty where it is absent or null. InvalidArgument: it is not.
Result<std::vector<std::string>> text_list_member(const json::Value& body, std::string_view name);
// A member that maps names to texts; empty where it is absent or null. InvalidArgument: it does
// not.
Result<std::map<std::string, std::string>> text_map_member(
    const json::Value& body, std::string_view name
);

}  // namespace tradewind::api
