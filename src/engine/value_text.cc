#include "engine/value_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace tradewind::engine {

namespace {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t nanos_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;
constexpr int unsigned_digits_max = 20;

template <typename T>
void append_number(std::string& out, T value) {
    char digits[40];
    const auto [end, code] = std::to_chars(digits, digits + sizeof(digits), value);
    out.append(digits, end);
}

template <typename T>
void append_real(std::string& out, T value) {
    if (!std::isfinite(value)) {
        out += std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
        return;
    }
    const std::size_t begin = out.size();
    append_number(out, value);
    // A column of 1, 2, 3.5 must not look like integers at first to a reader that infers types.
    if (out.find_first_of(".e", begin) == std::string::npos) out += ".0";
}

void put_two(char* at, int value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
}

// `width` digits with leading zeros.
void append_padded(std::string& out, std::uint64_t value, int width) {
    char digits[20];
    for (int i = width - 1; i >= 0; --i) {
        digits[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits, static_cast<std::size_t>(width));
}

void append_clock(std::string& out, int seconds_of_day) {
    char text[8] = {0, 0, ':', 0, 0, ':', 0, 0};
    put_two(text, seconds_of_day / 3600);
    put_two(text + 3, seconds_of_day / 60 % 60);
    put_two(text + 6, seconds_of_day % 60);
    out.append(text, 8);
}

void append_fraction(std::string& out, std::int64_t fraction, int width) {
    if (fraction == 0) return;
    out.push_back('.');
    append_padded(out, static_cast<std::uint64_t>(fraction), width);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

void append_instant(
    std::string& out, std::int64_t ticks, std::int64_t per_second, int width, TimeStyle style
) {
    const std::int64_t seconds = floor_divide(ticks, per_second);
    const std::int64_t days = floor_divide(seconds, seconds_per_day);
    append_date(out, days);
    out.push_back(static_cast<char>(style));
    append_clock(out, static_cast<int>(seconds - days * seconds_per_day));
    append_fraction(out, ticks - seconds * per_second, width);
}

void append_part(std::string& out, std::size_t begin, std::int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (out.size() > begin) out.push_back(' ');
    append_integer(out, count);
    out.push_back(' ');
    out += unit;
    if (count != 1 && count != -1) out.push_back('s');
}

// Which bytes end the fast path: 1 = needs CSV quotes, 2 = needs a JSON escape.
constexpr std::array<std::uint8_t, 256> make_special() {
    std::array<std::uint8_t, 256> special{};
    for (std::size_t c = 0; c < 0x20; ++c) special[c] = 2;
    special['\n'] |= 1;
    special['\r'] |= 1;
    special['"'] = 3;
    special['\\'] = 2;
    special[','] = 1;
    return special;
}
constexpr std::array<std::uint8_t, 256> special_bytes = make_special();

bool has_special(std::string_view text, std::uint8_t mask) {
    std::uint8_t found = 0;
    for (const char c : text) found |= special_bytes[static_cast<unsigned char>(c)];
    return (found & mask) != 0;
}

void append_json_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            constexpr std::string_view hex = "0123456789abcdef";
            out += "\\u00";
            out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
            out.push_back(hex[static_cast<unsigned char>(c) & 15]);
    }
}

}  // namespace

char* put_unsigned(char* to, std::uint64_t value) {
    constexpr std::uint64_t small_end = 10'000;
    if (value >= small_end) return std::to_chars(to, to + unsigned_digits_max, value).ptr;
    const auto number = static_cast<unsigned>(value);
    const auto digit = [](unsigned one) { return static_cast<char>('0' + one); };
    if (number >= 1000) *to++ = digit(number / 1000);
    if (number >= 100) *to++ = digit(number / 100 % 10);
    if (number >= 10) *to++ = digit(number / 10 % 10);
    *to++ = digit(number % 10);
    return to;
}

char* put_integer(char* to, std::int64_t value) {
    if (value >= 0) return put_unsigned(to, static_cast<std::uint64_t>(value));
    *to++ = '-';
    return put_unsigned(to, 0 - static_cast<std::uint64_t>(value));
}

void append_integer(std::string& out, std::int64_t value) {
    append_number(out, value);
}
void append_unsigned(std::string& out, std::uint64_t value) {
    append_number(out, value);
}
void append_double(std::string& out, double value) {
    append_real(out, value);
}
void append_float(std::string& out, float value) {
    append_real(out, value);
}

void append_wide(std::string& out, Int128 value) {
    if (value >= INT64_MIN && value <= INT64_MAX) {
        append_integer(out, static_cast<std::int64_t>(value));
    } else {
        out += format_decimal(value, 0);
    }
}

