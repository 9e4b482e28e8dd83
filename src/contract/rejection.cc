#include "contract/rejection.h"

#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "base/json.h"
#include "base/text.h"

namespace tradewind::contract {

namespace {

constexpr std::size_t shown_characters_max = 80;

// The first 80 characters, with … for the rest.
std::string shorten(std::string_view text) {
    std::size_t at = 0;
    for (std::size_t count = 0; at < text.size(); ++count) {
        if (count == shown_characters_max) return std::string(text.substr(0, at)) + "…";
        at += std::max<std::size_t>(1, utf8_sequence(text.substr(at)));
    }
    return std::string(text);
}

const char* type_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::TooManyDigits:
        case Outcome::TooLarge:
        case Outcome::BelowMinimum:
        case Outcome::AboveMaximum:
        case Outcome::TooLong:
            return "out_of_range";
        case Outcome::PatternMismatch:
            return "pattern_mismatch";
        case Outcome::NotAccepted:
            return "not_accepted";
        case Outcome::InvalidUtf8:
            return "invalid_utf8";
        case Outcome::ControlCharacter:
            return "control_character";
        default:
            return "wrong_type";
    }
}

std::string list_formats(const Field& field) {
    std::string list;
    for (const TimeFormat& format : field.formats) {
        list += (list.empty() ? "" : ", ") + format.text();
    }
    return list;
}

std::string explain_too_large(const Field& field) {
    switch (field.column.type) {
        case ColumnType::Integer:
            return "does not fit an integer (" + std::to_string(INT32_MIN) + " to " +
                   std::to_string(INT32_MAX) + ")";
        case ColumnType::BigInt:
            return "does not fit a bigint (64 bits)";
        case ColumnType::Decimal:
            return "has more than " + std::to_string(field.column.precision - field.column.scale) +
                   " digits before the point";
        case ColumnType::Double:
            return "does not fit a double";
        default:
            return "is too large a number (64 bits)";
    }
}

std::string explain(const Field& field, Outcome outcome) {
    switch (outcome) {
        case Outcome::WrongTime:
            return "is not " + type_name(field) + " as written in " + list_formats(field);
        case Outcome::TooManyDigits:
            return "has more than " + std::to_string(field.column.scale) +
                   " digits after the point";
        case Outcome::TooLarge:
            return explain_too_large(field);
        case Outcome::BelowMinimum:
            return "is below the minimum " + field.minimum_text;
        case Outcome::AboveMaximum:
            return "is above the maximum " + field.maximum_text;
        case Outcome::TooLong:
            return "is longer than " + std::to_string(field.length_max) + " characters";
        case Outcome::PatternMismatch:
            return "does not match the pattern " + field.pattern->text();
        case Outcome::NotAccepted:
            return "is not one of the accepted values";
        case Outcome::InvalidUtf8:
            return "is not valid UTF-8";
        case Outcome::ControlCharacter:
            return "holds a control character, which no key may";
        default:
            return "is not " + type_name(field);
    }
}

bool is_number(const Field& field) {
    const ColumnType type = field.column.type;
    return type == ColumnType::Decimal || type == ColumnType::Double ||
           type == ColumnType::Integer || type == ColumnType::BigInt || field.integral;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "2,55" and "1.234,50", as much of the world writes numbers. A lone comma before three digits may
// as well stand for thousands: advice on it could be wrong by a factor of a thousand.
bool has_decimal_comma(std::string_view text) {
    text = trim(text);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || comma == 0 || comma + 1 == text.size()) return false;
    const std::string_view whole = text.substr(0, comma);
    const std::string_view fraction = text.substr(comma + 1);
    if (fraction.size() == 3 && whole.find('.') == std::string_view::npos) return false;
    return std::all_of(fraction.begin(), fraction.end(), is_digit) && is_digit(whole.front()) &&
           std::all_of(whole.begin(), whole.end(), [](char c) { return is_digit(c) || c == '.'; });
}

std::string with_point(std::string_view text) {
    std::string pointed;
    for (const char c : trim(text)) {
        if (c != '.') pointed += c == ',' ? '.' : c;
    }
    return shorten(pointed);
}

}  // namespace

std::string show_text(std::string_view text) {
    std::string shown;
    json::append_string(shown, shorten(text));
    return shown;
}

std::string show(Written value) {
    const bool bare = value.form == Form::Number || value.form == Form::Boolean;
    return bare ? shorten(value.text) : show_text(value.text);
}

Rejection reject_value(const Field& field, Written value, Outcome outcome) {
    CHECK(outcome != Outcome::Stored && outcome != Outcome::Null);
    // Bytes in another encoding are the cause, whatever the type they were meant for.
    if (!valid_utf8(value.text)) outcome = Outcome::InvalidUtf8;
    std::string reason = field.column.name + ": " + show(value) + " " + explain(field, outcome);
    if (outcome == Outcome::WrongType && is_number(field) && has_decimal_comma(value.text))
        reason += "; write it with a decimal point, not a comma: " + with_point(value.text);
    return Rejection{type_of(outcome), field.column.name, reason};
}

Rejection reject_absent(const Field& field, const char* how) {
    return Rejection{
        "missing_field",
        field.column.name,
        field.column.name + ": is required and " + how,
    };
}

Rejection reject_duplicate(const Field& field) {
    return Rejection{
        "duplicate_field",
        field.column.name,
        field.column.name + ": is given more than once",
    };
}

Rejection reject_unknown(const ContractData& contract, std::string_view name) {
    std::vector<std::string_view> known;
    for (const Field& field : contract.field_specs()) {
        known.push_back(field.column.name);
        known.insert(known.end(), field.aliases.begin(), field.aliases.end());
    }
    std::string reason = "unknown field " + show_text(name);
    if (const auto near = nearest(name, known)) reason += "; did you mean \"" + *near + "\"?";
    return Rejection{"unknown_field", shorten(name), reason};
}

Rejection reject_too_large(std::size_t bytes, std::size_t bytes_max) {
    return reject_record(
        "too_large",
        "the record has " + std::to_string(bytes) + " bytes; at most " + std::to_string(bytes_max) +
            " are accepted"
    );
}

Rejection reject_record(const char* type, std::string reason) {
    return Rejection{type, "", std::move(reason)};
}

}  // namespace tradewind::contract
