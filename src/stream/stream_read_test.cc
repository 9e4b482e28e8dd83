// Reading by position, by partition and offset, by time, and how far consumers are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "stream/segment_format.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t second_us = 1'000'000;
constexpr int request_count = 100;

// A hundred requests of three records, a second apart, in many segments.
class ReadTest : public testing::Test {
protected:
    ReadTest() {
        MUST(machine_.open());
        for (int i = 0; i < request_count; ++i) {
            for (int part = 0; part < 3; ++part) add(i, part);
            machine_.clock.advance_us(second_us);
        }
        EXPECT_GT(stream().info().segment_count, 3);
    }
    void add(int request, int part) {
        const std::string key = "key" + std::to_string((request + part) % 7);
        const std::string value = std::to_string(request) + "." + std::to_string(part);
        const auto answer = MUST(append_now(stream(), {record(key, value)}));
        by_partition_[answer.offsets.at(0).partition].push_back({value, request});
    }
    Stream& stream() { return *machine_.stream; }
    Timestamp second(int n) const { return Timestamp{test_start_us + n * second_us}; }

    struct Written {
        std::string value;
        int second = 0;
    };
    Machine machine_;
    std::map<PartitionId, std::vector<Written>> by_partition_;
};

// What does not exist is refused with a reason: partitions, offsets before the first, positions
// beyond the end. At the end there is nothing, which is no error.
TEST_F(ReadTest, WhatIsNotThere) {
    for (const int partition : {-1, 3, 1000}) {
        const auto read = stream().read_partition(PartitionId(partition), Offset(0), {});
        ASSERT_FALSE(read.ok());
        EXPECT_EQ(read.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(read.error().detail(), HasSubstr("0 to 2"));
        EXPECT_FALSE(stream().offset_at(PartitionId(partition), second(0)).ok());
    }
    const Position end = stream().next();
    EXPECT_EQ(stream().read(end + 1, {}).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(stream().read(Position(-1), {}).error().code(), ErrorCode::NotFound);
    const auto at_end = MUST(stream().read(end, {}));
    EXPECT_THAT(at_end.records, IsEmpty());
    EXPECT_EQ(at_end.next, end);
    const auto far = MUST(stream().read_partition(PartitionId(0), Offset(1'000'000), {}));
    EXPECT_THAT(far.records, IsEmpty());
}

// From any position a read begins exactly there, in segments sealed and active, before and after a
// restart.
TEST_F(ReadTest, FromAnyPosition) {
    for (int round = 0; round < 2; ++round) {
        for (std::int64_t from = 0; from < 3 * request_count; ++from) {
            const auto batch = MUST(stream().read(Position(from), {2, 1u << 20}));
            const auto wanted = std::min<std::int64_t>(2, 3 * request_count - from);
            ASSERT_EQ(std::ssize(batch.records), wanted);
            EXPECT_EQ(batch.records[0].position, Position(from));
            const std::string value = std::to_string(from / 3) + "." + std::to_string(from % 3);
            EXPECT_EQ(batch.records[0].value, value);
            EXPECT_EQ(batch.next, Position(from + wanted));
        }
        MUST(machine_.open());
    }
}

// A partition's records come by offset, without those of others, from any offset on.
TEST_F(ReadTest, ByOffset) {
    for (const auto& [partition, written] : by_partition_) {
        for (std::size_t from = 0; from < written.size(); from += 5) {
            const auto batch = MUST(stream().read_partition(
                partition, Offset(static_cast<std::int64_t>(from)), {1000, 1u << 20}
            ));
            ASSERT_EQ(batch.records.size(), written.size() - from);
            for (std::size_t i = 0; i < batch.records.size(); ++i) {
                EXPECT_EQ(batch.records[i].offset.value, static_cast<std::int64_t>(from + i));
                EXPECT_EQ(batch.records[i].value, written[from + i].value);
            }
        }
    }
}

// Limits cut a partition's read; going on at the next offset misses nothing.
TEST_F(ReadTest, ByOffsetInSmallSteps) {
    for (const auto& [partition, written] : by_partition_) {
        std::vector<std::string> values;
        for (Offset from(0); from.value < std::ssize(written);) {
            const auto batch = MUST(stream().read_partition(partition, from, {3, 20}));
            ASSERT_FALSE(batch.records.empty());
            ASSERT_LE(batch.records.size(), 3u);
            for (const Record& read : batch.records) values.emplace_back(read.value);
            from = batch.records.back().offset + 1;
        }
        ASSERT_EQ(values.size(), written.size());
        for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], written[i].value);
    }
}

