// Texts to instants: ISO 8601 and strptime-like formats (time.h).
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace tradewind {

namespace {

constexpr std::array<std::string_view, 12> month_names = {
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
};

// Reads from the front of a text; false leaves it wherever it stopped.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

    bool literal(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool blanks() {
        const std::size_t before = rest_.size();
        while (peek() == ' ' || peek() == '\t') rest_.remove_prefix(1);
        return rest_.size() < before;
    }
    // Between `digits_min` and `digits_max` digits.
    bool number(int digits_min, int digits_max, int& out) {
        int value = 0;
        int count = 0;
        for (; count < digits_max && peek() >= '0' && peek() <= '9'; ++count) {
            value = value * 10 + (peek() - '0');
            rest_.remove_prefix(1);
        }
        out = value;
        return count >= digits_min;
    }
    // One to nine digits after the point; what is finer than a microsecond is cut off.
    bool fraction(int& micros) {
        int count = 0;
        micros = 0;
        for (; count < 9 && peek() >= '0' && peek() <= '9'; ++count) {
            if (count < 6) micros = micros * 10 + (peek() - '0');
            rest_.remove_prefix(1);
        }
        for (int i = count; i < 6; ++i) micros *= 10;
        return count >= 1;
    }
    bool word(std::string_view lowered) {
        if (!equal_ignore_case(rest_.substr(0, lowered.size()), lowered)) return false;
        rest_.remove_prefix(lowered.size());
        return true;
    }
    bool month_name(int& month) {
        for (std::size_t i = 0; i < month_names.size(); ++i) {
            if (word(month_names[i]) || word(month_names[i].substr(0, 3))) {
                month = static_cast<int>(i) + 1;
                return true;
            }
        }
        return false;
    }
    // "Z", "+02:00", "+0200", "+02".
    bool zone(int& offset_minutes) {
        offset_minutes = 0;
        if (literal('Z') || literal('z')) return true;
        const bool west = peek() == '-';
        if (!literal('+') && !literal('-')) return false;
        int hours = 0;
        int minutes = 0;
        if (!number(2, 2, hours)) return false;
        const bool minutes_follow = literal(':') || (peek() >= '0' && peek() <= '9');
        if (minutes_follow && !number(2, 2, minutes)) return false;
        // ISO 8601 knows offsets of up to a day; the farthest in use is +14:00.
        if (hours > 23 || minutes > 59) return false;
        offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
        return true;
    }

private:
    std::string_view rest_;
};

// What a format has said so far; put together at the end.
struct Fields {
    CivilTime civil;
    int offset_minutes = 0;
    bool twelve_hours = false;
    bool afternoon = false;
};

bool read_iso(Cursor& in, Fields& out) {
    CivilTime& c = out.civil;
    if (!in.number(4, 4, c.year) || !in.literal('-') || !in.number(2, 2, c.month) ||
        !in.literal('-') || !in.number(2, 2, c.day)) {
        return false;
    }
    if (in.at_end()) return true;
    if (!in.literal(' ') && !in.literal('T') && !in.literal('t')) return false;
    if (!in.number(2, 2, c.hour) || !in.literal(':') || !in.number(2, 2, c.minute)) return false;
    if (in.literal(':')) {
        if (!in.number(2, 2, c.second)) return false;
        if (in.literal('.') && !in.fraction(c.micros)) return false;
    }
    if (in.at_end()) return true;
    return in.zone(out.offset_minutes) && in.at_end();
}

bool read_field(Cursor& in, char specifier, Fields& out) {
    CivilTime& c = out.civil;
    switch (specifier) {
        case 'Y':
            return in.number(4, 4, c.year);
        case 'y':
            if (!in.number(2, 2, c.year)) return false;
            c.year += c.year < 69 ? 2000 : 1900;  // as POSIX has it
            return true;
        case 'm':
            return in.number(1, 2, c.month);
        case 'd':
            return in.number(1, 2, c.day);
        case 'H':
            return in.number(1, 2, c.hour);
        case 'I':
            out.twelve_hours = true;
            return in.number(1, 2, c.hour) && c.hour >= 1 && c.hour <= 12;
        case 'M':
            return in.number(1, 2, c.minute);
        case 'S':
            return in.number(1, 2, c.second);
        case 'f':
            return in.fraction(c.micros);
        case 'b':
        case 'B':
            return in.month_name(c.month);
        case 'p':
            out.afternoon = in.word("pm");
            return out.afternoon || in.word("am");
        case 'z':
            return in.zone(out.offset_minutes);
        case '%':
            return in.literal('%');
        default:
            return false;
    }
}

bool known_specifier(char specifier) {
    return std::string_view("YymdHIMSfbBpz%").find(specifier) != std::string_view::npos;
}

bool read_with_format(Cursor& in, std::string_view format, Fields& out) {
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%') {
            ++i;
            if (i == format.size() || !read_field(in, format[i], out)) return false;
        } else if (format[i] == ' ') {
            if (!in.blanks()) return false;
            while (i + 1 < format.size() && format[i + 1] == ' ') ++i;
        } else if (!in.literal(format[i])) {
            return false;
        }
    }
    return in.at_end();
}

Result<void> check_format(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        ++i;
        if (i < format.size() && known_specifier(format[i])) continue;
        return Error(
                   ErrorCode::InvalidArgument, "unknown time format: '" + std::string(format) + "'"
        )
            .with_hint("Known are %Y %y %m %d %H %I %p %M %S %f %b %B %z %%.");
    }
    return {};
}

Error no_such_time(std::string_view text) {
    return Error(
        ErrorCode::InvalidArgument,
        "no such date or time: '" + std::string(text.substr(0, 64)) + "'"
    );
}

Result<Timestamp> assemble(std::string_view text, Fields& fields) {
    CivilTime& civil = fields.civil;
    if (fields.twelve_hours) civil.hour = civil.hour % 12 + (fields.afternoon ? 12 : 0);
    // Year 0 exists in ISO 8601, but no SQL engine and no data frame prints it alike.
    if (civil.year < 1 || !civil_exists(civil)) return no_such_time(text);
    return Timestamp{from_civil(civil).micros - std::int64_t{60'000'000} * fields.offset_minutes};
}

}  // namespace

Result<Timestamp> parse_iso(std::string_view text) {
    Cursor in(text);
    Fields fields;
    if (!read_iso(in, fields)) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "not an ISO 8601 time: '" + std::string(text.substr(0, 64)) + "'"
        )
            .with_hint("Write it like 2010-12-01 08:26:00 or 2010-12-01T08:26:00Z.");
    }
    return assemble(text, fields);
}

Result<Timestamp> parse_with_format(std::string_view text, std::string_view format) {
    Cursor in(text);
    Fields fields;
    if (!read_with_format(in, format, fields)) {
        TRY(check_format(format));
        return Error(
            ErrorCode::InvalidArgument,
            "'" + std::string(text.substr(0, 64)) + "' does not match the time format '" +
                std::string(format) + "'"
        );
    }
    return assemble(text, fields);
}

}  // namespace tradewind
