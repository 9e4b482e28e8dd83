#include "stream/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t hour_us = 3600LL * 1'000'000;
constexpr std::int64_t day_us = 24 * hour_us;

// --- The rule by itself: five segments of ten positions and 100 bytes, one a day.

class Deletable : public testing::Test {
protected:
    Deletable() {
        options_.retention_age_us = 0;
        for (std::int64_t i = 0; i < 5; ++i) {
            SegmentSummary segment;
            segment.id = static_cast<std::uint64_t>(i);
            segment.begin.position = Position(i * 10);
            segment.end.position = Position(i * 10 + 10);
            segment.last_received_at = Timestamp{(i + 1) * day_us};
            segment.file_bytes = 100;
            sealed_.push_back(segment);
        }
    }
    // The active segment has 50 bytes more.
    std::size_t count(std::optional<std::int64_t> slowest, std::int64_t now_days = 6) {
        const auto position = slowest ? std::optional(Position(*slowest)) : std::nullopt;
        return deletable_segments(sealed_, 550, position, options_, Timestamp{now_days * day_us});
    }
    StreamOptions options_;
    std::vector<SegmentSummary> sealed_;
};

// Without a limit, or without a consumer, everything stays.
TEST_F(Deletable, NothingByDefault) {
    EXPECT_EQ(count(50), 0u);
    options_.retention_bytes_max = 1;
    options_.retention_age_us = 1;
    EXPECT_EQ(count(std::nullopt), 0u);
    EXPECT_EQ(count(0), 0u);
}

// By age: a segment goes when its last record is older than allowed, not when it is just as old.
TEST_F(Deletable, ByAge) {
    options_.retention_age_us = 3 * day_us;
    EXPECT_EQ(count(50), 2u);
    EXPECT_EQ(count(50, 100), 5u);
    EXPECT_EQ(count(50, 0), 0u) << "the clock jumped back";
}

// By size: the oldest go until the rest fits.
TEST_F(Deletable, BySize) {
    options_.retention_bytes_max = 350;
    EXPECT_EQ(count(50), 2u);
    options_.retention_bytes_max = 349;
    EXPECT_EQ(count(50), 3u);
    options_.retention_bytes_max = 549;
    EXPECT_EQ(count(50), 1u);
    options_.retention_bytes_max = 550;
    EXPECT_EQ(count(50), 0u);
}

// Neither passes the slowest consumer: a segment goes only when all of it was read.
TEST_F(Deletable, NeverPastTheSlowest) {
    options_.retention_bytes_max = 1;
    EXPECT_EQ(count(9), 0u);
    EXPECT_EQ(count(10), 1u);
    EXPECT_EQ(count(29), 2u);
    EXPECT_EQ(count(50), 5u);
}

// A segment that stays keeps all behind it, so that the log is one piece.
TEST_F(Deletable, FromTheFrontOnly) {
    options_.retention_age_us = 3 * day_us;
    sealed_[0].last_received_at = Timestamp{6 * day_us};
    EXPECT_EQ(count(50), 0u);
}

// --- The stream.

class RetentionTest : public testing::Test {
protected:
    RetentionTest() {
        options_ = small_options();
        options_.segment_bytes_max = 1000;
        options_.retention_age_us = day_us;
        MUST(machine_.open(options_));
    }
    Stream& stream() { return *machine_.stream; }
    void fill(int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(append_now(stream(), {record("k", std::string(100, 'x'))}).ok());
        }
    }
    std::size_t segments() { return machine_.paths(segment_suffix).size(); }

    Machine machine_;
    StreamOptions options_;
};

// Old segments go once every consumer has passed them; the active one never does, and what was
// there is NotFound with the oldest position in the detail.
TEST_F(RetentionTest, WaitsForEveryConsumer) {
    fill(20);
    ASSERT_GT(segments(), 3u);
    const Position end = stream().next();
    machine_.clock.advance_us(2 * day_us);
    EXPECT_EQ(MUST(stream().apply_retention()), 0) << "nobody has read";
    MUST(stream().commit("fast", end));
    MUST(stream().commit("slow", Position(0)));
    EXPECT_EQ(MUST(stream().apply_retention()), 0) << "one has not";
    MUST(stream().commit("slow", Position(7)));
    EXPECT_GT(MUST(stream().apply_retention()), 0);
    const Position first = stream().info().first;
    EXPECT_GT(first, Position(0));
    EXPECT_LE(first, Position(7));
    EXPECT_EQ(read_values(stream(), Position(7)).size(), 13u);
    const auto gone = stream().read(Position(0), {});
    ASSERT_FALSE(gone.ok());
    EXPECT_EQ(gone.error().code(), ErrorCode::NotFound);
    EXPECT_THAT(gone.error().detail(), testing::HasSubstr(std::to_string(first.value)));
    MUST(stream().commit("slow", end));
    MUST(stream().apply_retention());
    EXPECT_EQ(segments(), 1u) << "the active one";
    EXPECT_EQ(stream().info().next, end);
}

// What is young stays, however far the consumers are.
TEST_F(RetentionTest, WaitsForAge) {
    fill(20);
    MUST(stream().commit("sink", stream().next()));
    machine_.clock.advance_us(day_us - hour_us);
    EXPECT_EQ(MUST(stream().apply_retention()), 0);
    machine_.clock.advance_us(2 * hour_us);
    EXPECT_GT(MUST(stream().apply_retention()), 0);
}

