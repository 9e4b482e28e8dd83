#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/key_index.h"
#include "stream/segment_format.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t hour_us = 3600LL * 1'000'000;

void expect_same(const AppendAnswer& a, const AppendAnswer& b) {
    EXPECT_EQ(a.accepted, b.accepted);
    EXPECT_EQ(a.rejected, b.rejected);
    ASSERT_EQ(a.offsets.size(), b.offsets.size());
    for (std::size_t i = 0; i < a.offsets.size(); ++i) {
        EXPECT_EQ(a.offsets[i].partition, b.offsets[i].partition);
        EXPECT_EQ(a.offsets[i].first, b.offsets[i].first);
        EXPECT_EQ(a.offsets[i].last, b.offsets[i].last);
    }
}

class IdempotencyTest : public testing::Test {
protected:
    IdempotencyTest() { MUST(machine_.open()); }
    Stream& stream() { return *machine_.stream; }
    // A request of several partitions and a rejected record.
    Result<AppendAnswer> send(std::string_view key, std::string_view hash = "hash") {
        return append_now(
            stream(),
            {record("a", "1"), record("b", "2"), rejected("3", "no", 2), record("c", "4", 3)},
            key,
            hash
        );
    }
    const std::string replay_ = std::string(kept_key_prefix) + "orders/1/7";
    const std::string earlier_replay_ = std::string(kept_key_prefix) + "orders/1/3";
    Machine machine_;
};

// The same key with the same body gets the stored answer and stores nothing; with another body it
// is a conflict.
TEST_F(IdempotencyTest, RepeatAndConflict) {
    ASSERT_TRUE(append_now(stream(), {record("a", "0")}).ok());
    const auto first = send("key");
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(first->repeated);
    const auto again = send("key");
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->repeated);
    expect_same(*first, *again);
    EXPECT_EQ(stream().info().next, Position(5));
    const auto other = send("key", "other");
    ASSERT_FALSE(other.ok());
    EXPECT_EQ(other.error().code(), ErrorCode::Conflict);
    EXPECT_EQ(other.error().message(), "idempotency key was used with another body");
}

// A key is looked up without anything being stored: its answer, a conflict, or that it is free;
// under way, it is waited for.
TEST_F(IdempotencyTest, AnswersAreFound) {
    std::vector<Result<AppendAnswer>> answers;
    const auto collect = [&](Result<AppendAnswer> answer) { answers.push_back(std::move(answer)); };
    stream().find_answer("key", "hash", collect);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].error().code(), ErrorCode::NotFound);
    AppendRequest request;
    request.records = {record("a", "1")};
    request.idempotency_key = "key";
    request.body_hash = "hash";
    stream().append(request, collect);
    stream().find_answer("key", "hash", collect);
    EXPECT_EQ(answers.size(), 1u);
    ASSERT_TRUE(stream().commit_pending().ok());
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_NE(answers[1]->repeated, answers[2]->repeated);
    stream().find_answer("key", "hash", collect);
    stream().find_answer("key", "other", collect);
    ASSERT_EQ(answers.size(), 5u);
    expect_same(*answers[1], *answers[3]);
    EXPECT_EQ(answers[4].error().code(), ErrorCode::Conflict);
    EXPECT_EQ(stream().info().next, Position(1));
}

// A repeat that comes while the first is under way waits for the same answer; another body is
// refused at once; and when the first fails, so does the repeat.
TEST_F(IdempotencyTest, UnderWay) {
    AppendRequest request;
    request.records = {record("a", "1")};
    request.idempotency_key = "key";
    request.body_hash = "hash";
    std::vector<Result<AppendAnswer>> answers;
    const auto collect = [&](Result<AppendAnswer> answer) { answers.push_back(std::move(answer)); };
    stream().append(request, collect);
    stream().append(request, collect);
    stream().append(request, collect);
    EXPECT_THAT(answers, IsEmpty());
    request.body_hash = "other";
    stream().append(request, collect);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].error().code(), ErrorCode::Conflict);
    answers.clear();
    MUST(stream().commit_pending());
    ASSERT_EQ(answers.size(), 3u);
    int repeated = 0;
    for (const auto& answer : answers) repeated += answer->repeated ? 1 : 0;
    EXPECT_EQ(repeated, 2);
    EXPECT_EQ(stream().info().next, Position(1));

    answers.clear();
    request.idempotency_key = "second";
    stream().append(request, collect);
    stream().append(request, collect);
    machine_.files.fail_next_sync();
    EXPECT_FALSE(stream().commit_pending().ok());
    ASSERT_EQ(answers.size(), 2u);
    for (const auto& answer : answers) EXPECT_FALSE(answer.ok());
    // The key is free again: the retry stores it once.
    answers.clear();
    MUST(stream().commit_pending());
    stream().append(request, collect);
    MUST(stream().commit_pending());
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_TRUE(answers[0].ok());
    EXPECT_FALSE(answers[0]->repeated);
    EXPECT_EQ(stream().info().next, Position(2));
}

