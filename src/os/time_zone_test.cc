#include "os/time_zone.h"

#include <gtest/gtest.h>

namespace tradewind::os {
namespace {

std::shared_ptr<const TimeZone> zone(const std::string& name) {
    auto found = find_time_zone(name);
    EXPECT_TRUE(found.ok()) << found.error().describe();
    return std::move(found).take();
}

std::string utc_of(const std::string& zone_name, const std::string& local) {
    return format_iso(zone(zone_name)->to_utc(to_civil(parse_iso(local).take())));
}
std::string local_of(const std::string& zone_name, const std::string& utc) {
    return format_iso(from_civil(zone(zone_name)->to_local(parse_iso(utc).take())));
}

// Instants become local times and back, on both sides of a change.
TEST(TimeZone, ThereAndBack) {
    EXPECT_EQ(local_of("America/New_York", "2026-01-15T08:00:00"), "2026-01-15T03:00:00");
    EXPECT_EQ(utc_of("America/New_York", "2026-01-15T03:00:00"), "2026-01-15T08:00:00");
    EXPECT_EQ(local_of("America/New_York", "2026-07-15T07:00:00"), "2026-07-15T03:00:00");
    EXPECT_EQ(utc_of("Asia/Kathmandu", "2026-07-15T05:45:00"), "2026-07-15T00:00:00");
    EXPECT_EQ(utc_of("UTC", "2026-07-15T05:45:00.000001"), "2026-07-15T05:45:00.000001");
}

// A local time that is skipped is the first instant after the gap; one that comes twice is its
// first occurrence.
TEST(TimeZone, GapsAndRepeats) {
    EXPECT_EQ(utc_of("America/New_York", "2026-03-08T02:30:00"), "2026-03-08T07:00:00");
    EXPECT_EQ(utc_of("America/New_York", "2026-03-08T03:00:00"), "2026-03-08T07:00:00");
    EXPECT_EQ(utc_of("America/New_York", "2026-11-01T01:30:00"), "2026-11-01T05:30:00");
    EXPECT_EQ(utc_of("America/New_York", "2026-11-01T02:00:00"), "2026-11-01T07:00:00");
    EXPECT_EQ(utc_of("Europe/Berlin", "2026-03-29T02:00:00"), "2026-03-29T01:00:00");
    // A whole day that a place skipped.
    EXPECT_EQ(utc_of("Pacific/Apia", "2011-12-30T12:00:00"), "2011-12-30T10:00:00");
}

// What is no zone is refused, whatever it looks like.
TEST(TimeZone, RefusesStrangers) {
    for (const char* name : {"", "Mars/Olympus", "../etc/passwd", "europe/berlin x", "+02:00"}) {
        const auto found = find_time_zone(name);
        ASSERT_FALSE(found.ok()) << name;
        EXPECT_EQ(found.error().code(), ErrorCode::InvalidArgument) << name;
    }
}

}  // namespace
}  // namespace tradewind::os