void append_decimal(std::string& out, Int128 unscaled, int scale) {
    if (scale == 0) return append_wide(out, unscaled);
    if (unscaled < INT64_MIN + 1 || unscaled > INT64_MAX) {
        out += format_decimal(unscaled, scale);
        return;
    }
    auto value = static_cast<std::int64_t>(unscaled);
    if (value < 0) {
        out.push_back('-');
        value = -value;
    }
    char digits[20];
    const auto [end, code] = std::to_chars(digits, digits + sizeof(digits), value);
    const auto count = static_cast<int>(end - digits);
    if (count <= scale) {
        out += "0.";
        out.append(static_cast<std::size_t>(scale - count), '0');
        out.append(digits, end);
        return;
    }
    out.append(digits, static_cast<std::size_t>(count - scale));
    out.push_back('.');
    out.append(end - scale, end);
}

void append_date(std::string& out, std::int64_t days) {
    // Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = floor_divide(shifted, 146'097);
    const auto day_of_era = static_cast<int>(shifted - era * 146'097);
    const int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int month_shifted = (5 * day_of_year + 2) / 153;
    const int day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    const int month = month_shifted < 10 ? month_shifted + 3 : month_shifted - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    if (year >= 0 && year <= 9999) {
        char text[10] = {0, 0, 0, 0, '-', 0, 0, '-', 0, 0};
        put_two(text, static_cast<int>(year / 100));
        put_two(text + 2, static_cast<int>(year % 100));
        put_two(text + 5, month);
        put_two(text + 8, day);
        out.append(text, 10);
        return;
    }
    if (year < 0) {
        out.push_back('-');
        append_padded(out, static_cast<std::uint64_t>(-year), year > -10'000 ? 4 : 6);
    } else {
        append_integer(out, year);
    }
    char tail[6] = {'-', 0, 0, '-', 0, 0};
    put_two(tail + 1, month);
    put_two(tail + 4, day);
    out.append(tail, 6);
}

void append_time_micros(std::string& out, std::int64_t micros_of_day) {
    append_clock(out, static_cast<int>(micros_of_day / micros_per_second));
    append_fraction(out, micros_of_day % micros_per_second, 6);
}

void append_time_nanos(std::string& out, std::int64_t nanos_of_day) {
    append_clock(out, static_cast<int>(nanos_of_day / nanos_per_second));
    append_fraction(out, nanos_of_day % nanos_per_second, 9);
}

void append_timestamp_micros(std::string& out, std::int64_t micros, TimeStyle style) {
    append_instant(out, micros, micros_per_second, 6, style);
}

void append_timestamp_nanos(std::string& out, std::int64_t nanos, TimeStyle style) {
    append_instant(out, nanos, nanos_per_second, 9, style);
}

void append_zone_offset(std::string& out, int seconds) {
    out.push_back(seconds < 0 ? '-' : '+');
    const int size = seconds < 0 ? -seconds : seconds;
    append_padded(out, static_cast<std::uint64_t>(size / 3600), 2);
    out.push_back(':');
    append_padded(out, static_cast<std::uint64_t>(size / 60 % 60), 2);
    if (size % 60 == 0) return;
    out.push_back(':');
    append_padded(out, static_cast<std::uint64_t>(size % 60), 2);
}

void append_interval(std::string& out, int months, int days, std::int64_t micros) {
    const std::size_t begin = out.size();
    append_part(out, begin, months / 12, "year");
    append_part(out, begin, months % 12, "month");
    append_part(out, begin, days, "day");
    if (micros == 0 && out.size() > begin) return;
    if (out.size() > begin) out.push_back(' ');
    if (micros < 0) out.push_back('-');
    const std::uint64_t size =
        micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
    const std::uint64_t seconds = size / micros_per_second;
    const std::uint64_t hours = seconds / 3600;
    if (hours < 10) out.push_back('0');
    append_unsigned(out, hours);
    out.push_back(':');
    append_padded(out, seconds / 60 % 60, 2);
    out.push_back(':');
    append_padded(out, seconds % 60, 2);
    append_fraction(out, static_cast<std::int64_t>(size % micros_per_second), 6);
}

void append_csv_text(std::string& out, std::string_view text) {
    if (!text.empty() && !has_special(text, 1)) {
        out += text;
        return;
    }
    out.push_back('"');
    for (const char c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void append_json_text(std::string& out, std::string_view text) {
    out.push_back('"');
    if (!has_special(text, 2)) {
        out += text;
    } else {
        for (const char c : text) {
            if ((special_bytes[static_cast<unsigned char>(c)] & 2) != 0) {
                append_json_escape(out, c);
            } else {
                out.push_back(c);
            }
        }
    }
    out.push_back('"');
}

}  // namespace tradewind::engine
