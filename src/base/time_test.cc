#include "base/time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tradewind {
namespace {

std::string iso(std::string_view text) {
    const auto parsed = parse_iso(text);
    return parsed.ok() ? format_iso(*parsed) : "refused";
}

std::string with_format(std::string_view text, std::string_view format) {
    const auto parsed = parse_with_format(text, format);
    return parsed.ok() ? format_sql(*parsed) : "refused";
}

// Dates that no calendar has, and texts that are only nearly ISO 8601, are refused.
TEST(ParseIso, Refuses) {
    const char* const cases[] = {
        "",
        "2010",
        "2010-12",
        "2010-02-30",
        "2011-02-29",
        "1900-02-29",
        "2010-04-31",
        "2010-00-01",
        "2010-13-01",
        "2010-12-00",
        "2010-12-32",
        "0000-01-01",
        "2010-12-01 24:00:00",
        "2010-12-01 08:60:00",
        "2010-12-01 08:26:60",
        "2010-12-1",
        "10-12-01",
        "12010-12-01",
        "2010/12/01",
        "2010-12-01T",
        "2010-12-01 08",
        "2010-12-01 8:26",
        "2010-12-01 08:26:00.",
        "2010-12-01 08:26:00.1234567891",
        "2010-12-01 08:26:00x",
        "2010-12-01 08:26:00 Z",
        "2010-12-01T08:26:00+2",
        "2010-12-01T08:26+24:00",
        "2010-12-01T08:26+02:60",
        "2010-12-01T08:26+02:",
        " 2010-12-01",
        "2010-12-01 ",
        "-2010-12-01",
        "2010-12-01T08:26:00ZZ",
        "2010-12-01Z",
        "\xd9\xa2\xd9\xa0\xd9\xa1\xd9\xa0-12-01",
    };
    for (const char* text : cases) EXPECT_EQ(iso(text), "refused") << text;
    EXPECT_EQ(iso(std::string_view("2010-12-01\0", 11)), "refused");
}

// With and without time, fraction and zone.
TEST(ParseIso, Reads) {
    struct Case {
        const char* text;
        const char* iso;
    };
    const Case cases[] = {
        {"2010-12-01", "2010-12-01T00:00:00"},
        {"2010-12-01 08:26", "2010-12-01T08:26:00"},
        {"2010-12-01 08:26:00", "2010-12-01T08:26:00"},
        {"2010-12-01t08:26:59z", "2010-12-01T08:26:59"},
        {"2010-12-01T08:26:00.5+02:00", "2010-12-01T06:26:00.500000"},
        {"2010-12-01T08:26:00.000001", "2010-12-01T08:26:00.000001"},
        {"2010-12-01T08:26:00.123456789Z", "2010-12-01T08:26:00.123456"},
        {"2010-12-31 23:30-0100", "2011-01-01T00:30:00"},
        {"2012-02-29 00:00:00+14", "2012-02-28T10:00:00"},
        {"2000-02-29", "2000-02-29T00:00:00"},
        {"0001-01-01", "0001-01-01T00:00:00"},
        {"9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999"},
        {"1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999"},
    };
    for (const Case& c : cases) EXPECT_EQ(iso(c.text), c.iso) << c.text;
    EXPECT_EQ(MUST(parse_iso("1970-01-01")).micros, 0);
    EXPECT_EQ(MUST(parse_iso("1969-12-31 23:59:59.999999")).micros, -1);
}

// The formats of real shop data, with digits that lack their leading zeros.
TEST(ParseWithFormat, Reads) {
    struct Case {
        const char* text;
        const char* format;
        const char* sql;
    };
    const Case cases[] = {
        {"12/1/2010 8:26", "%m/%d/%Y %H:%M", "2010-12-01 08:26:00"},
        {"12/1/2010   8:26", "%m/%d/%Y %H:%M", "2010-12-01 08:26:00"},
        {"20101201", "%Y%m%d", "2010-12-01 00:00:00"},
        {"01.12.10", "%d.%m.%y", "2010-12-01 00:00:00"},
        {"1.1.69", "%d.%m.%y", "1969-01-01 00:00:00"},
        {"1 dec 2010", "%d %b %Y", "2010-12-01 00:00:00"},
        {"DECEMBER 1, 2010", "%B %d, %Y", "2010-12-01 00:00:00"},
        {"May 3, 2010", "%B %d, %Y", "2010-05-03 00:00:00"},
        {"2010-12-01 12:05 AM", "%Y-%m-%d %I:%M %p", "2010-12-01 00:05:00"},
        {"2010-12-01 12:05 pm", "%Y-%m-%d %I:%M %p", "2010-12-01 12:05:00"},
        {"PM 2010-12-01 1:05", "%p %Y-%m-%d %I:%M", "2010-12-01 13:05:00"},
        {"2010-12-01T08:26:00.25-05:00", "%Y-%m-%dT%H:%M:%S.%f%z", "2010-12-01 13:26:00.250000"},
        {"100% 2010", "100%% %Y", "2010-01-01 00:00:00"},
    };
    for (const Case& c : cases) EXPECT_EQ(with_format(c.text, c.format), c.sql) << c.text;
}

// Texts that do not match, dates that do not exist, formats that nobody knows.
TEST(ParseWithFormat, Refuses) {
    struct Case {
        const char* text;
        const char* format;
    };
    const Case cases[] = {
        {"2/30/2010 8:26", "%m/%d/%Y %H:%M"},
        {"13/1/2010 8:26", "%m/%d/%Y %H:%M"},
        {"12/1/10 8:26", "%m/%d/%Y %H:%M"},
        {"12/1/2010 8:26 ", "%m/%d/%Y %H:%M"},
        {"12/1/2010 8:26:00", "%m/%d/%Y %H:%M"},
        {"12/1/2010", "%m/%d/%Y %H:%M"},
        {"", "%Y"},
        {"2010", ""},
        {"0000", "%Y"},
        {"13:00 AM", "%I:%M %p"},
        {"0:00 AM", "%I:%M %p"},
        {"1 foo 2010", "%d %b %Y"},
        {"12/1/2010 25:00", "%m/%d/%Y %H:%M"},
        {"2010", "%Q"},
        {"2010", "%Y%"},
        {"+2010", "%Y"},
        {"-1/1/2010", "%m/%d/%Y"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(with_format(c.text, c.format), "refused") << c.text << " | " << c.format;
    EXPECT_EQ(parse_with_format("x", "%Q").error().message(), "unknown time format: '%Q'");
    EXPECT_EQ(
        parse_with_format("2/30/2010", "%m/%d/%Y").error().message(),
        "no such date or time: '2/30/2010'"
    );
}

// Excel's days, its leap day that never was, and its rounding to the millisecond.
TEST(ExcelSerial, Reads) {
    const auto sql = [](double serial) {
        const auto at = from_excel_serial(serial);
        return at.ok() ? format_sql(*at) : "refused";
    };
    EXPECT_EQ(sql(40513.35138888889), "2010-12-01 08:26:00");
    EXPECT_EQ(sql(40513.351388888888), "2010-12-01 08:26:00");
    EXPECT_EQ(sql(40513.35138888), "2010-12-01 08:25:59.999000");
    EXPECT_EQ(sql(40513.9999999999), "2010-12-02 00:00:00");
    EXPECT_EQ(sql(25569), "1970-01-01 00:00:00");
    EXPECT_EQ(sql(1), "1900-01-01 00:00:00");
    EXPECT_EQ(sql(59.5), "1900-02-28 12:00:00");
    EXPECT_EQ(sql(61), "1900-03-01 00:00:00");
    EXPECT_EQ(sql(2958465.5), "9999-12-31 12:00:00");
    for (const double bad :
         {60.0,
          60.5,
          59.9999999999,
          0.0,
          0.5,
          -1.0,
          2958466.0,
          2958465.9999999999,
          1e300,
          std::numeric_limits<double>::quiet_NaN(),
          std::numeric_limits<double>::infinity()}) {
        EXPECT_EQ(sql(bad), "refused") << bad;
    }
}

// Every minute of a day, written as Excel stores it, comes back as that minute.
TEST(ExcelSerial, EveryMinute) {
    const Timestamp start = MUST(parse_iso("2010-12-01"));
    for (int minute = 0; minute < 1440; ++minute) {
        const Timestamp at = MUST(from_excel_serial(40513 + minute / 1440.0));
        EXPECT_EQ(at.micros, start.micros + minute * std::int64_t{60'000'000});
    }
}

// Every day of eight centuries: to civil and back, in steps that never skip or repeat a day.
TEST(CivilTime, EveryDay) {
    CivilTime last = to_civil(Timestamp{-std::int64_t{141'428} * 86'400'000'000});
    for (std::int64_t day = -141'427; day < 150'000; ++day) {
        const CivilTime civil = to_civil(Timestamp{day * 86'400'000'000});
        ASSERT_TRUE(civil_exists(civil));
        ASSERT_EQ(to_days(from_civil(civil)), day);
        const bool next_day = civil.month == last.month && civil.day == last.day + 1;
        const bool next_month = civil.day == 1 && (civil.month == last.month + 1 ||
                                                   (civil.month == 1 && last.month == 12));
        ASSERT_TRUE(next_day || next_month) << format_date(day);
        CivilTime after_last = last;
        ++after_last.day;
        ASSERT_EQ(civil_exists(after_last), next_day);
        last = civil;
    }
}

// The first and last instants of 64 bits are taken apart without overflow.
TEST(CivilTime, Extremes) {
    EXPECT_EQ(
        format_sql(Timestamp{std::numeric_limits<std::int64_t>::max()}),
        "294247-01-10 04:00:54.775807"
    );
    EXPECT_EQ(
        format_sql(Timestamp{std::numeric_limits<std::int64_t>::min()}),
        "-290308-12-21 19:59:05.224192"
    );
    EXPECT_FALSE(civil_exists({.year = 294'247}));
    EXPECT_FALSE(civil_exists({.year = std::numeric_limits<int>::min()}));
    EXPECT_TRUE(civil_exists({.year = 294'246, .month = 12, .day = 31}));
    EXPECT_EQ(to_civil(from_civil({.year = -290'307})).year, -290'307);
    EXPECT_DEATH(from_civil({.month = 2, .day = 30}), "civil_exists");
}

// Formats: fractions only when there are any, six digits then.
TEST(FormatTime, Prints) {
    EXPECT_EQ(format_sql(Timestamp{-1}), "1969-12-31 23:59:59.999999");
    EXPECT_EQ(format_iso(Timestamp{1'291'191'960'000'000}), "2010-12-01T08:26:00");
    EXPECT_EQ(format_iso(Timestamp{1'291'191'960'000'500}), "2010-12-01T08:26:00.000500");
    EXPECT_EQ(format_date(-1), "1969-12-31");
    EXPECT_EQ(to_days(Timestamp{-1}), -1);
    EXPECT_EQ(to_days(Timestamp{0}), 0);
}

}  // namespace
}  // namespace tradewind
