// A consumer that holds more than the log: the log's end is raised, and no number is given twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RaiseTest : public testing::Test {
protected:
    RaiseTest() { MUST(machine_.open()); }
    Stream& stream() { return *machine_.stream; }

    // Blocks of two records each: "0a", "0b", "1a", "1b", ….
    void fill(int block_count) {
        for (int i = 0; i < block_count; ++i, ++written_) {
            const std::string a = std::to_string(written_) + "a";
            const std::string b = std::to_string(written_) + "b";
            ASSERT_TRUE(append_now(stream(), {record("x", a), record("y", b)}).ok());
        }
    }
    Machine machine_;
    int written_ = 0;
};

// The last acknowledged block, damaged before the mark knew of it, passes for a torn tail. A
// consumer that holds its records raises the end: neither positions nor offsets are given twice,
// the gap is told of, and both hold after further starts.
TEST_F(RaiseTest, AConsumerKnowsMoreThanTheLog) {
    fill(2);
    const StreamInfo before = stream().info();
    const std::string path = machine_.paths(".segment").at(0);
    const std::string bytes = MUST(os::read_file(machine_.files, path, 1u << 20));
    ASSERT_TRUE(append_now(stream(), {record("x", "lost"), record("y", "lost too")}).ok());
    const StreamInfo end = stream().info();
    machine_.kill();
    MUST(machine_.files.flip_byte(path, bytes.find_last_not_of('\0') + 100));
    MUST(machine_.open());
    ASSERT_EQ(stream().info().next, before.next);
    MUST(stream().raise_to(Position(2)));
    EXPECT_THAT(stream().info().damage, SizeIs(1)) << "what the log holds is no gap";
    MUST(stream().raise_to(end.next));
    EXPECT_TRUE(any_contains(stream().info().damage, "positions 4 to 5 are missing"));
    MUST(stream().commit("sink", end.next));
    EXPECT_TRUE(MUST(stream().read(before.next, {})).records.empty());
    EXPECT_EQ(MUST(stream().read(before.next, {})).next, end.next);
    machine_.lose_power();
    MUST(machine_.open());
    EXPECT_TRUE(any_contains(stream().info().damage, "positions 4 to 5 are missing"));
    for (const char* key : {"x", "y"}) {
        const auto answer = MUST(append_now(stream(), {record(key, key)}));
        const auto partition = static_cast<std::size_t>(answer.offsets.at(0).partition.value);
        EXPECT_GE(answer.offsets.at(0).first, end.partitions.at(partition).next) << key;
    }
    EXPECT_THAT(read_values(stream(), end.next), ElementsAre("x", "y"));
    const StreamInfo after = stream().info();
    MUST(machine_.open());
    EXPECT_EQ(stream().info().next, after.next);
    EXPECT_THAT(read_values(stream()), ElementsAre("0a", "0b", "1a", "1b", "x", "y"));
    for (int restart = 0; restart < 2; ++restart) {
        EXPECT_TRUE(any_contains(stream().info().damage, "positions 4 to 5 before it are missing"))
            << "the log went on, the gap stays";
        EXPECT_FALSE(stream().verify().ok()) << "until the note is removed";
        fill(60);
        MUST(machine_.open());
    }
}

// The same where the last segment is sealed, so that the log goes on in a new one; and where
// nothing is left of the log at all.
TEST_F(RaiseTest, TheEndIsRaisedBehindSealedSegments) {
    MUST(stream().raise_to(Position(3)));
    EXPECT_EQ(stream().info().first, Position(3));
    EXPECT_EQ(MUST(append_now(stream(), {record("x", "first")})).offsets.at(0).first, Offset(3));
    fill(120);
    ASSERT_GE(machine_.paths(".segment").size(), 3u);
    machine_.kill();
    MUST(machine_.files.remove(machine_.paths(".segment").back()));
    MUST(machine_.open());
    const Position next = stream().info().next;
    MUST(stream().raise_to(next + 10));
    ASSERT_TRUE(append_now(stream(), {record("x", "next")}).ok());
    EXPECT_THAT(read_values(stream(), next), ElementsAre("next"));
    MUST(machine_.open());
    EXPECT_EQ(stream().info().next, next + 11);
    EXPECT_THAT(read_values(stream(), next), ElementsAre("next"));
    EXPECT_TRUE(
        any_contains(stream().info().damage, "positions " + std::to_string(next.value) + " to ")
    );
}

// Once records were appended the numbers are given; and a mark that could not be written down
// raises nothing.
TEST_F(RaiseTest, TheEndIsRaisedBeforeAppendsOnly) {
    machine_.files.fail_next_sync();
    EXPECT_EQ(stream().raise_to(Position(5)).error().code(), ErrorCode::Io);
    EXPECT_EQ(stream().info().next, Position(0));
    fill(1);
    EXPECT_EQ(stream().raise_to(Position(5)).error().code(), ErrorCode::Conflict);
    EXPECT_EQ(stream().info().next, Position(2));
    MUST(stream().raise_to(Position(2)));
    EXPECT_THAT(stream().info().damage, IsEmpty());
}

}  // namespace
}  // namespace tradewind::stream
