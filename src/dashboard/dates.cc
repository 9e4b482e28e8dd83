#include "dashboard/dates.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::dashboard {

namespace {

constexpr std::int64_t day_us = 86'400'000'000;
constexpr int months_in_year = 12;
constexpr int year_min = 1000;  // earlier ones are slips of the hand

CivilTime civil_of(std::int64_t day) {
    return to_civil(Timestamp{day * day_us});
}

std::int64_t day_of(int year, int month, int day) {
    CivilTime civil;
    civil.year = year;
    civil.month = month;
    civil.day = day;
    return to_days(from_civil(civil));
}

std::int64_t first_of_month(std::int64_t day, int months_later) {
    const CivilTime civil = civil_of(day);
    const int months = civil.year * months_in_year + civil.month - 1 + months_later;
    return day_of(months / months_in_year, months % months_in_year + 1, 1);
}

std::int64_t first_of_year(std::int64_t day, int years_later) {
    return day_of(civil_of(day).year + years_later, 1, 1);
}

// The same day of another month; its last day where it has fewer, or where this is a month's last.
std::int64_t add_months(std::int64_t day, int months) {
    const std::int64_t first = first_of_month(day, months);
    const std::int64_t last = first_of_month(day, months + 1) - 1;
    if (first_of_month(day, 1) == day + 1) return last;
    return std::min(last, first + civil_of(day).day - 1);
}

DateRange range_of(std::int64_t from, std::int64_t to) {
    return {format_date(from), format_date(to)};
}

int months_between(std::int64_t from, std::int64_t to) {
    const CivilTime a = civil_of(from);
    const CivilTime b = civil_of(to);
    return (b.year - a.year) * months_in_year + b.month - a.month;
}

struct Days {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

Result<Days> days_of(const DateRange& range) {
    return Days {
        TRY(parse_day(range.from))
        , TRY(parse_day(range.to))
    };
}

}  // namespace

const std::vector<std::string_view>& preset_names() {
    static const std::vector<std::string_view> names{
        "all",
        "last_7_days",
        "last_30_days",
        "last_90_days",
        "last_12_months",
        "this_month",
        "last_month",
        "this_year",
        "last_year"
    };
    return names;
}

Result<std::int64_t> parse_day(std::string_view text) {
    constexpr std::size_t iso_length = 10;
    const auto number = [&](std::size_t at, std::size_t count) {
        const std::string_view digits = text.substr(at, count);
        const bool all = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
        return all ? parse_integer(digits) : std::nullopt;
    };
    if (text.size() == iso_length && text[4] == '-' && text[7] == '-') {
        const auto year = number(0, 4);
        const auto month = number(5, 2);
        const auto day = number(8, 2);
        CivilTime civil;
        if (year && month && day && *year >= year_min) {
            civil.year = static_cast<int>(*year);
            civil.month = static_cast<int>(*month);
            civil.day = static_cast<int>(*day);
            if (civil_exists(civil)) return to_days(from_civil(civil));
        }
    }
    return Error(ErrorCode::InvalidArgument, "'" + std::string(text.substr(0, 40)) + "' is no day")
        .with_hint("Write it as 2011-12-09.");
}

std::optional<DateRange> resolve_preset(std::string_view preset, const DateRange& bounds) {
    const auto last = parse_day(bounds.to);
    if (!last.ok()) return std::nullopt;
    if (preset == "last_7_days") return range_of(*last - 6, *last);
    if (preset == "last_30_days") return range_of(*last - 29, *last);
    if (preset == "last_90_days") return range_of(*last - 89, *last);
    if (preset == "last_12_months")
        return range_of(first_of_month(*last, 1 - months_in_year), *last);
    if (preset == "this_month") return range_of(first_of_month(*last, 0), *last);
    if (preset == "last_month")
        return range_of(first_of_month(*last, -1), first_of_month(*last, 0) - 1);
    if (preset == "this_year") return range_of(first_of_year(*last, 0), *last);
    if (preset == "last_year")
        return range_of(first_of_year(*last, -1), first_of_year(*last, 0) - 1);
    return std::nullopt;
}

Result<DateRange> previous_period(const DateRange& range) {
    const Days days = TRY(days_of(range));
    if (first_of_month(days.from, 0) == days.from) {
        const int months = months_between(days.from, days.to) + 1;
        return range_of(add_months(days.from, -months), add_months(days.to, -months));
    }
    return range_of(days.from - (days.to - days.from) - 1, days.from - 1);
}

Result<DateRange> previous_year(const DateRange& range) {
    const Days days = TRY(days_of(range));
    return range_of(add_months(days.from, -months_in_year), add_months(days.to, -months_in_year));
}

}  // namespace tradewind::dashboard
