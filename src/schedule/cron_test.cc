#include "schedule/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"

namespace tradewind::schedule {
namespace {

using testing::ElementsAre;

Result<Cron> parse(const std::string& text, const std::string& zone = "UTC") {
    auto found = os::find_time_zone(zone);
    EXPECT_TRUE(found.ok());
    return Cron::parse(text, std::move(found).take());
}

// The first due instants after that, in UTC.
std::vector<std::string> due(
    const std::string& text, const std::string& zone, const std::string& after, int count
) {
    const auto cron = parse(text, zone);
    if (!cron.ok()) return {cron.error().describe()};
    std::vector<std::string> instants;
    Timestamp at = parse_iso(after).take();
    for (int i = 0; i < count; ++i) {
        const auto next = cron->next(at);
        if (!next) return {"never"};
        at = *next;
        instants.push_back(format_iso(at));
    }
    return instants;
}

// Lists, ranges, steps, names and aliases.
TEST(Cron, Fields) {
    EXPECT_THAT(
        due("*/20 8-9 * * *", "UTC", "2026-11-21T08:10:00", 5),
        ElementsAre(
            "2026-11-21T08:20:00",
            "2026-11-21T08:40:00",
            "2026-11-21T09:00:00",
            "2026-11-21T09:20:00",
            "2026-11-21T09:40:00"
        )
    );
    EXPECT_THAT(
        due("30 3 * * mon-FRI", "UTC", "2026-11-20T04:00:00", 2),
        ElementsAre("2026-11-23T03:30:00", "2026-11-24T03:30:00")
    );
    EXPECT_THAT(
        due("30\t3 *\t*  mon-FRI\t", "UTC", "2026-11-20T04:00:00", 1),
        ElementsAre("2026-11-23T03:30:00")
    );
    EXPECT_THAT(
        due("0 0 * * 7", "UTC", "2026-11-21T00:00:00", 2),
        ElementsAre("2026-11-22T00:00:00", "2026-11-29T00:00:00")
    );
    EXPECT_THAT(
        due("5/25 12 1,15 jan,Jul *", "UTC", "2026-01-01T12:30:00", 3),
        ElementsAre("2026-01-01T12:55:00", "2026-01-15T12:05:00", "2026-01-15T12:30:00")
    );
    EXPECT_THAT(
        due("@monthly", "UTC", "2026-11-21T00:00:00", 2),
        ElementsAre("2026-12-01T00:00:00", "2027-01-01T00:00:00")
    );
    EXPECT_THAT(
        due("0 0 29 2 *", "UTC", "2026-01-01T00:00:00", 1), ElementsAre("2028-02-29T00:00:00")
    );
}

// With both days restricted either will do, as crontab(5) has it.
TEST(Cron, EitherDay) {
    EXPECT_THAT(
        due("0 0 13 * fri", "UTC", "2026-11-10T00:00:00", 3),
        ElementsAre("2026-11-13T00:00:00", "2026-11-20T00:00:00", "2026-11-27T00:00:00")
    );
}

// 02:30 does not exist on the day that clocks are set forward: due at the first instant after.
TEST(Cron, TimeThatIsSkipped) {
    EXPECT_THAT(
        due("30 2 * * *", "America/New_York", "2026-03-07T12:00:00", 3),
        ElementsAre("2026-03-08T07:00:00", "2026-03-09T06:30:00", "2026-03-10T06:30:00")
    );
    // All that falls into the gap is due once.
    EXPECT_THAT(
        due("*/15 2 * * *", "America/New_York", "2026-03-07T12:00:00", 2),
        ElementsAre("2026-03-08T07:00:00", "2026-03-09T06:00:00")
    );
}

// 01:30 comes twice on the day that clocks are set back: due once, at its first occurrence.
TEST(Cron, TimeThatComesTwice) {
    EXPECT_THAT(
        due("30 1 * * *", "America/New_York", "2026-10-31T12:00:00", 2),
        ElementsAre("2026-11-01T05:30:00", "2026-11-02T06:30:00")
    );
    EXPECT_THAT(
        due("*/30 * * * *", "America/New_York", "2026-11-01T05:00:00", 3),
        ElementsAre("2026-11-01T05:30:00", "2026-11-01T07:00:00", "2026-11-01T07:30:00")
    );
    // Asked from within the second occurrence.
    EXPECT_THAT(
        due("*/30 * * * *", "America/New_York", "2026-11-01T06:10:00", 1),
        ElementsAre("2026-11-01T07:00:00")
    );
}

// 03:00 in New York, every day over a year: always 03:00 there.
TEST(Cron, KeepsLocalTime) {
    const auto cron = parse("0 3 * * *", "America/New_York");
    ASSERT_TRUE(cron.ok());
    Timestamp at = parse_iso("2026-01-01T00:00:00").take();
    for (int i = 0; i < 365; ++i) {
        at = cron->next(at).value();
        EXPECT_EQ(cron->zone().to_local(at).hour, 3) << format_iso(at);
    }
    EXPECT_EQ(format_iso(at), "2026-12-31T08:00:00");
}

// Looking back finds what looking forward finds, through both changes of the clocks.
TEST(Cron, LooksBack) {
    for (const char* text : {"30 1 * * *", "*/30 2 * * *", "*/20 * * * *", "0 3 * * sun"}) {
        const auto cron = parse(text, "America/New_York");
        ASSERT_TRUE(cron.ok());
        for (const char* start : {"2026-03-07T12:00:00", "2026-10-31T12:00:00"}) {
            Timestamp at = cron->next(parse_iso(start).take()).value();
            for (int i = 0; i < 200; ++i) {
                const Timestamp next = cron->next(at).value();
                EXPECT_EQ(cron->last(Timestamp{next.micros - 1}), at) << text << format_iso(at);
                EXPECT_EQ(cron->last(at), at) << text << format_iso(at);
                at = next;
            }
        }
    }
}

// Nonsense is refused with the field's name.
TEST(Cron, RefusesNonsense) {
    for (const char* text :
         {"",
          "*",
          "* * * *",
          "* * * * * *",
          "60 * * * *",
          "* 24 * * *",
          "* * 0 * *",
          "* * 32 * *",
          "* * * 13 *",
          "* * * foo *",
          "* * * * 8",
          "5-1 * * * *",
          "*/0 * * * *",
          "1,,2 * * * *",
          "1- * * * *",
          "-1 * * * *",
          "+1 * * * *",
          "1.5 * * * *",
          "@never",
          "a b c d e",
          "*/99 * * * *",
          "99999999999999999999 * * * *",
          "0 0 31 2 *",
          "0 0 30 feb *"}) {
        const auto cron = parse(text);
        EXPECT_FALSE(cron.ok()) << text;
        if (cron.ok()) continue;
        EXPECT_EQ(cron.error().code(), ErrorCode::InvalidArgument) << text;
    }
    EXPECT_NE(parse("0 25 * * *").error().describe().find("hour"), std::string::npos);
}

}  // namespace
}  // namespace tradewind::schedule
