#include "contract/json_field.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "contract/convert.h"
#include "contract/rejection.h"

namespace tradewind::contract {

// Where a value stands, for messages: "items", "items[2]", "items[2].options". Lives on the stack.
struct JsonFieldReader::Place {
    const Place* above = nullptr;
    std::string_view name;  // of a member, or of the field itself
    std::size_t index = 0;  // of an item, where there is no name

    std::string text() const {
        if (above == nullptr) return std::string(name);
        if (name.empty()) return above->text() + "[" + std::to_string(index) + "]";
        return above->text() + "." + std::string(name);
    }
    std::string_view field() const { return above == nullptr ? name : above->field(); }
};

namespace {

constexpr const char* nested_too_deeply = "it is nested too deeply";
// By their numbers.
constexpr ColumnType all_types[] = {
    ColumnType::Boolean,
    ColumnType::Integer,
    ColumnType::BigInt,
    ColumnType::Double,
    ColumnType::Decimal,
    ColumnType::Text,
    ColumnType::Date,
    ColumnType::Timestamp,
};

bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// A JSON value without what stands between its tokens; `json` was checked.
void assign_compact(std::string& out, std::string_view json) {
    out.clear();
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string && c == '\\') {
            out.append(json.substr(i++, 2));
            continue;
        }
        if (c == '"') in_string = !in_string;
        if (in_string || !blank(c)) out.push_back(c);
    }
}

Rejection broken(std::size_t place, const char* problem) {
    return reject_record(
        "invalid_json",
        "not valid JSON: " + std::string(problem) + " at byte " + std::to_string(place)
    );
}

const char* unreadable(JsonFault fault) {
    switch (fault) {
        case JsonFault::UnclosedString:
            return "not valid JSON: a string does not end";
        case JsonFault::ControlCharacter:
            return "not valid JSON: a control character in a string is not escaped";
        case JsonFault::OutOfMemory:
            return "too large for the memory that is left";
        default:
            return "not valid JSON: there is nothing";
    }
}

const char* name_of(JsonKind kind) {
    switch (kind) {
        case JsonKind::Null:
            return "null";
        case JsonKind::Boolean:
            return "a boolean";
        case JsonKind::Number:
            return "a number";
        case JsonKind::String:
            return "a string";
        case JsonKind::Object:
            return "an object";
        default:
            return "an array";
    }
}

// The members of an item mostly come in the order of the contract.
std::optional<std::size_t> find_item(
    const JsonItems& items, std::string_view name, std::size_t place
) {
    const std::size_t count = items.fields.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t index = (place + i) % count;
        if (items.fields[index].column.name == name) return index;
    }
    return std::nullopt;
}

}  // namespace

JsonFieldReader::JsonFieldReader() {
    for (const ColumnType type : all_types) scratch_.emplace_back(type);
}

std::optional<Rejection> JsonFieldReader::read_text(
    const Field& field, std::string_view text, Column& column
) {
    text = trim(text);
    if (text.empty() && field.empty_is_null) {
        if (field.required) return reject_absent(field, "is empty");
        column.add_null();
        return std::nullopt;
    }
    const std::string& name = field.column.name;
    padded_.assign(text);
    padded_.append(record_padding, '\0');
    const std::string_view inner = std::string_view(padded_).substr(0, text.size());
    JsonTokens tokens;
    const JsonFault fault = index_.index(inner, tokens);
    if (fault == JsonFault::InvalidUtf8)
        return reject_value(field, {text, Form::Cell}, Outcome::InvalidUtf8);
    if (fault != JsonFault::None) {
        return Rejection{
            "wrong_type", name, name + ": " + show_text(text) + " is " + unreadable(fault)
        };
    }
    JsonWalk in(inner, tokens, index_);
    auto rejection = read_value(field, inner, in, 0, column);
    if (!rejection && !in.at_end()) rejection = broken(in.place(), "more follows after the value");
    // The record is sound; it is this text that is no JSON.
    if (rejection && rejection->type == "invalid_json") {
        rejection->type = "wrong_type";
        rejection->field = name;
        rejection->reason = name + ": " + show_text(text) + " is " + rejection->reason;
    }
    return rejection;
}

std::optional<Rejection> JsonFieldReader::read_value(
    const Field& field, std::string_view record, JsonWalk& in, int depth, Column& column
) {
    const std::string& name = field.column.name;
    if (in.peek() == 'n') {
        std::string_view ignored;
        if (in.take_scalar(ignored) == JsonKind::Invalid) return broken(in.place(), in.problem());
        if (field.required) return reject_absent(field, "is null");
        column.add_null();
        return std::nullopt;
    }
    const std::size_t begin = in.place();
    if (auto rejection = check(field, in, depth, Place{nullptr, name, 0})) return rejection;
    assign_compact(compact_, record.substr(begin, in.place() - begin));
    column.add_text(compact_);
    return std::nullopt;
}