// The answers survive restarts, whether the key's block is in the active segment or in a sealed
// one, and whether the stream was stopped or killed.
TEST_F(IdempotencyTest, SurvivesRestarts) {
    std::vector<AppendAnswer> answers;
    constexpr int count = 60;
    for (int i = 0; i < count; ++i) answers.push_back(MUST(send("key" + std::to_string(i))));
    ASSERT_GT(stream().info().segment_count, 2);
    const Position end = stream().info().next;
    for (int restart = 0; restart < 3; ++restart) {
        if (restart == 1) {
            machine_.lose_power();
        } else if (restart == 2) {
            MUST(stream().stop());
        }
        MUST(machine_.open());
        for (int i = 0; i < count; ++i) {
            const auto again = send("key" + std::to_string(i));
            ASSERT_TRUE(again.ok());
            EXPECT_TRUE(again->repeated);
            expect_same(answers[static_cast<std::size_t>(i)], *again);
            EXPECT_EQ(send("key" + std::to_string(i), "x").error().code(), ErrorCode::Conflict);
        }
        EXPECT_EQ(stream().info().next, end);
    }
}

// After the window a key may be used again.
TEST_F(IdempotencyTest, WindowEnds) {
    ASSERT_TRUE(send("key").ok());
    machine_.clock.advance_us(23 * hour_us);
    EXPECT_TRUE(MUST(send("key")).repeated);
    machine_.clock.advance_us(2 * hour_us);
    EXPECT_FALSE(MUST(send("key", "another body")).repeated);
    MUST(machine_.open());
    EXPECT_TRUE(MUST(send("key", "another body")).repeated) << "the newer use counts";
}

// No more keys than the limit are remembered; the oldest go first.
TEST_F(IdempotencyTest, CountIsBounded) {
    StreamOptions options = small_options();
    options.idempotency_keys_max = 10;
    MUST(machine_.open(options));
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(send("key" + std::to_string(i)).ok());
    for (int restart = 0; restart < 2; ++restart) {
        EXPECT_TRUE(MUST(send("key29")).repeated);
        EXPECT_TRUE(MUST(send("key20")).repeated);
        MUST(machine_.open(options));
    }
    EXPECT_FALSE(MUST(send("key19")).repeated);
}

// When retention deletes a segment inside the window, its keys stay: a late repeat is still one.
TEST_F(IdempotencyTest, KeysOutliveTheirSegment) {
    StreamOptions options = small_options();
    options.retention_bytes_max = 1;
    MUST(machine_.open(options));
    const auto first = MUST(send("key"));
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(send("key" + std::to_string(i)).ok());
    MUST(stream().commit("sink", stream().info().next));
    ASSERT_GT(MUST(stream().apply_retention()), 0);
    ASSERT_GT(stream().info().first, Position(0));
    for (int restart = 0; restart < 2; ++restart) {
        const auto again = MUST(send("key"));
        EXPECT_TRUE(again.repeated);
        expect_same(first, again);
        MUST(machine_.open(options));
    }
    EXPECT_FALSE(machine_.paths(".keys").empty());
    machine_.clock.advance_us(25 * hour_us);
    MUST(stream().apply_retention());
    EXPECT_THAT(machine_.paths(".keys"), IsEmpty()) << "and go when the window is over";
    MUST(machine_.open(options));
    EXPECT_FALSE(MUST(send("key")).repeated);
}

// A key of the platform's own is answered once for ever: after the window, in the active segment or
// in a sealed one, after retention took its segment and the keys that were left of it, over
// restarts and a loss of power.
TEST_F(IdempotencyTest, KeptKeysNeverExpire) {
    StreamOptions options = small_options();
    options.retention_bytes_max = 1;
    MUST(machine_.open(options));
    const AppendAnswer first = MUST(send(replay_));
    const auto expect_kept = [&](const char* when) {
        machine_.clock.advance_us(100 * 24 * hour_us);
        const auto again = MUST(send(replay_));
        EXPECT_TRUE(again.repeated) << when;
        expect_same(first, again);
        EXPECT_EQ(send(replay_, "another body").error().code(), ErrorCode::Conflict) << when;
    };
    expect_kept("active segment");
    MUST(machine_.open(options));
    expect_kept("active segment, found by scanning");
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(send("key" + std::to_string(i)).ok());
    expect_kept("sealed segment");
    machine_.lose_power();
    MUST(machine_.open(options));
    expect_kept("sealed segment, found by its footer");
    MUST(stream().commit("sink", stream().info().next));
    ASSERT_GT(MUST(stream().apply_retention()), 0);
    for (int restart = 0; restart < 3; ++restart) {
        expect_kept("deleted segment");
        MUST(stream().apply_retention());
        machine_.lose_power();
        MUST(machine_.open(options));
    }
    EXPECT_FALSE(MUST(send("key1")).repeated);
}

