#include "contract/json_decoder.h"

#include "contract/rejection.h"

namespace tradewind::contract {

namespace {

Rejection invalid_json(std::size_t place, const char* problem) {
    return reject_record(
        "invalid_json",
        "not valid JSON: " + std::string(problem) + " at byte " + std::to_string(place)
    );
}

Rejection unreadable(JsonFault fault) {
    switch (fault) {
        case JsonFault::Empty:
            return reject_record("invalid_json", "not valid JSON: there is nothing");
        case JsonFault::InvalidUtf8:
            return reject_record("invalid_utf8", "not valid UTF-8");
        case JsonFault::UnclosedString:
            return reject_record("invalid_json", "not valid JSON: a string does not end");
        case JsonFault::ControlCharacter:
            return reject_record(
                "invalid_json", "not valid JSON: a control character in a string is not escaped"
            );
        default:
            return reject_record("too_large", "the record does not fit into memory");
    }
}

// What begins otherwise than an object: another value, or no JSON at all.
Rejection not_an_object(JsonWalk& in) {
    std::string_view ignored;
    const JsonKind kind = in.take_scalar(ignored);
    if (kind == JsonKind::Invalid) return invalid_json(in.place(), in.problem());
    std::string reason = "a JSON object is expected";
    if (kind == JsonKind::Array) reason += ", not an array (arrays are sent as application/json)";
    return reject_record("not_an_object", reason);
}

Rejection wrong_kind(const Field& field, const char* what) {
    const std::string& name = field.column.name;
    return Rejection{"wrong_type", name, name + ": " + what + " is not " + type_name(field)};
}

Form form_of(JsonKind kind) {
    if (kind == JsonKind::String) return Form::Text;
    return kind == JsonKind::Number ? Form::Number : Form::Boolean;
}

}  // namespace

JsonDecoder::JsonDecoder(const ContractData& contract)
    : contract_(contract), names_(contract.names()), seen_(contract.field_specs().size()) {}

std::optional<Rejection> JsonDecoder::decode(std::string_view record, RowBatch& rows) {
    if (record.size() > contract_.record_bytes_max()) {
        return reject_too_large(record.size(), contract_.record_bytes_max());
    }
    JsonTokens tokens;
    const JsonFault fault = index_.index(record, tokens);
    if (fault != JsonFault::None) return unreadable(fault);
    JsonWalk in(record, tokens, index_);
    if (!in.take('{')) return not_an_object(in);
    seen_.clear();
    record_ = record;
    if (auto rejection = decode_members(in, rows)) return rejection;
    if (!in.at_end()) return invalid_json(in.place(), "more follows after the object");
    return add_absent(rows);
}

std::optional<Rejection> JsonDecoder::decode_members(JsonWalk& in, RowBatch& rows) {
    if (in.take('}')) return std::nullopt;
    for (std::size_t place = 0;; ++place) {
        if (auto rejection = decode_member(in, place, rows)) return rejection;
        if (in.take('}')) return std::nullopt;
        if (!in.take(',')) return invalid_json(in.place(), "a ',' or '}' is expected");
    }
}

std::optional<Rejection> JsonDecoder::decode_member(
    JsonWalk& in, std::size_t place, RowBatch& rows
) {
    std::string_view name;
    if (in.peek() != '"') return invalid_json(in.place(), "a field's name in quotes is expected");
    if (!in.take_string(name)) return invalid_json(in.place(), in.problem());
    const int field = names_.find(name, place);
    if (field < 0 && contract_.rejects_unknown()) return reject_unknown(contract_, name);
    if (!in.take(':')) return invalid_json(in.place(), "a ':' is expected");
    if (field >= 0) return decode_value(in, static_cast<std::size_t>(field), rows);
    if (!in.skip_value(1)) return invalid_json(in.place(), in.problem());
    return std::nullopt;
}

std::optional<Rejection> JsonDecoder::decode_value(
    JsonWalk& in, std::size_t field_index, RowBatch& rows
) {
    const Field& field = contract_.field_specs()[field_index];
    Column& column = rows.column(field_index);
    if (field.json) {
        if (!seen_.add(field_index)) return reject_duplicate(field);
        return decode_json(field, in, column);
    }
    std::string_view scalar;
    const JsonKind kind = in.take_scalar(scalar);
    if (kind == JsonKind::Invalid) return invalid_json(in.place(), in.problem());
    if (!seen_.add(field_index)) return reject_duplicate(field);
    if (kind == JsonKind::Object) return wrong_kind(field, "an object");
    if (kind == JsonKind::Array) return wrong_kind(field, "an array");
    Outcome outcome = Outcome::Null;
    const Written value{scalar, form_of(kind)};
    if (kind != JsonKind::Null) outcome = convert(field, value, column);
    if (outcome == Outcome::Stored) return std::nullopt;
    if (outcome != Outcome::Null) return reject_value(field, value, outcome);
    if (field.required)
        return reject_absent(field, kind == JsonKind::Null ? "is null" : "is empty");
    column.add_null();
    return std::nullopt;
}

// A string holds the value as text; all else is the value.
std::optional<Rejection> JsonDecoder::decode_json(
    const Field& field, JsonWalk& in, Column& column
) {
    if (in.peek() != '"') return json_fields_.read_value(field, record_, in, 1, column);
    std::string_view text;
    if (!in.take_string(text)) return invalid_json(in.place(), in.problem());
    return json_fields_.read_text(field, text, column);
}

std::optional<Rejection> JsonDecoder::add_absent(RowBatch& rows) {
    std::optional<Rejection> rejection;
    seen_.for_absent([&](std::size_t index) {
        const Field& field = contract_.field_specs()[index];
        if (field.required) rejection = reject_absent(field, "is missing");
        if (!rejection) rows.column(index).add_null();
        return !rejection;
    });
    return rejection;
}

}  // namespace tradewind::contract
