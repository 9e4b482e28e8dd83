#include "contract/convert.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/constraint.h"
#include "contract/exact_number.h"

namespace tradewind::contract {

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

bool is_nan(std::string_view text) {
    return text.size() == 3 && equal_ignore_case(text, "nan");
}

// A double that should be whole but carries the error of its computation, such
// as 5.999999999999999.
bool near_whole(std::string_view text, std::int64_t& out) {
    constexpr double error_max = 1e-9;
    constexpr double whole_max = 9'007'199'254'740'992;  // 2^53: beyond, doubles skip integers
    const auto real = parse_double(text);
    if (!real || !(std::fabs(*real) <= whole_max)) return false;
    const double whole = std::nearbyint(*real);
    if (std::fabs(*real - whole) > error_max * std::max(1.0, std::fabs(whole))) return false;
    out = static_cast<std::int64_t>(whole);
    return true;
}

Outcome read_integer(Written value, std::int64_t& out) {
    if (scan_small_integer(value.text, out)) return Outcome::Stored;
    const auto number = scan_number(value.text);
    if (!number) return Outcome::WrongType;
    const Fit fit = to_integer(*number, out);
    if (fit == Fit::TooLarge) return Outcome::TooLarge;
    if (fit == Fit::Ok) return Outcome::Stored;
    const bool near = value.form == Form::BinaryCell && near_whole(value.text, out);
    return near ? Outcome::Stored : Outcome::WrongType;
}

Outcome convert_integer(const Field& field, Written value, Column& column) {
    std::int64_t integer = 0;
    const Outcome outcome = read_integer(value, integer);
    if (outcome != Outcome::Stored) return outcome;
    if (field.column.type == ColumnType::Integer &&
        (integer < std::numeric_limits<std::int32_t>::min() ||
         integer > std::numeric_limits<std::int32_t>::max())) {
        return Outcome::TooLarge;
    }
    column.add_integer(integer);
    return Outcome::Stored;
}

// The usual case in one pass: digits with at most one point among them, and no more of them than
// the type holds.
bool scan_small_decimal(std::string_view text, int precision, int scale, std::int64_t& out) {
    static constexpr std::int64_t powers[] = {
        1,
        10,
        100,
        1'000,
        10'000,
        100'000,
        1'000'000,
    };
    const std::size_t begin = !text.empty() && text[0] == '-' ? 1 : 0;
    const std::size_t size = text.size() - begin;
    if (size == 0 || size > 16) return false;
    std::int64_t value = 0;
    std::size_t point = text.size();
    for (std::size_t at = begin; at < text.size(); ++at) {
        const unsigned digit = static_cast<unsigned char>(text[at]) - unsigned{'0'};
        if (digit <= 9) {
            value = value * 10 + digit;
        } else if (text[at] == '.' && point == text.size()) {
            point = at;
        } else {
            return false;
        }
    }
    const bool pointed = point < text.size();
    const std::size_t fraction = pointed ? text.size() - point - 1 : 0;
    const std::size_t whole = pointed ? point - begin : size;
    const int missing = scale - static_cast<int>(fraction);
    if (missing < 0 || missing > 6 || whole == 0 || (pointed && fraction == 0) ||
        static_cast<int>(whole) > precision - scale) {
        return false;
    }
    value *= powers[missing];
    out = begin == 1 ? -value : value;
    return true;
}

Outcome convert_decimal(const Field& field, Written value, Column& column) {
    const int precision = field.column.precision;
    const int scale = field.column.scale;
    std::int64_t unscaled = 0;
    if (!scan_small_decimal(value.text, precision, scale, unscaled)) {
        const auto number = scan_number(value.text);
        if (!number) return Outcome::WrongType;
        Fit fit = to_decimal(*number, precision, scale, unscaled);
        if (fit == Fit::TooManyDigits && value.form == Form::BinaryCell) {
            const auto rounded = parse_decimal(value.text, precision, scale, ExcessDigits::Round);
            if (rounded.ok()) unscaled = *rounded;
            fit = rounded.ok() ? Fit::Ok : Fit::TooLarge;
        }
        if (fit == Fit::TooManyDigits) return Outcome::TooManyDigits;
        if (fit == Fit::TooLarge) return Outcome::TooLarge;
    }
    column.add_integer(unscaled);
    return Outcome::Stored;
}

Outcome convert_double(Written value, Column& column) {
    const auto number = scan_number(value.text);  // its grammar is ours: no "inf", no "nan"
    if (!number) return Outcome::WrongType;
    constexpr std::int64_t decimal_exponent_min = -400;
    double real = number->negative ? -0.0 : 0.0;
    // Numbers too small for a double are zero, which the library does not tell from too large.
    if (number->digit_count > 0 && number->digit_count + number->power > decimal_exponent_min) {
        std::string_view text = value.text;
        if (text.front() == '+') text.remove_prefix(1);
        const auto end = std::from_chars(text.data(), text.data() + text.size(), real);
        const bool tiny = number->digit_count + number->power < 0;
        if (end.ec == std::errc::result_out_of_range) {
            if (!tiny) return Outcome::TooLarge;
            real = number->negative ? -0.0 : 0.0;
        }
        if (!std::isfinite(real)) return Outcome::TooLarge;
    }
    column.add_real(real);
    return Outcome::Stored;
}

Outcome convert_boolean(Written value, Column& column) {
    const bool yes = value.text == "1" || equal_ignore_case(value.text, "true");
    const bool no = value.text == "0" || equal_ignore_case(value.text, "false");
    if (!yes && !no) return Outcome::WrongType;
    column.add_integer(yes ? 1 : 0);
    return Outcome::Stored;
}

Outcome convert_time(const Field& field, Written value, Column& column) {
    Timestamp at;
    for (const TimeFormat& format : field.formats) {
        if (!format.read(value.text, at)) continue;
        if (field.column.type == ColumnType::Timestamp) {
            column.add_integer(at.micros);
            return Outcome::Stored;
        }
        // A date with an hour is no date: cutting it off would lose what the sender wrote.
        if (at.micros % day_us != 0) return Outcome::WrongTime;
        column.add_integer(to_days(at));
        return Outcome::Stored;
    }
    return Outcome::WrongTime;
}

// A whole number without sign as a text: 17850, "17850", 17850.0 and "17850.0" are one key.
Outcome convert_integral(Written value, Column& column) {
    if (value.text[0] == '-' || value.text[0] == '+') return Outcome::WrongType;
    std::int64_t integer = 0;
    if (!scan_small_integer(value.text, integer)) {
        const auto number = scan_number(value.text);
        if (!number) return Outcome::WrongType;
        // A text with an exponent is a code that looks like a number ("12E3").
        const bool written_as_text = value.form == Form::Text || value.form == Form::Cell;
        if (written_as_text && value.text.find_first_of("eE") != std::string_view::npos) {
            return Outcome::WrongType;
        }
        const Fit fit = to_integer(*number, integer);
        if (fit == Fit::TooLarge) return Outcome::TooLarge;
        if (fit == Fit::TooManyDigits) return Outcome::WrongType;
    }
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof(digits), integer);
    column.add_text(std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
    return Outcome::Stored;
}

// A sheet holds the code 536365 as a number and writes it as 536365.0; so do programs that send
// numbers as JSON. A text that says 536365.0 is another code.
std::string_view without_zero_fraction(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::size_t begin = text.starts_with('-') ? 1 : 0;
    if (point == std::string_view::npos || point == begin || point + 1 == text.size()) return text;
    for (std::size_t i = point + 1; i < text.size(); ++i) {
        if (text[i] != '0') return text;
    }
    for (std::size_t i = begin; i < point; ++i) {
        if (text[i] < '0' || text[i] > '9') return text;
    }
    return text.substr(0, point);
}

// Nearly all texts are ASCII and short: not worth a call.
bool is_ascii(std::string_view text) {
    unsigned char bits = 0;
    for (const char c : text)
        bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
    return bits < 0x80;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

Outcome convert_text(const Field& field, Written value, Column& column) {
    if (value.form == Form::Boolean) return Outcome::WrongType;
    if (value.form == Form::BinaryCell || value.form == Form::Number)
        value.text = without_zero_fraction(value.text);
    const bool checked = value.form == Form::Text || value.form == Form::Number;
    if (!checked && !is_ascii(value.text) && !valid_utf8(value.text)) return Outcome::InvalidUtf8;
    if (field.key && has_control_character(value.text)) return Outcome::ControlCharacter;
    column.add_text(value.text);
    return Outcome::Stored;
}

Outcome convert_unchecked(const Field& field, Written value, Column& column) {
    const bool plain_text = field.column.type == ColumnType::Text && !field.integral;
    if (!plain_text && !value.text.empty() &&
        (blank(value.text.front()) || blank(value.text.back()))) {
        value.text = trim_blanks(value.text);
    }
    if (value.text.empty() && field.empty_is_null) return Outcome::Null;
    if (plain_text) return convert_text(field, value, column);
    if (value.text.empty()) return Outcome::WrongType;
    if ((field.integral || value.form == Form::BinaryCell) && is_nan(value.text))
        return Outcome::Null;
    if (value.form == Form::Boolean && field.column.type != ColumnType::Boolean) {
        return Outcome::WrongType;
    }
    switch (field.column.type) {
        case ColumnType::Text:
            return convert_integral(value, column);
        case ColumnType::Integer:
        case ColumnType::BigInt:
            return convert_integer(field, value, column);
        case ColumnType::Decimal:
            return convert_decimal(field, value, column);
        case ColumnType::Double:
            return convert_double(value, column);
        case ColumnType::Boolean:
            return convert_boolean(value, column);
        case ColumnType::Date:
        case ColumnType::Timestamp:
            return convert_time(field, value, column);
    }
    return Outcome::WrongType;
}

}  // namespace

Outcome convert(const Field& field, Written value, Column& column) {
    const Outcome outcome = convert_unchecked(field, value, column);
    if (outcome != Outcome::Stored || !field.constrained) return outcome;
    return check_constraints(field, column);
}

}  // namespace tradewind::contract
