// Ranges of days by name, and the ones before them; what is no day is refused.
#include "dashboard/dates.h"

#include <gtest/gtest.h>

namespace tradewind::dashboard {
namespace {

std::string text(const DateRange& range) {
    return range.from + ".." + range.to;
}

// Presets count back from the newest day of the data, not from today.
TEST(Dates, PresetsCountFromTheNewestDay) {
    const DateRange bounds{"2010-12-01", "2011-12-09"};
    const std::pair<const char*, const char*> cases[] = {
        {"last_7_days", "2011-12-03..2011-12-09"},
        {"last_30_days", "2011-11-10..2011-12-09"},
        {"last_90_days", "2011-09-11..2011-12-09"},
        {"last_12_months", "2011-01-01..2011-12-09"},
        {"this_month", "2011-12-01..2011-12-09"},
        {"last_month", "2011-11-01..2011-11-30"},
        {"this_year", "2011-01-01..2011-12-09"},
        {"last_year", "2010-01-01..2010-12-31"},
    };
    for (const auto& [preset, expected] : cases) {
        const auto range = resolve_preset(preset, bounds);
        ASSERT_TRUE(range) << preset;
        EXPECT_EQ(text(*range), expected) << preset;
    }
    EXPECT_FALSE(resolve_preset("all", bounds));
    EXPECT_FALSE(resolve_preset("last_month", {}));
    EXPECT_EQ(preset_names().size(), std::size(cases) + 1);
}

// Whole months are compared with whole months, a month so far with as much of the one before, and
// other days with as many right before them; over ends of years and leap days.
TEST(Dates, PeriodsBefore) {
    const std::pair<DateRange, const char*> cases[] = {
        {{"2011-11-01", "2011-11-30"}, "2011-10-01..2011-10-31"},
        {{"2011-12-01", "2011-12-09"}, "2011-11-01..2011-11-09"},
        {{"2011-03-01", "2011-03-31"}, "2011-02-01..2011-02-28"},
        {{"2011-03-01", "2011-03-30"}, "2011-02-01..2011-02-28"},
        {{"2011-01-01", "2011-03-31"}, "2010-10-01..2010-12-31"},
        {{"2011-01-01", "2011-12-31"}, "2010-01-01..2010-12-31"},
        {{"2012-02-01", "2012-02-29"}, "2012-01-01..2012-01-31"},
        {{"2011-12-03", "2011-12-09"}, "2011-11-26..2011-12-02"},
        {{"2011-12-09", "2011-12-09"}, "2011-12-08..2011-12-08"},
    };
    for (const auto& [range, expected] : cases) {
        const auto before = previous_period(range);
        ASSERT_TRUE(before.ok());
        EXPECT_EQ(text(*before), expected) << text(range);
    }
    EXPECT_EQ(text(*previous_year({"2011-02-28", "2012-02-29"})), "2010-02-28..2011-02-28");
    EXPECT_FALSE(previous_period({"2011-01-01", ""}).ok());
    EXPECT_FALSE(previous_year({"", ""}).ok());
}

TEST(Dates, RefusesWhatIsNoDay) {
    for (const char* bad :
         {"",
          "2011",
          "2011-1-1",
          "2011-13-01",
          "2011-02-29",
          "2011-00-10",
          "0000-01-01",
          "20111-1-01",
          "2011-01-01T00:00:00",
          "2011/01/01",
          "2011-01-0a",
          "2011-01-+1",
          "2011-01-01'",
          "' OR 1=1--"}) {
        const auto day = parse_day(bad);
        ASSERT_FALSE(day.ok()) << bad;
        EXPECT_EQ(day.error().hint(), "Write it as 2011-12-09.") << bad;
    }
    EXPECT_EQ(*parse_day("1970-01-02"), 1);
}

}  // namespace
}  // namespace tradewind::dashboard
