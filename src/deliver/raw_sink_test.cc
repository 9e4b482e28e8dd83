// Raw files: which record goes into which, that its bytes stay, and when a file is finished.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <thread>

#include "deliver/test_kit.h"

namespace tradewind::deliver {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Keys of different partitions.
constexpr const char* one_key = "A1";
constexpr const char* another_key = "A2";

class RawSinkTest : public DeliveryTest {
protected:
    RawSinkTest() {
        settings_.raw_flush_bytes = 1000;
        settings_.raw_flush_age_us = 60 * second_us;
    }
    std::int64_t extra(const lake::DataFile& file, const char* name) {
        return file.extra.integer_or(name, -1);
    }
};

TEST_F(RawSinkTest, AFileHoldsOnePartitionAndOneHourOfArrival) {
    // Proves that files end where the partition, the hour or the day of arrival changes, and say
    // which offsets they hold.
    open();
    ASSERT_NE(stream_->partition_of(one_key), stream_->partition_of(another_key));
    accept(record(1), one_key);
    accept(record(2), another_key);
    accept(record(3), one_key);
    clock_.advance_us(3600 * second_us);
    accept(record(4), one_key);
    clock_.advance_us(3600 * second_us);
    accept(record(5), one_key);
    MUST(delivery_->flush());
    const lake::Version raw = version("stream");
    ASSERT_EQ(raw.files.size(), 4u);
    std::map<std::int64_t, const lake::DataFile*> by_first_row;
    for (const lake::DataFile& file : raw.files) {
        EXPECT_EQ(file.row_count, extra(file, "last_offset") - extra(file, "first_offset") + 1);
        const auto rows = MUST(simulation::unpack_lines(MUST(lake_->read(file.path, 1u << 20))));
        by_first_row[simulation::id_in(rows.front())] = &file;
    }
    EXPECT_EQ(by_first_row[1]->row_count, 2);
    EXPECT_TRUE(by_first_row[1]->path.starts_with("raw/orders/stream/year=2023/month=11/day=14/"));
    EXPECT_TRUE(by_first_row[5]->path.starts_with("raw/orders/stream/year=2023/month=11/day=15/"));
    EXPECT_NE(extra(*by_first_row[1], "partition"), extra(*by_first_row[2], "partition"));
    EXPECT_EQ(raw.positions.at("raw"), Position(5));
}

TEST_F(RawSinkTest, KeepsTheBytesAsTheyCame) {
    // Proves that bytes that are no text, and records that cannot be delivered, come back
    // unchanged; only line breaks, which JSON has between its tokens, become blanks.
    open();
    const std::string no_text("\xff\xfe\x00{\x80", 5);
    accept(no_text);
    accept("{\"invoice\":\r\n \"A1\"}");
    reject("never in raw");
    accept("");
    MUST(delivery_->flush());
    EXPECT_THAT(lines("stream"), ElementsAre(no_text, "{\"invoice\":   \"A1\"}", ""));
}

TEST_F(RawSinkTest, FinishesAFileByItsSize) {
    // Proves that a file is committed as soon as it has its bytes, and not before.
    open();
    accept(record(1));
    step_all();
    EXPECT_THAT(paths("stream"), IsEmpty());
    accept(std::string(1000, 'x'));
    step_all();
    EXPECT_EQ(paths("stream").size(), 1u);
    EXPECT_EQ(version("stream").positions.at("raw"), Position(2));
}

TEST_F(RawSinkTest, FinishesAFileByItsAge) {
    // Proves that the first record waits no longer than the age, whatever comes after it.
    open();
    accept(record(1));
    step_all();
    clock_.advance_us(59 * second_us);
    accept(record(2));
    step_all();
    EXPECT_THAT(paths("stream"), IsEmpty());
    clock_.advance_us(1 * second_us);
    step_all();
    EXPECT_THAT(in_raw(), ElementsAre(1, 2));
    // The next file has an age of its own.
    accept(record(3));
    step_all();
    EXPECT_EQ(paths("stream").size(), 1u);
}

TEST_F(RawSinkTest, RejectedRecordsMoveThePositionOnly) {
    // Proves that a stretch without accepted records is passed by, durably.
    open();
    reject("a");
    reject("b");
    MUST(delivery_->flush());
    EXPECT_THAT(paths("stream"), IsEmpty());
    EXPECT_EQ(version("stream").positions.at("raw"), Position(2));
}

TEST_F(RawSinkTest, GoesOnAfterACommitThatIsInDoubt) {
    // Proves that a commit whose fate nobody knows, and whose files keep their names therefore,
    // does not stop the sink.
    open();
    accept(record(1));
    int failures = 1;
    files_.pick = [&](const std::string& call, const std::string& path) {
        return call == "sync_folder" && path.ends_with("/stream/_versions") && failures-- > 0;
    };
    step_all();
    EXPECT_FALSE(delivery_->flush().ok());
    MUST(delivery_->flush());
    accept(record(2));
    MUST(delivery_->flush());
    EXPECT_THAT(in_raw(), ElementsAre(1, 2));
    open();
    EXPECT_THAT(in_raw(), ElementsAre(1, 2));
}

TEST_F(RawSinkTest, AFailureHalfWayThroughABatchDoublesNothing) {
    // Proves that a sink which failed in the middle of a batch is not settled at the stop: the half
    // it took would come again under the position before it.
    settings_.own_threads = true;
    settings_.raw_flush_bytes = 1u << 20;
    // The first partition's file opens, the second's does not; after a failure again.
    std::atomic<int> opened{0};
    files_.pick = [&](const std::string& call, const std::string& path) {
        return call == "open" && path.find("/_scratch/") != std::string::npos && ++opened % 2 == 0;
    };
    open();
    const std::vector<std::string> values = {record(1), record(2), record(3)};
    accept(values[0], one_key);
    MUST(delivery_->wait_applied(Position(1), 60 * second_us));
    stream::NewRecord first;
    first.key = one_key;
    first.value = values[1];
    stream::NewRecord second;
    second.key = another_key;
    second.value = values[2];
    append({first, second});
    while (status("raw").error.empty()) std::this_thread::yield();
    delivery_->stop(0);
    files_.pick = nullptr;
    settings_.own_threads = false;
    open();
    MUST(delivery_->flush());
    simulation::Ids ids = in_raw();
    std::sort(ids.begin(), ids.end());
    EXPECT_THAT(ids, ElementsAre(1, 2, 3));
}

}  // namespace

}  // namespace tradewind::deliver
