#include "generate/week_calendar.h"

#include <array>
#include <string_view>

#include "base/time.h"

namespace tradewind::generate::chain {

namespace {

// Every dump goes back to here, so that each holds all rows of those before it.
constexpr int first_year = 2024;
constexpr int first_month = 7;
constexpr std::string_view first_dump_date = "2024-07-02";
// 365 days of business.
constexpr std::string_view usual_dump_date = "2025-07-01";
constexpr std::string_view last_dump_date = "2034-07-01";
// Deliveries are planned at most that far ahead.
constexpr Day planned_days_max = 42;
constexpr std::size_t row_bytes_max = 120;

constexpr std::array<std::string_view, 7> weekday_names = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
};

std::int64_t days_of(int year, int month, int day) {
    CivilTime civil;
    civil.year = year;
    civil.month = month;
    civil.day = day;
    return to_days(from_civil(civil));
}

CivilTime civil_of(std::int64_t days) {
    return to_civil(MUST(parse_iso(format_date(days))));
}

int weekday_of(std::int64_t days) {
    return static_cast<int>((days + 4) % 7);  // 1970-01-01 was a Thursday
}

DayFacts facts_of(std::int64_t days) {
    const CivilTime civil = civil_of(days);
    const bool christmas = civil.month == 12 && civil.day == 25;
    const bool new_year = civil.month == 1 && civil.day == 1;
    return {format_date(days), weekday_of(days), civil.month, christmas || new_year};
}

// Weeks begin on Sunday, and a new one begins with the year: the last and the first are cut.
int week_of(std::int64_t days, int year) {
    const std::int64_t new_year = days_of(year, 1, 1);
    return static_cast<int>((days - new_year + weekday_of(new_year)) / 7) + 1;
}

void write_row(CsvRows& rows, std::int64_t days) {
    const CivilTime civil = civil_of(days);
    const int weekday = weekday_of(days);
    const int week = week_of(days, civil.year);
    const int quarter = (civil.month - 1) / 3 + 1;
    char* at = put_text(rows.begin(row_bytes_max), format_date(days));
    at = put_text(at, ",Retail,");
    at = put_integer(at, weekday);
    *at++ = ',';
    at = put_text(at, weekday_names[static_cast<std::size_t>(weekday)]);
    for (const int number :
         {civil.year,
          week,
          civil.year * 100 + week,
          civil.month,
          civil.year * 100 + civil.month,
          quarter,
          civil.year * 10 + quarter}) {
        *at++ = ',';
        at = put_integer(at, number);
    }
    *at++ = '\n';
    rows.end(at);
}

Error no_such_dump(const std::string& date) {
    return Error(ErrorCode::InvalidArgument, "there is no dump of \"" + date + "\"")
        .with_hint(
            "Name a date from " + std::string(first_dump_date) + " to " +
            std::string(last_dump_date) + ", such as " + std::string(usual_dump_date) + "."
        );
}

}  // namespace

Result<Calendar> Calendar::until(const std::string& dump_date) {
    Calendar made;
    made.dump_date_ = dump_date.empty() ? std::string(usual_dump_date) : dump_date;
    const auto parsed = parse_iso(made.dump_date_);
    if (!parsed.ok()) return no_such_dump(dump_date);
    const std::int64_t dump_days = to_days(parsed.value());
    const bool plain = format_date(dump_days) == made.dump_date_;
    if (!plain || made.dump_date_ < first_dump_date || made.dump_date_ > last_dump_date) {
        return no_such_dump(dump_date);
    }
    const std::int64_t first_days = days_of(first_year, first_month, 1);
    made.day_count_ = static_cast<Day>(dump_days - first_days);
    made.last_year_ = civil_of(dump_days).year + 1;
    for (Day day = 0; day < made.day_count_ + planned_days_max; ++day) {
        made.days_.push_back(facts_of(first_days + day));
    }
    return made;
}

void Calendar::write(CsvRows& rows) const {
    const std::int64_t end = days_of(last_year_ + 1, 1, 1);
    for (std::int64_t days = days_of(first_year, 1, 1); days < end; ++days) write_row(rows, days);
}

}  // namespace tradewind::generate::chain
