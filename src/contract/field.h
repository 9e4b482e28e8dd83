// A field as its contract declares it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/row_batch.h"
#include "base/yaml.h"
#include "contract/pattern.h"
#include "contract/time_format.h"

namespace tradewind::contract {

// Bounds of a value. Everything but doubles and texts is compared as the integer that its column
// holds (decimals unscaled, dates in days, timestamps in microseconds).
struct Bounds {
    std::optional<std::int64_t> integer_min;
    std::optional<std::int64_t> integer_max;
    std::optional<double> real_min;
    std::optional<double> real_max;
};

struct JsonItems;

struct Field {
    ColumnSpec column;
    bool json = false;                       // text that holds a JSON value
    std::shared_ptr<const JsonItems> items;  // json: an array of objects with these members
    bool required = false;
    bool integral = false;      // text that is a whole number without sign, however it was written
    bool empty_is_null = true;  // the contract's, copied here for the conversion
    bool key = false;           // partition_by or part of key: people look it up and type it
    std::vector<std::string> aliases;
    std::vector<TimeFormat> formats;
    std::size_t length_max = 0;  // characters; 0: no limit
    Bounds bounds;
    std::shared_ptr<const Pattern> pattern;
    std::vector<std::string> accepted_texts;      // sorted
    std::vector<std::int64_t> accepted_integers;  // sorted
    bool constrained = false;  // has any of length_max, bounds, pattern, accepted values
    std::string minimum_text;  // as written, for messages
    std::string maximum_text;
};

// Members that are none of these are let through.
struct JsonItems {
    std::vector<Field> fields;
};

// "an integer", "a date", …: the type as a message names it.
std::string type_name(const Field& field);

// "text", "integer", "bigint", "double", "boolean", "date", "timestamp", "decimal(12,4)".
Result<ColumnSpec> parse_type(const yaml::Node& node);

// `name: {type: …, …}` of a contract; InvalidArgument with the place.
Result<Field> parse_field(const std::string& name, const yaml::Node& node, bool empty_is_null);

// Names of sources, columns and rules: lower-case letters, digits and underscores, a letter first.
Result<void> check_name(const std::string& name, const SourceLocation& where, const char* what);

}  // namespace tradewind::contract
