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

// "8:26", "08:26:00"
TimeForm take_time(std::string_view& text, bool two_digits, CivilTime& civil) {
    civil.hour = take_number(text, two_digits ? 2 : 1, 2);
    if (civil.hour < 0 || civil.hour > 23 || !take(text, ':')) return TimeForm::Bad;
    civil.minute = take_number(text, 2, 2);
    if (civil.minute < 0 || civil.minute > 59) return TimeForm::Bad;
    if (!take(text, ':')) return TimeForm::Minutes;
    civil.second = take_number(text, 2, 2);
    return civil.second < 0 || civil.second > 59 ? TimeForm::Bad : TimeForm::Seconds;
}

// ".25". A timestamp holds six places: what says more is cut by SQL, and hence text.
bool take_fraction(std::string_view& text, CivilTime& civil) {
    constexpr std::size_t places_kept = 6;
    constexpr std::size_t places_max = 9;
    if (!take(text, '.')) return true;
    const std::size_t places = count_digits(text);
    if (places < 1 || places > places_max) return false;
    std::string digits(text.substr(0, places));
    text.remove_prefix(places);
    digits.resize(places_max, '0');
    if (digits.find_first_not_of('0', places_kept) != std::string::npos) return false;
    std::from_chars(digits.data(), digits.data() + places_kept, civil.micros);
    return true;
}

struct Zone {
    TemporalMask form = 0;
    int offset_minutes = 0;
};

// Takes two digits off the front, whatever follows; -1: there are none.
int take_two_digits(std::string_view& text) {
    std::string_view two = text.substr(0, 2);
    const int value = take_number(two, 2, 2);
    if (value >= 0) text.remove_prefix(2);
    return value;
}

// Nothing, "Z", "+02:00", "-0500", "+02"
Zone zone_of(std::string_view text) {
    // No clock is set further from UTC.
    constexpr int hours_max = 15;
    if (text.empty()) return {iso_timestamp, 0};
    if (text == "Z") return {iso_utc, 0};
    const bool west = text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return {};
    const int hours = take_two_digits(text);
    if (hours < 0 || hours > hours_max) return {};
    int minutes = 0;
    if (!text.empty()) {
        take(text, ':');
        minutes = take_two_digits(text);
        if (minutes < 0 || minutes > 59 || !text.empty()) return {};
    }
    const int offset = hours * 60 + minutes;
    return {offset == 0 ? iso_utc : iso_zoned, west ? -offset : offset};
}

// Sets what the cell's time is; false: the text is not ISO, or the engine would not take it.
bool read_iso(std::string_view text, Cell& cell) {
    CivilTime civil;
    civil.year = take_number(text, 4, 4);
    if (civil.year < 0 || !take(text, '-')) return false;
    civil.month = take_number(text, 2, 2);
    if (civil.month < 0 || !take(text, '-')) return false;
    civil.day = take_number(text, 2, 2);
    if (!date_exists(civil.year, civil.month, civil.day)) return false;
    Zone zone{iso_date, 0};
    if (!text.empty()) {
        if (!take(text, ' ') && !take(text, 'T')) return false;
        const TimeForm form = take_time(text, true, civil);
        // Seconds may only be left out where nothing follows.
        if (form == TimeForm::Bad || (form == TimeForm::Minutes && !text.empty())) return false;
        if (!take_fraction(text, civil)) return false;
        zone = zone_of(text);
    }
    constexpr std::int64_t minute_us = 60'000'000;
    cell.temporal = zone.form;
    cell.instants[0] = from_civil(civil).micros - zone.offset_minutes * minute_us;
    return zone.form != 0;
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
static_assert(iso_utc == TemporalMask{1} << temporal_bit_count);
static_assert(temporal_order_count == 1 + orders.size());

int bit_of(std::size_t order, int time_form) {
    return temporal_first_free_bit + static_cast<int>(order) * time_forms + time_form;
}

bool read_other(std::string_view text, Cell& cell) {
    std::array<int, 3> parts{};
    const std::size_t first_digits = count_digits(text);
    parts[0] = take_number(text, 1, 4);
    if (parts[0] < 0 || text.empty()) return false;
    const char separator = text.front();
    if (!take(text, separator)) return false;
    parts[1] = take_number(text, 1, 2);
    if (parts[1] < 0 || !take(text, separator)) return false;
    const std::size_t last_digits = count_digits(text);
    parts[2] = take_number(text, 1, 4);
    if (parts[2] < 0 || (first_digits == 4) == (last_digits == 4)) return false;
    int time_form = 0;
    CivilTime civil;
    if (!text.empty()) {
        if (!take(text, ' ')) return false;
        const TimeForm form = take_time(text, false, civil);
        if (form == TimeForm::Bad || !text.empty()) return false;
        time_form = form == TimeForm::Minutes ? 1 : 2;
    }
    std::size_t fitting = 0;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const Order& order = orders.at(i);
        const bool year_fits = (order.year_at == 0) == (first_digits == 4);
        if (order.separator != separator || !year_fits) continue;
        const auto part = [&](int at) { return parts.at(static_cast<std::size_t>(at)); };
        civil.year = part(order.year_at);
        civil.month = part(order.month_at);
        civil.day = part(order.day_at);
        if (!date_exists(civil.year, civil.month, civil.day)) continue;
        cell.temporal |= TemporalMask{1} << bit_of(i, time_form);
        cell.instants.at(fitting++) = from_civil(civil).micros;
    }
    return fitting > 0;
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
        cell.rounds = static_cast<long double>(static_cast<double>(value)) != cell.number;
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
    if (temporal_order(bit) == 0) return "";
    const int index = bit - temporal_first_free_bit;
    return formats.at(static_cast<std::size_t>(index / time_forms))
        .at(static_cast<std::size_t>(index % time_forms));
}

bool temporal_has_time(int bit) {
    return bit >= temporal_first_free_bit && (bit - temporal_first_free_bit) % time_forms != 0;
}

int temporal_order(int bit) {
    const bool other = bit >= temporal_first_free_bit && bit < temporal_bit_count;
    return other ? 1 + (bit - temporal_first_free_bit) / time_forms : 0;
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
            if (read_iso(text, cell) || read_other(text, cell)) cell.kind = CellKind::Temporal;
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