// The first offset at or after a time: exact at each second, between them, before all and after
// all.
TEST_F(ReadTest, ByTime) {
    for (const auto& [partition, written] : by_partition_) {
        const auto first_at = [&](int n) {
            std::int64_t offset = 0;
            while (offset < std::ssize(written) &&
                   written[static_cast<std::size_t>(offset)].second < n) {
                ++offset;
            }
            return Offset(offset);
        };
        for (int n = -1; n <= request_count; ++n) {
            EXPECT_EQ(MUST(stream().offset_at(partition, second(n))), first_at(n)) << n;
            const Timestamp between{second(n).micros + 1};
            EXPECT_EQ(MUST(stream().offset_at(partition, between)), first_at(n + 1)) << n;
        }
    }
}

// A clock that jumps back does not make the log's times go back, so that they can be searched.
TEST_F(ReadTest, TimesNeverGoBack) {
    machine_.clock.advance_us(-50 * second_us);
    add(request_count, 0);
    std::vector<ReadBatch> batches;
    Timestamp last{0};
    for (const Record& read : read_all(stream(), batches)) {
        EXPECT_GE(read.received_at, last);
        last = read.received_at;
    }
}

// A consumer's lag counts the records it has not read, grows with appends, and is gone with it.
TEST_F(ReadTest, Lag) {
    EXPECT_THAT(stream().info().consumers, IsEmpty());
    const Position end = stream().next();
    MUST(stream().commit("slow", Position(10)));
    MUST(stream().commit("fast", end));
    const auto lags = [&] {
        std::map<std::string, std::int64_t> found;
        for (const ConsumerInfo& consumer : stream().info().consumers) {
            found[consumer.name] = consumer.lag;
        }
        return found;
    };
    using Lags = std::map<std::string, std::int64_t>;
    EXPECT_EQ(lags(), (Lags{{"slow", end.value - 10}, {"fast", 0}}));
    add(0, 0);
    EXPECT_EQ(lags(), (Lags{{"slow", end.value - 9}, {"fast", 1}}));
    MUST(stream().commit("slow", end + 1));
    EXPECT_EQ(lags(), (Lags{{"slow", 0}, {"fast", 1}}));
    MUST(stream().stop());
    MUST(machine_.open());
    EXPECT_EQ(lags(), (Lags{{"slow", 0}, {"fast", 1}}));
    MUST(stream().forget("slow"));
    EXPECT_EQ(lags(), (Lags{{"fast", 1}}));
}

// A consumer commits what is there, under a name that can be written down.
TEST_F(ReadTest, RefusesOddCommits) {
    const Position end = stream().next();
    EXPECT_EQ(stream().commit("sink", end + 1).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(stream().commit("sink", Position(-1)).error().code(), ErrorCode::InvalidArgument);
    for (const std::string& name : {std::string(), std::string("a\nb"), std::string(256, 'n')}) {
        EXPECT_EQ(stream().commit(name, end).error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_THAT(stream().info().consumers, IsEmpty());
    MUST(stream().commit("name with spaces", end));
    MUST(machine_.open());
    EXPECT_EQ(stream().committed("name with spaces"), end);
}

// A damaged block costs its own records by every way of reading, and what was damaged is told.
TEST_F(ReadTest, AroundDamage) {
    MUST(machine_.files.flip_byte(machine_.paths(segment_suffix).at(1), 300));
    const auto values = read_values(stream());
    EXPECT_THAT(values, SizeIs(3 * request_count - 1));
    std::size_t by_offset = 0;
    for (const auto& [partition, written] : by_partition_) {
        by_offset +=
            MUST(stream().read_partition(partition, Offset(0), {1000, 1u << 20})).records.size();
    }
    EXPECT_EQ(by_offset, values.size());
    EXPECT_THAT(stream().info().damage, ElementsAre(HasSubstr("quarantined in")));
}

}  // namespace
}  // namespace tradewind::stream
