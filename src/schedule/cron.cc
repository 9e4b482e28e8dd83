#include "schedule/cron.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::schedule {

namespace {

constexpr std::array month_names{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
};
constexpr std::array weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
    const char* name;
    int first;
    int last;
    const char* const* names = nullptr;
    std::size_t name_count = 0;
};
constexpr std::array<Field, 5> fields{
    Field{"minute", 0, 59},
    Field{"hour", 0, 23},
    Field{"day of the month", 1, 31},
    Field{"month", 1, 12, month_names.data(), month_names.size()},
    Field{"day of the week", 0, 7, weekday_names.data(), weekday_names.size()}
};

struct Alias {
    std::string_view name;
    std::string_view text;
};
constexpr std::array aliases{
    Alias{"@hourly", "0 * * * *"},
    Alias{"@daily", "0 0 * * *"},
    Alias{"@midnight", "0 0 * * *"},
    Alias{"@weekly", "0 0 * * 0"},
    Alias{"@monthly", "0 0 1 * *"},
    Alias{"@yearly", "0 0 1 1 *"},
    Alias{"@annually", "0 0 1 1 *"},
};

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::size_t minutes_a_day = 24 * 60;
// A 29th of February that is a Monday comes after 28 years, or 40 around the year 2100.
constexpr int days_ahead_max = 41 * 366;

Error bad_field(const Field& field, std::string_view text) {
    return Error(
               ErrorCode::InvalidArgument,
               "'" + std::string(text) + "' is no " + field.name + " of a schedule"
    )
        .with_hint(
            "It is " + std::to_string(field.first) + " to " + std::to_string(field.last) +
            ", *, a list (1,15), a range (1-5) or a step (*/10)."
        );
}

Result<int> parse_number(const Field& field, std::string_view text) {
    for (std::size_t i = 0; i < field.name_count; ++i) {
        if (equal_ignore_case(text, field.names[i]))
            return field.first == 0 ? static_cast<int>(i) : static_cast<int>(i) + field.first;
    }
    const bool digits =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    const auto number = digits ? parse_integer(text) : std::nullopt;
    if (!number || *number < field.first || *number > field.last) return bad_field(field, text);
    return static_cast<int>(*number);
}

// "*", "5", "1-5", "*/10", "1-30/2"; which values it names.
Result<std::bitset<60>> parse_part(const Field& field, std::string_view part) {
    const std::size_t slash = part.find('/');
    const std::string_view range = part.substr(0, slash);
    int step = 1;
    if (slash != std::string_view::npos) {
        const auto number = parse_integer(part.substr(slash + 1));
        if (!number || *number < 1 || *number > field.last) return bad_field(field, part);
        step = static_cast<int>(*number);
    }
    int first = field.first;
    int last = field.last;
    if (range != "*") {
        const std::size_t dash = range.find('-');
        first = TRY(parse_number(field, range.substr(0, dash)));
        if (dash != std::string_view::npos) {
            last = TRY(parse_number(field, range.substr(dash + 1)));
        } else if (slash == std::string_view::npos) {
            last = first;
        }
        if (first > last) return bad_field(field, part);
    }
    std::bitset<60> values;
    for (int value = first; value <= last; value += step)
        values.set(static_cast<std::size_t>(value));
    return values;
}

Result<std::bitset<60>> parse_field(const Field& field, const std::string& text) {
    std::bitset<60> values;
    for (const std::string& part : split(text, ',')) values |= TRY(parse_part(field, part));
    return values;
}

template <std::size_t size>
std::bitset<size> narrow(const std::bitset<60>& values) {
    std::bitset<size> narrowed;
    for (std::size_t i = 0; i < std::min<std::size_t>(size, values.size()); ++i)
        narrowed[i] = values[i];
    return narrowed;
}

std::vector<std::string> words_of(std::string_view text) {
    for (const Alias& alias : aliases) {
        if (equal_ignore_case(text, alias.name)) text = alias.text;
    }
    std::string blanks(text);
    std::ranges::replace(blanks, '\t', ' ');
    std::vector<std::string> words;
    for (std::string& word : split(blanks, ' ')) {
        if (!word.empty()) words.push_back(std::move(word));
    }
    return words;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text, std::shared_ptr<const os::TimeZone> zone) {
    Cron cron;
    cron.text_ = std::string(trim(text));
    cron.zone_ = std::move(zone);
    const std::vector<std::string> words = words_of(cron.text_);
    if (words.size() != fields.size()) {
        return Error(ErrorCode::InvalidArgument, "'" + cron.text_ + "' is no schedule")
            .with_hint("Five fields: minute hour day-of-month month day-of-week, as 30 3 * * 1-5.");
    }
    std::array<std::bitset<60>, fields.size()> values;
    for (std::size_t i = 0; i < fields.size(); ++i)
        values[i] = TRY(parse_field(fields[i], words[i]));
    cron.minutes_ = values[0];
    cron.hours_ = narrow<24>(values[1]);
    cron.days_ = narrow<32>(values[2]);
    cron.months_ = narrow<13>(values[3]);
    cron.weekdays_ = narrow<7>(values[4]);
    if (values[4][7]) cron.weekdays_.set(0);
    cron.any_day_ = words[2].starts_with('*');
    cron.any_weekday_ = words[4].starts_with('*');
    if (!cron.next(Timestamp{0}))
        return Error(ErrorCode::InvalidArgument, "'" + cron.text_ + "' never comes")
            .with_hint("No month that it names has such a day.");
    return cron;
}

bool Cron::matches_day(const CivilTime& local) const {
    if (!months_[static_cast<std::size_t>(local.month)]) return false;
    const bool day = days_[static_cast<std::size_t>(local.day)];
    CivilTime midnight{local.year, local.month, local.day};
    // 1970-01-01 was a Thursday.
    constexpr std::int64_t thursday = 4;
    const std::int64_t days = to_days(from_civil(midnight));
    const bool weekday = weekdays_[static_cast<std::size_t>(((days + thursday) % 7 + 7) % 7)];
    if (any_day_ || any_weekday_) return day && weekday;
    return day || weekday;
}

Timestamp Cron::instant(const CivilTime& day, std::size_t minute) const {
    CivilTime local = day;
    local.hour = static_cast<int>(minute / 60);
    local.minute = static_cast<int>(minute % 60);
    return zone_->to_utc(local);
}

std::optional<Timestamp> Cron::next(Timestamp after) const {
    CivilTime day = zone_->to_local(after);
    day = {day.year, day.month, day.day};
    for (int i = 0; i < days_ahead_max; ++i) {
        const std::size_t end = matches_day(day) ? minutes_a_day : 0;
        for (std::size_t minute = 0; minute < end; ++minute) {
            if (!matches_minute(minute)) continue;
            const Timestamp due = instant(day, minute);
            if (due > after) return due;
        }
        day = to_civil(Timestamp{from_civil(day).micros + day_us});
    }
    return std::nullopt;
}

// Local times in their order are instants in theirs, whatever the clocks do: those of a gap are
// one, and of one that comes twice the first counts.
std::optional<Timestamp> Cron::last(Timestamp until) const {
    CivilTime day = zone_->to_local(until);
    day = {day.year, day.month, day.day};
    for (int i = 0; i < days_ahead_max; ++i) {
        for (std::size_t minute = matches_day(day) ? minutes_a_day : 0; minute-- > 0;) {
            if (!matches_minute(minute)) continue;
            const Timestamp due = instant(day, minute);
            if (due <= until) return due;
        }
        day = to_civil(Timestamp{from_civil(day).micros - day_us});
    }
    return std::nullopt;
}

}  // namespace tradewind::schedule
