#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "base/limits.h"
#include "os/filesystem.h"
#include "os/temporary_folder.h"
#include "stream/stream.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AppendTest : public testing::Test {
protected:
    AppendTest() { MUST(machine_.open()); }
    Stream& stream() { return *machine_.stream; }
    Machine machine_;
};

// A request that cannot be taken is refused at once, with a message that names the limit.
TEST_F(AppendTest, RefusesWhatIsTooMuch) {
    EXPECT_EQ(append_now(stream(), AppendRequest()).error().code(), ErrorCode::InvalidArgument);
    const std::string large(limits::record_bytes_max + 1, 'x');
    const auto too_large = append_now(stream(), {record("k", large)});
    EXPECT_EQ(too_large.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(too_large.error().describe(), HasSubstr("1048576"));
    const std::string long_key(limits::idempotency_key_bytes_max + 1, 'k');
    const auto bad_key = append_now(stream(), {record("k", "v")}, long_key, "h");
    EXPECT_EQ(bad_key.error().code(), ErrorCode::InvalidArgument);
    const std::vector<NewRecord> many(limits::request_records_max + 1, record("k", "v"));
    EXPECT_EQ(append_now(stream(), many).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(stream().info().next, Position(0));
}

// Odd bytes come back as they went in: empty keys and values, NUL, bytes that look like a block.
TEST_F(AppendTest, AnyBytes) {
    const std::string odd("a\0b\xF5TWBLK\r\n\xff", 12);
    ASSERT_TRUE(append_now(stream(), {record("", ""), record(odd, odd), record("", odd)}).ok());
    std::vector<ReadBatch> batches;
    const auto records = read_all(stream(), batches);
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].value, "");
    EXPECT_EQ(records[1].key, odd);
    EXPECT_EQ(records[2].value, odd);
    EXPECT_EQ(records[0].partition, stream().partition_of(""));
}

// Records of the largest size allowed go through, also when one does not fit into a segment.
TEST_F(AppendTest, LargestRecords) {
    const std::string large(limits::record_bytes_max, 'x');
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(append_now(stream(), {record("a", large), record("b", large)}).ok());
    }
    std::vector<ReadBatch> batches;
    const auto records = read_all(stream(), batches, Position(0), {10, 1u << 20});
    ASSERT_EQ(records.size(), 6u);
    for (const Record& read : records) EXPECT_EQ(read.value, large);
}

// Records of one key are in one partition, in the order they were appended, with offsets that count
// from 0 without a gap; the answers say which.
TEST_F(AppendTest, OrderPerPartition) {
    std::map<std::int32_t, std::vector<std::string>> expected;
    for (int request = 0; request < 100; ++request) {
        std::vector<std::string> keys;
        std::vector<std::string> values;
        for (int i = 0; i < 1 + request % 7; ++i) {
            keys.push_back("key" + std::to_string((request * 3 + i) % 11));
            values.push_back(std::to_string(request) + "." + std::to_string(i));
        }
        std::vector<NewRecord> records;
        for (std::size_t i = 0; i < keys.size(); ++i) records.push_back(record(keys[i], values[i]));
        const auto answer = append_now(stream(), records);
        ASSERT_TRUE(answer.ok());
        EXPECT_EQ(answer->accepted, static_cast<std::int64_t>(keys.size()));
        for (const PartitionRange& range : answer->offsets) {
            EXPECT_EQ(
                range.first.value, static_cast<std::int64_t>(expected[range.partition.value].size())
            );
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            expected[stream().partition_of(keys[i]).value].push_back(values[i]);
        }
        for (const PartitionRange& range : answer->offsets) {
            EXPECT_EQ(
                range.last.value + 1,
                static_cast<std::int64_t>(expected[range.partition.value].size())
            );
        }
    }
    std::map<std::int32_t, std::vector<std::string>> found;
    std::vector<ReadBatch> batches;
    std::int64_t position = 0;
    for (const Record& read : read_all(stream(), batches)) {
        auto& partition = found[read.partition.value];
        EXPECT_EQ(read.offset.value, static_cast<std::int64_t>(partition.size()));
        EXPECT_EQ(read.position.value, position++);
        partition.emplace_back(read.value);
    }
    EXPECT_EQ(found, expected);
    EXPECT_GT(stream().info().segment_count, 1);
}

// Requests that wait together become one block, and share one sync.
TEST_F(AppendTest, OneBlockForAllThatWait) {
    ASSERT_TRUE(append_now(stream(), {record("k", "first")}).ok());
    Counter& blocks =
        machine_.metrics.counter("tradewind_stream_blocks_total", "", {{"stream", "orders"}});
    const std::int64_t before = blocks.value();
    int answers = 0;
    for (int i = 0; i < 10; ++i) {
        AppendRequest request;
        const std::string value = std::to_string(i);
        request.records = {record("k", value)};
        stream().append(request, [&](Result<AppendAnswer> answer) {
            EXPECT_TRUE(answer.ok());
            ++answers;
        });
    }
    EXPECT_EQ(answers, 0);
    EXPECT_EQ(stream().info().next, Position(1)) << "nothing is visible before the sync";
    EXPECT_EQ(MUST(stream().commit_pending()), 10u);
    EXPECT_EQ(answers, 10);
    EXPECT_EQ(blocks.value(), before + 1);
}

