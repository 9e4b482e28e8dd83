#include "crawl/cell.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::crawl {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return count;
}

// Takes a number of `least` to `most` digits off the front; -1: there is none.
int take_number(std::string_view& text, std::size_t least, std::size_t most) {
    const std::size_t count = count_digits(text);
    if (count < least || count > most) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text[i] - '0');
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool date_exists(int year, int month, int day) {
    CivilTime civil;
    civil.year = year;
    civil.month = month;
    civil.day = day;
    return year >= 1 && civil_exists(civil);
}

enum class TimeForm { None, Minutes, Seconds, Bad };

// "8:26", "08:26:00", "08:26:00.25"
TimeForm take_time(std::string_view& text, bool two_digits) {
    const int hour = take_number(text, two_digits ? 2 : 1, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return TimeForm::Bad;
    const int minute = take_number(text, 2, 2);
    if (minute < 0 || minute > 59) return TimeForm::Bad;
    if (!take(text, ':')) return TimeForm::Minutes;
    const int second = take_number(text, 2, 2);
    return second < 0 || second > 59 ? TimeForm::Bad : TimeForm::Seconds;
}

bool take_fraction(std::string_view& text) {
    if (!take(text, '.')) return true;
    const std::size_t digits = count_digits(text);
    text.remove_prefix(digits);
    return digits >= 1 && digits <= 9;
}

// Nothing, "Z", "+02:00", "-0500"
TemporalMask zone_of(std::string_view text) {
    if (text.empty() || text == "Z" || text == "+00:00" || text == "+00") return iso_timestamp;
    if (text.front() != '+' && text.front() != '-') return 0;
    text.remove_prefix(1);
    if (take_number(text, 2, 2) < 0) return 0;
    if (text.empty()) return iso_zoned;
    take(text, ':');
    return take_number(text, 2, 2) >= 0 && text.empty() ? iso_zoned : 0;
}

TemporalMask iso_of(std::string_view text) {
    const int year = take_number(text, 4, 4);
    if (year < 0 || !take(text, '-')) return 0;
    const int month = take_number(text, 2, 2);
    if (month < 0 || !take(text, '-')) return 0;
    const int day = take_number(text, 2, 2);
    if (!date_exists(year, month, day)) return 0;
    if (text.empty()) return iso_date;
    if (!take(text, ' ') && !take(text, 'T')) return 0;
    if (take_time(text, true) == TimeForm::Bad || !take_fraction(text)) return 0;
    return zone_of(text);
}

// Which part stands where.
struct Order {
    char separator;
    int year_at, month_at, day_at;
};
constexpr std::array<Order, 6> orders = {{
    {'/', 2, 0, 1},
    {'/', 2, 1, 0},
    {'/', 0, 1, 2},
    {'.', 2, 1, 0},
    {'-', 2, 0, 1},
    {'-', 2, 1, 0},
}};
constexpr int time_forms = 3;
static_assert(temporal_first_free_bit + orders.size() * time_forms == temporal_bit_count);

int bit_of(std::size_t order, int time_form) {
    return temporal_first_free_bit + static_cast<int>(order) * time_forms + time_form;
}

TemporalMask other_of(std::string_view text) {
    std::array<int, 3> parts{};
    const std::size_t first_digits = count_digits(text);
    parts[0] = take_number(text, 1, 4);
    if (parts[0] < 0 || text.empty()) return 0;
    const char separator = text.front();
    if (!take(text, separator)) return 0;
    parts[1] = take_number(text, 1, 2);
    if (parts[1] < 0 || !take(text, separator)) return 0;
    const std::size_t last_digits = count_digits(text);
    parts[2] = take_number(text, 1, 4);
    if (parts[2] < 0 || (first_digits == 4) == (last_digits == 4)) return 0;
    int time_form = 0;
    if (!text.empty()) {
        if (!take(text, ' ')) return 0;
        const TimeForm form = take_time(text, false);
        if (form == TimeForm::Bad || !text.empty()) return 0;
        time_form = form == TimeForm::Minutes ? 1 : 2;
    }
    TemporalMask mask = 0;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const Order& order = orders.at(i);
        const bool year_fits = (order.year_at == 0) == (first_digits == 4);
        if (order.separator != separator || !year_fits) continue;
        const auto part = [&](int at) { return parts.at(static_cast<std::size_t>(at)); };
        if (date_exists(part(order.year_at), part(order.month_at), part(order.day_at))) {
            mask |= TemporalMask{1} << bit_of(i, time_form);
        }
    }
    return mask;
}