std::optional<Rejection> JsonFieldReader::check(
    const Field& field, JsonWalk& in, int depth, const Place& at
) {
    if (field.items) return check_items(field, in, depth, at);
    if (in.skip_value(depth)) return std::nullopt;
    return broken(in.place(), in.problem());
}

std::optional<Rejection> JsonFieldReader::check_items(
    const Field& field, JsonWalk& in, int depth, const Place& at
) {
    if (in.peek() != '[') return wrong_kind(in, at, type_name(field));
    if (depth >= limits::json_depth_max) return broken(in.place(), nested_too_deeply);
    in.take('[');
    if (in.take(']')) return std::nullopt;
    for (std::size_t index = 0;; ++index) {
        const Place item{&at, {}, index};
        if (auto rejection = check_item(*field.items, in, depth + 1, item)) return rejection;
        if (in.take(']')) return std::nullopt;
        if (!in.take(',')) return broken(in.place(), "a ',' or ']' is expected");
    }
}

std::optional<Rejection> JsonFieldReader::check_item(
    const JsonItems& items, JsonWalk& in, int depth, const Place& at
) {
    if (in.peek() != '{') return wrong_kind(in, at, "an object");
    if (depth >= limits::json_depth_max) return broken(in.place(), nested_too_deeply);
    in.take('{');
    FieldSet seen(items.fields.size());
    bool more = !in.take('}');
    for (std::size_t place = 0; more; ++place) {
        if (auto rejection = check_member(items, place, seen, in, depth + 1, at)) return rejection;
        more = in.take(',');
        if (!more && !in.take('}')) return broken(in.place(), "a ',' or '}' is expected");
    }
    std::optional<Rejection> rejection;
    seen.for_absent([&](std::size_t index) {
        const Field& field = items.fields[index];
        if (field.required) rejection = below(at, reject_absent(field, "is missing"));
        return !rejection;
    });
    return rejection;
}

std::optional<Rejection> JsonFieldReader::check_member(
    const JsonItems& items,
    std::size_t place,
    FieldSet& seen,
    JsonWalk& in,
    int depth,
    const Place& item
) {
    std::string_view name;
    if (in.peek() != '"') return broken(in.place(), "a field's name in quotes is expected");
    if (!in.take_string(name)) return broken(in.place(), in.problem());
    const auto index = find_item(items, name, place);
    if (!in.take(':')) return broken(in.place(), "a ':' is expected");
    if (!index) {
        if (in.skip_value(depth)) return std::nullopt;
        return broken(in.place(), in.problem());
    }
    const Field& field = items.fields[*index];
    if (!seen.add(*index)) return below(item, reject_duplicate(field));
    if (!field.json) return check_scalar(field, in, item);
    if (in.peek() != 'n') return check(field, in, depth, Place{&item, field.column.name, 0});
    return check_scalar(field, in, item);
}

// Nulls of every type come here, too.
std::optional<Rejection> JsonFieldReader::check_scalar(
    const Field& field, JsonWalk& in, const Place& item
) {
    if (in.peek() == '{' || in.peek() == '[')
        return wrong_kind(in, Place{&item, field.column.name, 0}, type_name(field));
    std::string_view scalar;
    const JsonKind kind = in.take_scalar(scalar);
    if (kind == JsonKind::Invalid) return broken(in.place(), in.problem());
    if (kind == JsonKind::Null) {
        if (!field.required) return std::nullopt;
        return below(item, reject_absent(field, "is null"));
    }
    const Form form = kind == JsonKind::String   ? Form::Text
                      : kind == JsonKind::Number ? Form::Number
                                                 : Form::Boolean;
    Column& column = scratch_[static_cast<std::size_t>(field.column.type)];
    column.clear();
    const Outcome outcome = convert(field, {scalar, form}, column);
    if (outcome == Outcome::Stored) return std::nullopt;
    if (outcome != Outcome::Null) return below(item, reject_value(field, {scalar, form}, outcome));
    if (!field.required) return std::nullopt;
    return below(item, reject_absent(field, "is empty"));
}

Rejection JsonFieldReader::below(const Place& at, Rejection rejection) {
    rejection.field = at.field();
    rejection.reason = at.text() + "." + rejection.reason;
    return rejection;
}

Rejection JsonFieldReader::wrong_kind(JsonWalk& in, const Place& at, const std::string& wanted) {
    std::string_view ignored;
    const JsonKind kind = in.take_scalar(ignored);
    if (kind == JsonKind::Invalid) return broken(in.place(), in.problem());
    return Rejection{
        "wrong_type",
        std::string(at.field()),
        at.text() + ": " + name_of(kind) + " is not " + wanted
    };
}

}  // namespace tradewind::contract