// The file of kept keys, damaged: told of and kept aside; the keys of segments that are still there
// are found in these.
TEST_F(IdempotencyTest, KeptKeysAreFoundInTheSegmentsAgain) {
    ASSERT_TRUE(send(replay_).ok());
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(send("key" + std::to_string(i)).ok());
    MUST(stream().apply_retention());
    const auto paths = machine_.paths("kept_keys");
    ASSERT_EQ(paths.size(), 1u);
    machine_.clock.advance_us(100 * 24 * hour_us);
    machine_.kill();
    MUST(machine_.files.flip_byte(paths[0], 30));
    MUST(machine_.open());
    EXPECT_TRUE(any_contains(stream().info().damage, "damaged keys of replays"));
    EXPECT_TRUE(MUST(send(replay_)).repeated);
    MUST(stream().apply_retention());
    MUST(machine_.open());
    EXPECT_THAT(stream().info().damage, IsEmpty()) << "written anew";
    EXPECT_TRUE(MUST(send(replay_)).repeated);
}

// All segments are gone: those that come are told from those that the file of kept keys covers.
TEST_F(IdempotencyTest, NewSegmentsDoNotPassForOldOnes) {
    ASSERT_TRUE(send(earlier_replay_).ok());
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(send("old" + std::to_string(i)).ok());
    const std::size_t segments = machine_.paths(segment_suffix).size();
    MUST(stream().apply_retention());
    machine_.kill();
    for (const std::string& path : machine_.paths(segment_suffix)) {
        MUST(machine_.files.remove(path));
    }
    MUST(machine_.open());
    ASSERT_TRUE(send(replay_).ok());
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(send("new" + std::to_string(i)).ok());
    ASSERT_GT(segments, machine_.paths(segment_suffix).size());
    machine_.clock.advance_us(100 * 24 * hour_us);
    MUST(machine_.open());
    EXPECT_TRUE(MUST(send(replay_)).repeated);
}

// A failed write ends a segment; then its successor is lost with the power. What the file of kept
// keys covers is not gone on with.
TEST_F(IdempotencyTest, LeftSegmentsAreNotGoneOnWith) {
    ASSERT_TRUE(send(earlier_replay_).ok());
    machine_.files.fail_next_sync();
    ASSERT_FALSE(send("failed").ok());
    MUST(stream().commit_pending());
    MUST(stream().apply_retention());
    machine_.lose_power();
    MUST(machine_.open());
    ASSERT_TRUE(send(replay_).ok());
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(send("new" + std::to_string(i)).ok());
    machine_.clock.advance_us(100 * 24 * hour_us);
    MUST(machine_.open());
    EXPECT_TRUE(MUST(send(replay_)).repeated);
}

// The index itself: what was added is found until it expires, over chunk borders.
TEST(KeyIndex, ManyKeys) {
    KeyIndex index(1000, 50'000);
    for (std::int64_t i = 0; i < 60'000; ++i) {
        StoredAnswer stored;
        stored.key = fingerprint_of(std::to_string(i));
        stored.body = fingerprint_of("body" + std::to_string(i));
        stored.received_at = Timestamp{i};
        stored.answer.accepted = i;
        stored.answer.offsets = {{PartitionId(1), Offset(i), Offset(i + 5)}};
        index.add(stored);
    }
    EXPECT_EQ(index.size(), 50'000u);
    EXPECT_FALSE(index.find(fingerprint_of("9999")).has_value());
    const auto found = index.find(fingerprint_of("10000"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->answer.accepted, 10'000);
    EXPECT_EQ(found->answer.offsets.at(0).last, Offset(10'005));
    index.expire(Timestamp{59'999});
    EXPECT_EQ(index.size(), 1001u);
    EXPECT_TRUE(index.find(fingerprint_of("58999")).has_value());
    EXPECT_FALSE(index.find(fingerprint_of("58998")).has_value());
    index.expire(Timestamp{1'000'000});
    EXPECT_EQ(index.size(), 0u);
    std::string nonsense(100, '\xff');
    EXPECT_FALSE(index.add_encoded(nonsense));
}

}  // namespace
}  // namespace tradewind::stream
