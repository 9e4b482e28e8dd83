#include "schedule/intervals.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::schedule {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr const char* words[] = {"hour", "day", "week", "month"};

// Local times are counted as if they were UTC: every day of theirs has 24 hours.
Result<Timestamp> read_bound(const std::string& name, const std::string& text, Every every) {
    const auto at = parse_iso(text);
    const bool hours = every == Every::Hour;
    const bool zoned = text.size() > 10 && text.find_first_of("Zz+", 10) != std::string::npos;
    if (!at.ok() || zoned || text.find('-', 8) != std::string::npos) {
        return Error(ErrorCode::InvalidArgument, name + " is no date: '" + text + "'")
            .with_hint("Write it as 2025-07-01; it is of the package's time zone.");
    }
    if (at->micros % (hours ? hour_us : day_us) == 0) return *at;
    return Error(
        ErrorCode::InvalidArgument,
        name + (hours ? " is no full hour: '" : " has a time, but the intervals are days: '") +
            text + "'"
    );
}

int days_of_month(int year, int month) {
    int day = 28;
    while (civil_exists({year, month, day + 1})) ++day;
    return day;
}

// So many months later, at the month's end where it has no such day.
Timestamp add_months(Timestamp from, std::int64_t count) {
    CivilTime civil = to_civil(from);
    const std::int64_t months = std::int64_t{civil.year} * 12 + civil.month - 1 + count;
    civil.year = static_cast<int>(months / 12);
    civil.month = static_cast<int>(months % 12) + 1;
    civil.day = std::min(civil.day, days_of_month(civil.year, civil.month));
    return from_civil(civil);
}

Timestamp bound_at(Timestamp from, Every every, std::int64_t count) {
    switch (every) {
        case Every::Hour:
            return {from.micros + count * hour_us};
        case Every::Day:
            return {from.micros + count * day_us};
        case Every::Week:
            return {from.micros + count * 7 * day_us};
        case Every::Month:
            return add_months(from, count);
    }
    return from;
}

std::string text_of_bound(Timestamp at, Every every) {
    return every == Every::Hour ? format_iso(at) : format_date(to_days(at));
}

bool is_skipped(Timestamp begin, Timestamp end, const os::TimeZone& zone) {
    return zone.to_utc(to_civil(begin)) == zone.to_utc(to_civil(end));
}

}  // namespace

const char* to_string(Every every) {
    return words[static_cast<std::size_t>(every)];
}

Result<Every> every_of(const std::string& word) {
    const auto found = std::ranges::find(words, word);
    if (found != std::end(words)) return static_cast<Every>(found - std::begin(words));
    return Error(ErrorCode::InvalidArgument, "intervals cannot be a '" + word + "' long")
        .with_hint("There are hour, day, week and month.");
}

Result<std::vector<Interval>> cut_into_intervals(
    const BackfillRequest& request, const os::TimeZone& zone, std::size_t intervals_max
) {
    const Timestamp from = TRY(read_bound("from", request.from, request.every));
    const Timestamp to = TRY(read_bound("to", request.to, request.every));
    if (to <= from)
        return Error(ErrorCode::InvalidArgument, "the span is empty: it ends before it begins")
            .with_hint("from is its first date, to the first one after it.");
    std::vector<Interval> intervals;
    Timestamp begin = from;
    for (std::int64_t count = 1; begin < to; ++count) {
        const Timestamp end = std::min(bound_at(from, request.every, count), to);
        const bool skipped = request.every == Every::Hour && is_skipped(begin, end, zone);
        if (!skipped && intervals.size() == intervals_max)
            return Error(
                       ErrorCode::InvalidArgument,
                       "the span has more than " + std::to_string(intervals_max) + " intervals"
            )
                .with_hint("Make them longer (every), or the span shorter.");
        if (!skipped)
            intervals.push_back(
                {text_of_bound(begin, request.every), text_of_bound(end, request.every)}
            );
        begin = end;
    }
    return intervals;
}

std::map<std::string, std::string> params_for(
    const BackfillRequest& request, const Interval& interval
) {
    constexpr std::string_view place = "{date}";
    std::map<std::string, std::string> params;
    for (auto [name, value] : request.params) {
        for (std::size_t at = value.find(place); at != std::string::npos;
             at = value.find(place, at + interval.date().size()))
            value.replace(at, place.size(), interval.date());
        params[name] = value;
    }
    params["date"] = interval.date();
    return params;
}

}  // namespace tradewind::schedule
