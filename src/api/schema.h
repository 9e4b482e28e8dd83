// JSON Schema 2020-12, as far as the operation table needs it: small builders for OpenAPI.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tradewind::api::schema {

using json::Value;

// A member of an object: its name, its schema, and whether it may be absent.
struct Member {
    std::string name;
    Value schema;
    bool optional = false;
};

Value text(std::string_view description = {});
Value integer(std::string_view description = {});
Value number(std::string_view description = {});
Value boolean(std::string_view description = {});
// Any JSON value.
Value anything(std::string_view description = {});
Value one_of(const std::vector<std::string>& choices, std::string_view description = {});
Value array(Value items, std::string_view description = {});
// No members but these.
Value object(std::vector<Member> members);
// These members and any others (rows whose columns a package declares).
Value open_object(std::vector<Member> members, std::string_view description = {});
// The same, or null.
Value nullable(Value schema);
// When something was; null: it was not yet.
Value time_schema();
Value reference(std::string_view name);  // to #/components/schemas/<name>

}  // namespace tradewind::api::schema