// By size the oldest go until the rest fits.
TEST_F(RetentionTest, KeepsWithinTheSize) {
    options_.retention_bytes_max = 3000;
    MUST(machine_.open(options_));
    for (int round = 0; round < 10; ++round) {
        fill(10);
        MUST(stream().commit("sink", stream().next()));
        MUST(stream().apply_retention());
        EXPECT_LE(stream().info().bytes, 3000u);
        EXPECT_GT(stream().info().bytes, 1000u) << "no more than has to";
    }
}

// A consumer that is gone holds everything back until it is forgotten, also over restarts.
TEST_F(RetentionTest, ForgetReleases) {
    fill(20);
    MUST(stream().commit("removed", Position(1)));
    MUST(stream().commit("sink", stream().next()));
    MUST(stream().stop());
    machine_.clock.advance_us(2 * day_us);
    MUST(machine_.open(options_));
    EXPECT_EQ(MUST(stream().apply_retention()), 0);
    EXPECT_EQ(stream().forget("nobody").error().code(), ErrorCode::NotFound);
    MUST(stream().forget("removed"));
    MUST(machine_.open(options_));
    EXPECT_FALSE(stream().committed("removed").has_value());
    EXPECT_GT(MUST(stream().apply_retention()), 0);
}

// When the file of consumers is damaged nobody knows who has not read: nothing goes.
TEST_F(RetentionTest, WaitsWhenConsumersAreLost) {
    fill(20);
    MUST(stream().commit("sink", stream().next()));
    machine_.kill();
    MUST(machine_.files.flip_byte(os::join(test_folder, "consumers"), 60));
    machine_.clock.advance_us(2 * day_us);
    MUST(machine_.open(options_));
    MUST(stream().commit("sink", stream().next()));
    EXPECT_EQ(MUST(stream().apply_retention()), 0);
    // Whoever is there has said so by the next start.
    MUST(machine_.open(options_));
    EXPECT_GT(MUST(stream().apply_retention()), 0);
}

// A crash anywhere in retention leaves one piece of log with nothing unread missing, and the next
// retention does the rest.
TEST_F(RetentionTest, CrashAnywhere) {
    fill(20);
    MUST(stream().commit("sink", Position(15)));
    const auto all = read_values(stream());
    MUST(stream().stop());
    machine_.kill();
    machine_.clock.advance_us(2 * day_us);
    for (std::uint64_t step = 0; step < 12; ++step) {
        SCOPED_TRACE(step);
        auto machine = copy_of(machine_.files);
        machine->clock.advance_us(2 * day_us);
        MUST(machine->open(options_));
        machine->files.crash_after(step);
        [[maybe_unused]] const auto cut_off = machine->stream->apply_retention();
        machine->lose_power();
        MUST(machine->open(options_));
        const StreamInfo info = machine->stream->info();
        EXPECT_THAT(info.damage, IsEmpty());
        EXPECT_LE(info.first, Position(15));
        EXPECT_THAT(
            read_values(*machine->stream, info.first),
            SizeIs(all.size() - static_cast<std::size_t>(info.first.value))
        );
        MUST(machine->stream->apply_retention());
        EXPECT_GT(machine->stream->info().first, Position(0));
    }
}

// A consumer that stands where damage has left a gap stays in the log: the segment before the gap
// waits for it.
TEST_F(RetentionTest, AConsumerInAGapStaysInTheLog) {
    fill(20);
    MUST(stream().stop());
    const auto paths = machine_.paths(segment_suffix);
    ASSERT_GT(paths.size(), 2u);
    machine_.kill();
    MUST(machine_.files.remove(paths[1]));
    MUST(machine_.open(options_));
    ASSERT_TRUE(any_contains(stream().info().damage, "are missing"));
    // The last record of the first segment was the last one that it could read.
    const auto before_gap = MUST(stream().read(Position(0), {1, 1u << 20}));
    Position last = before_gap.records.at(0).position;
    while (true) {
        const auto batch = MUST(stream().read(last + 1, {1, 1u << 20}));
        if (batch.records.at(0).position > last + 1) break;
        last = last + 1;
    }
    MUST(stream().commit("sink", last + 1));
    machine_.clock.advance_us(2 * day_us);
    MUST(stream().apply_retention());
    const auto next = stream().read(last + 1, {});
    ASSERT_TRUE(next.ok()) << next.error().describe();
    EXPECT_FALSE(next->records.empty());
    MUST(stream().commit("sink", stream().next()));
    EXPECT_GT(MUST(stream().apply_retention()), 0);
}

// After retention a first segment whose header is damaged begins where its first block does.
TEST_F(RetentionTest, TheFirstSegmentsHeaderIsDamaged) {
    fill(20);
    MUST(stream().commit("sink", Position(10)));
    machine_.clock.advance_us(2 * day_us);
    ASSERT_GT(MUST(stream().apply_retention()), 0);
    const Position first = stream().info().first;
    // Without its footer the blocks are all there is to ask.
    const std::string path = machine_.paths(segment_suffix).at(0);
    machine_.kill();
    MUST(machine_.files.flip_byte(path, 20));
    const std::uint64_t size = MUST(machine_.files.info(path)).size;
    MUST(machine_.files.flip_byte(path, size - 1));
    MUST(machine_.open(options_));
    EXPECT_EQ(stream().info().first, first);
    EXPECT_FALSE(stream().read(Position(0), {}).ok());
}

}  // namespace
}  // namespace tradewind::stream