// Rejected records stand in the log with their reason, take a position but no offset, and every
// record knows its request and its place in it.
TEST_F(AppendTest, RejectedRecords) {
    ASSERT_TRUE(append_now(stream(), {record("k", "before")}).ok());
    const auto answer = append_now(
        stream(),
        {record("k", "good", 0), rejected("{\"bad\"", "cut off", 1), record("k", "also", 2)}
    );
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->accepted, 2);
    EXPECT_EQ(answer->rejected, 1);
    const auto sparse = append_now(stream(), {rejected("x", "y", 41)});
    ASSERT_TRUE(sparse.ok());
    EXPECT_TRUE(sparse->offsets.empty());

    std::vector<ReadBatch> batches;
    const auto records = read_all(stream(), batches);
    ASSERT_EQ(records.size(), 5u);
    const Record& bad = records[2];
    EXPECT_EQ(bad.kind, RecordKind::Rejected);
    EXPECT_EQ(bad.value, "{\"bad\"");
    EXPECT_EQ(bad.reason, "cut off");
    EXPECT_EQ(bad.reason_type, "invalid_type");
    EXPECT_EQ(bad.index, 1);
    EXPECT_EQ(bad.request_id, "0000000000000001");
    EXPECT_EQ(records[3].offset, Offset(2));
    EXPECT_EQ(records[3].request_id, bad.request_id);
    EXPECT_EQ(records[4].index, 41);
    EXPECT_EQ(records[4].request_id, "0000000000000004");
    EXPECT_EQ(stream().info().record_count, 3);
    EXPECT_EQ(stream().info().next, Position(5));
    const auto of_partition =
        MUST(stream().read_partition(stream().partition_of("k"), Offset(0), ReadLimits()));
    EXPECT_EQ(of_partition.records.size(), 3u);
}

// A full queue refuses with Unavailable and takes records again once it was written.
TEST(Append, FullQueue) {
    Machine machine;
    StreamOptions options = small_options();
    options.append_queue_bytes_max = 1000;
    MUST(machine.open(options));
    const std::string value(300, 'x');
    int refused = 0;
    int stored = 0;
    for (int i = 0; i < 10; ++i) {
        AppendRequest request;
        request.records = {record("k", value)};
        machine.stream->append(request, [&](Result<AppendAnswer> answer) {
            if (answer.ok()) {
                ++stored;
                return;
            }
            EXPECT_EQ(answer.error().code(), ErrorCode::Unavailable);
            EXPECT_THAT(answer.error().message(), HasSubstr("queue is full"));
            ++refused;
        });
    }
    EXPECT_GT(refused, 0);
    MUST(machine.stream->commit_pending());
    EXPECT_EQ(refused + stored, 10);
    EXPECT_TRUE(append_now(*machine.stream, {record("k", value)}).ok());
    const std::string larger_than_all(2000, 'x');
    EXPECT_EQ(
        append_now(*machine.stream, {record("k", larger_than_all)}).error().code(),
        ErrorCode::InvalidArgument
    );
}

// With its own committer, on a real disk: many threads append, each answer is durable and readable,
// and after stop() nothing more is taken.
TEST(Append, ManyThreads) {
    const os::TemporaryFolder folder;
    const auto files = os::make_posix_filesystem();
    const auto clock = os::make_system_clock();
    MetricsRegistry metrics;
    StreamOptions options = small_options();
    options.folder = folder.path("stream/orders");
    options.own_committer = true;
    options.segment_bytes_max = 64u << 10;
    auto stream = MUST(open_stream(options, folder.path("quarantine"), *files, *clock, metrics));
    constexpr int thread_count = 4;
    constexpr int requests_each = 200;
    std::vector<std::thread> threads;
    for (int t = 0; t < thread_count; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < requests_each; ++i) {
                const std::string value = std::to_string(t) + "." + std::to_string(i);
                const std::string key = "k" + std::to_string(t);
                AppendRequest request;
                request.records = {record(key, value)};
                const auto answer = stream->append_and_wait(request);
                ASSERT_TRUE(answer.ok()) << answer.error().describe();
                const auto read = stream->read_partition(
                    answer->offsets[0].partition, answer->offsets[0].first, {1, 1000}
                );
                ASSERT_TRUE(read.ok());
                ASSERT_EQ(read->records.at(0).value, value);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(stream->info().record_count, thread_count * requests_each);
    EXPECT_TRUE(stream->wait_for(Position(0), 0));
    EXPECT_TRUE(stream->stop().ok());
    AppendRequest late;
    late.records = {record("k", "late")};
    EXPECT_EQ(stream->append_and_wait(late).error().code(), ErrorCode::Unavailable);

    stream = MUST(open_stream(options, folder.path("quarantine"), *files, *clock, metrics));
    std::vector<ReadBatch> batches;
    std::map<std::string, int> next;
    for (const Record& read : read_all(*stream, batches)) {
        int& expected = next[std::string(read.key)];
        EXPECT_EQ(read.value, std::string(read.key.substr(1)) + "." + std::to_string(expected++));
    }
    for (const auto& [key, count] : next) EXPECT_EQ(count, requests_each) << key;
    EXPECT_TRUE(stream->verify().ok());
    EXPECT_THAT(stream->info().damage, ElementsAre());
}

// stop() commits what was taken in before it, so that every request has its answer.
TEST(Append, StopCommitsWhatWaits) {
    Machine machine;
    MUST(machine.open());
    AppendRequest request;
    request.records = {record("k", "v")};
    bool stored = false;
    machine.stream->append(request, [&](Result<AppendAnswer> answer) { stored = answer.ok(); });
    ASSERT_TRUE(machine.stream->stop().ok());
    EXPECT_TRUE(stored);
    MUST(machine.open());
    EXPECT_THAT(read_values(*machine.stream), ElementsAre("v"));
}

}  // namespace
}  // namespace tradewind::stream
