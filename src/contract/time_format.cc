// The layouts that nearly all records use are read here, digit by digit; rare ones (names of
// months, zones, 12-hour clocks) by base/time.h, whose answers the two must share.
#include "contract/time_format.h"

#include <charconv>

#include "base/time.h"
#include "contract/exact_number.h"

namespace tradewind::contract {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool assemble(const CivilTime& civil, Timestamp& out) {
    if (civil.year < 1 || !civil_exists(civil)) return false;
    out = from_civil(civil);
    return true;
}

bool two_digits(const char* at, int& out) {
    out = (at[0] - '0') * 10 + (at[1] - '0');
    return is_digit(at[0]) && is_digit(at[1]);
}

bool four_digits(const char* at, int& out) {
    int high = 0;
    int low = 0;
    if (!two_digits(at, high) || !two_digits(at + 2, low)) return false;
    out = high * 100 + low;
    return true;
}

// "2010-12-01", and with " 08:26:00" or "T08:26:00", with or without Z.
bool read_plain_iso(std::string_view text, CivilTime& civil) {
    const char* at = text.data();
    if (text.size() == 20 && at[19] == 'Z') text.remove_suffix(1);
    if (text.size() != 10 && text.size() != 19) return false;
    if (!four_digits(at, civil.year) || at[4] != '-' || !two_digits(at + 5, civil.month) ||
        at[7] != '-' || !two_digits(at + 8, civil.day)) {
        return false;
    }
    if (text.size() == 10) return true;
    return (at[10] == ' ' || at[10] == 'T') && two_digits(at + 11, civil.hour) && at[13] == ':' &&
           two_digits(at + 14, civil.minute) && at[16] == ':' && two_digits(at + 17, civil.second);
}

bool read_iso(std::string_view text, Timestamp& out) {
    // What cannot be a date is turned away before an error message is made of it.
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
    CivilTime civil;
    if (read_plain_iso(text, civil)) return assemble(civil, out);
    const auto read = parse_iso(text);
    if (read.ok()) out = *read;
    return read.ok();
}

bool read_excel_serial(std::string_view text, Timestamp& out) {
    if (text.empty() || !is_digit(text[0]) || !scan_number(text)) return false;
    double serial = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), serial);
    if (end.ec != std::errc{}) return false;
    const auto read = from_excel_serial(serial);
    if (read.ok()) out = *read;
    return read.ok();
}

// Up to `digits_max` digits from `at`, at least `digits_min`.
bool read_number(
    std::string_view text, std::size_t& at, std::size_t digits_min, std::size_t digits_max, int& out
) {
    const std::size_t begin = at;
    out = 0;
    for (; at < text.size() && at - begin < digits_max && is_digit(text[at]); ++at) {
        out = out * 10 + (text[at] - '0');
    }
    return at - begin >= digits_min;
}

// One to nine digits; what is finer than a microsecond is cut off.
bool read_fraction(std::string_view text, std::size_t& at, int& micros) {
    const std::size_t begin = at;
    if (!read_number(text, at, 1, 6, micros)) return false;
    for (std::size_t size = at - begin; size < 6; ++size) micros *= 10;
    for (; at < text.size() && at - begin < 9 && is_digit(text[at]);) ++at;
    return true;
}

bool read_specifier(std::string_view text, std::size_t& at, char specifier, CivilTime& civil) {
    switch (specifier) {
        case 'Y':
            return read_number(text, at, 4, 4, civil.year);
        case 'm':
            return read_number(text, at, 1, 2, civil.month);
        case 'd':
            return read_number(text, at, 1, 2, civil.day);
        case 'H':
            return read_number(text, at, 1, 2, civil.hour);
        case 'M':
            return read_number(text, at, 1, 2, civil.minute);
        case 'S':
            return read_number(text, at, 1, 2, civil.second);
        case 'f':
            return read_fraction(text, at, civil.micros);
        default:
            return false;
    }
}

}  // namespace

Result<TimeFormat> TimeFormat::compile(const std::string& text) {
    constexpr std::string_view plain = "YmdHMSf";
    constexpr std::string_view known = "YmdHMSfybBpIz";
    TimeFormat format;
    format.text_ = text;
    if (text == "iso") return format;
    format.kind_ = text == "excel_serial" ? Kind::ExcelSerial : Kind::Layout;
    if (format.kind_ == Kind::ExcelSerial) return format;
    std::string seen;
    for (std::size_t i = 0; i < text.size(); ++i) {
        Step step{0, text[i]};
        if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%') {
            ++i;
        } else if (text[i] == '%') {
            step.specifier = i + 1 < text.size() ? text[++i] : '%';
            if (known.find(step.specifier) == std::string_view::npos) {
                return Error(ErrorCode::InvalidArgument, "unknown time format: '" + text + "'")
                    .with_hint(
                        "Known are iso, excel_serial, and %Y %y %m %d %H %I %p %M %S %f %b %B %z "
                        "%%."
                    );
            }
            if (plain.find(step.specifier) == std::string_view::npos) format.kind_ = Kind::Other;
            seen += step.specifier;
        }
        format.steps_.push_back(step);
    }
    if (seen.find_first_of("Yy") == std::string::npos ||
        seen.find_first_of("mbB") == std::string::npos || seen.find('d') == std::string::npos) {
        return Error(
                   ErrorCode::InvalidArgument, "the time format '" + text + "' gives no whole date"
        )
            .with_hint("It needs a year, a month and a day, or be one of iso and excel_serial.");
    }
    return format;
}

bool TimeFormat::read_layout(std::string_view text, Timestamp& out) const {
    CivilTime civil;
    std::size_t at = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const Step step = steps_[i];
        if (step.specifier != 0) {
            if (!read_specifier(text, at, step.specifier, civil)) return false;
        } else if (step.literal == ' ') {
            const std::size_t begin = at;
            while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
            if (at == begin) return false;
            while (i + 1 < steps_.size() && steps_[i + 1].specifier == 0 &&
                   steps_[i + 1].literal == ' ') {
                ++i;
            }
        } else {
            if (at >= text.size() || text[at] != step.literal) return false;
            ++at;
        }
    }
    return at == text.size() && assemble(civil, out);
}

bool TimeFormat::read(std::string_view text, Timestamp& out) const {
    switch (kind_) {
        case Kind::Iso:
            return read_iso(text, out);
        case Kind::ExcelSerial:
            return read_excel_serial(text, out);
        case Kind::Layout:
            return read_layout(text, out);
        case Kind::Other: {
            const auto read = parse_with_format(text, text_);
            if (read.ok()) out = *read;
            return read.ok();
        }
    }
    return false;
}

}  // namespace tradewind::contract