bool is_special(std::string_view text) {
    if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
    return equal_ignore_case(text, "nan") || equal_ignore_case(text, "inf") ||
           equal_ignore_case(text, "infinity");
}

// "1.5e10", "1e-05"; not "1e5", which codes look like.
bool exponent_fits(std::string_view text, bool has_point) {
    if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return false;
    text.remove_prefix(1);
    const bool sign = take(text, '+') || take(text, '-');
    const std::size_t digits = count_digits(text);
    return digits >= 1 && digits <= 3 && digits == text.size() && (sign || has_point);
}

Cell number_cell(std::string_view text) {
    Cell cell;
    const std::string_view whole = text;
    take(text, '-');
    const std::size_t digits = count_digits(text);
    if (digits > 1 && text.front() == '0') return cell;
    text.remove_prefix(digits);
    const bool point = take(text, '.');
    const std::size_t fraction = point ? count_digits(text) : 0;
    text.remove_prefix(fraction);
    if (digits + fraction == 0 || (point && fraction == 0)) return cell;
    const bool exponent = exponent_fits(text, point);
    if (!text.empty() && !exponent) return cell;
    if (!point && !exponent) {
        std::int64_t value = 0;
        const auto end = whole.data() + whole.size();
        const auto read = std::from_chars(whole.data(), end, value);
        if (read.ec != std::errc() || read.ptr != end) return cell;
        cell.number = static_cast<long double>(value);
        cell.kind = CellKind::Integer;
    } else {
        cell.kind = exponent ? CellKind::Double : CellKind::Decimal;
        cell.number = std::strtold(std::string(whole).c_str(), nullptr);
    }
    cell.integer_digits = static_cast<int>(digits);
    cell.scale = static_cast<int>(fraction);
    return cell;
}

}  // namespace

const char* temporal_format(int bit) {
    constexpr std::array<std::array<const char*, time_forms>, orders.size()> formats = {{
        {"%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"},
        {"%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"},
        {"%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"},
        {"%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"},
        {"%m-%d-%Y", "%m-%d-%Y %H:%M", "%m-%d-%Y %H:%M:%S"},
        {"%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S"},
    }};
    if (bit < temporal_first_free_bit) return "";
    const int index = bit - temporal_first_free_bit;
    return formats.at(static_cast<std::size_t>(index / time_forms))
        .at(static_cast<std::size_t>(index % time_forms));
}

bool temporal_has_time(int bit) {
    return bit >= temporal_first_free_bit && (bit - temporal_first_free_bit) % time_forms != 0;
}

Cell read_cell(std::string_view text) {
    // Longer than any number, date or truth value: not worth a look.
    constexpr std::size_t typed_bytes_max = 40;
    Cell cell;
    if (text.size() > typed_bytes_max) return cell;
    const char first = text.front();
    if (is_digit(first) || first == '-' || first == '.') {
        cell = number_cell(text);
        if (cell.kind != CellKind::Text) return cell;
        if (is_digit(first)) {
            cell.temporal = iso_of(text);
            if (cell.temporal == 0) cell.temporal = other_of(text);
            if (cell.temporal != 0) cell.kind = CellKind::Temporal;
            return cell;
        }
    }
    if (equal_ignore_case(text, "true") || equal_ignore_case(text, "false")) {
        cell.kind = CellKind::Boolean;
    } else if (is_special(text)) {
        cell.kind = CellKind::Special;
    }
    return cell;
}

}  // namespace tradewind::crawl
