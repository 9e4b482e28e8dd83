// Records that are gone: verify says so, and a note stays, until somebody removes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/losses.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t day_us = 24LL * 3600 * 1'000'000;

class LossesTest : public testing::Test {
protected:
    LossesTest() { MUST(machine_.open()); }
    Stream& stream() { return *machine_.stream; }

    void fill(int count) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(append_now(stream(), {record("x", std::string(200, 'v'))}).ok());
    }
    // Ends the program as it should, and takes all segments away but the last `kept`.
    void lose_segments(std::size_t from, std::size_t kept = 0) {
        MUST(stream().stop());
        machine_.kill();
        const auto paths = machine_.paths(".segment");
        ASSERT_GE(paths.size(), from + kept + 1);
        for (std::size_t i = from; i < paths.size() - kept; ++i)
            MUST(machine_.files.remove(paths[i]));
        MUST(machine_.open());
    }
    std::string verified() {
        const auto result = stream().verify();
        return result.ok() ? "" : result.error().detail();
    }
    std::vector<Missing> notes() { return find_missing(machine_.files, test_quarantine); }

    Machine machine_;
};

// All segments are gone: verify names the positions, also after the log went on behind the gap and
// at later starts; once the note is removed neither verify nor a start speaks of it again.
TEST_F(LossesTest, EverythingIsGone) {
    fill(5);
    lose_segments(0);
    for (int start = 0; start < 3; ++start) {
        EXPECT_THAT(verified(), HasSubstr("positions 0 to 4 are missing"));
        EXPECT_THAT(verified(), HasSubstr("positions 0 to 4 are missing")) << "each time";
        EXPECT_TRUE(any_contains(stream().info().damage, "positions 0 to 4"));
        fill(1);
        MUST(stream().stop());
        MUST(machine_.open());
    }
    ASSERT_THAT(notes(), SizeIs(1));
    EXPECT_EQ(notes().at(0).stream, "orders");
    EXPECT_EQ(notes().at(0).first, Position(0));
    EXPECT_EQ(notes().at(0).last, Position(4));
    MUST(machine_.files.remove(notes().at(0).path));
    EXPECT_EQ(verified(), "");
    MUST(machine_.open());
    EXPECT_EQ(verified(), "");
    EXPECT_THAT(stream().info().damage, IsEmpty());
    EXPECT_THAT(notes(), IsEmpty());
}

// Segments are gone in the middle and at the front, where retention has never been.
TEST_F(LossesTest, SegmentsAreGone) {
    fill(80);
    ASSERT_GE(machine_.paths(".segment").size(), 4u);
    lose_segments(1, 2);
    EXPECT_THAT(verified(), HasSubstr("are missing, as"));
    lose_segments(0, 2);
    EXPECT_THAT(verified(), HasSubstr("positions 0 to "));
    EXPECT_EQ(stream().info().damage.size(), 1u);
}

// What a sink tells of: the folder of the stream is gone with all that knew.
TEST_F(LossesTest, TheFolderIsGone) {
    fill(5);
    MUST(stream().stop());
    machine_.kill();
    MUST(os::remove_tree(machine_.files, test_folder));
    MUST(machine_.open());
    EXPECT_EQ(verified(), "");
    MUST(stream().raise_to(Position(5)));
    EXPECT_THAT(verified(), HasSubstr("positions 0 to 4 are missing"));
    MUST(machine_.open());
    fill(1);
    EXPECT_THAT(verified(), HasSubstr("positions 0 to 4 are missing"));
}

// Two losses that touch are one, and a second one is noted although the first has been seen to.
TEST_F(LossesTest, ASecondLossIsNoted) {
    fill(5);
    lose_segments(0);
    MUST(machine_.files.remove(notes().at(0).path));
    fill(5);
    MUST(stream().stop());
    EXPECT_EQ(verified(), "");
    lose_segments(0);
    EXPECT_THAT(verified(), HasSubstr("positions 0 to 9 are missing"));
    ASSERT_THAT(notes(), SizeIs(1));
    MUST(machine_.files.remove(notes().at(0).path));
    fill(1);
    MUST(machine_.open());
    EXPECT_EQ(verified(), "");
}

// What retention gave up is no loss, whatever is left of the log.
TEST_F(LossesTest, RetentionIsNoLoss) {
    StreamOptions options = small_options();
    options.retention_age_us = day_us;
    MUST(machine_.open(options));
    fill(80);
    MUST(stream().commit("sink", Position(80)));
    machine_.clock.advance_us(2 * day_us);
    ASSERT_GT(MUST(stream().apply_retention()), 0);
    const Position first = stream().info().first;
    ASSERT_GT(first, Position(0));
    MUST(stream().stop());
    MUST(machine_.open(options));
    EXPECT_EQ(verified(), "");
    EXPECT_THAT(stream().info().damage, IsEmpty());
    // Then all that was left is lost.
    MUST(stream().stop());
    machine_.kill();
    for (const std::string& path : machine_.paths(".segment")) MUST(machine_.files.remove(path));
    MUST(machine_.open(options));
    EXPECT_THAT(verified(), HasSubstr("positions " + std::to_string(first.value) + " to 79 are"));
}

// A log that an earlier version left knows of no floor: where it begins is no loss. Nor is it when
// the list is damaged, which is told of.
TEST_F(LossesTest, TheListIsGoneOrDamaged) {
    fill(80);
    const std::string path = os::join(test_folder, losses_name);
    MUST(stream().stop());
    machine_.kill();
    MUST(machine_.files.remove(machine_.paths(".segment").at(0)));
    MUST(machine_.files.remove(path));
    MUST(machine_.open());
    EXPECT_EQ(verified(), "");
    MUST(stream().stop());
    machine_.kill();
    MUST(machine_.files.flip_byte(path, 30));
    MUST(machine_.open());
    EXPECT_EQ(verified(), "");
    EXPECT_TRUE(any_contains(stream().info().damage, "damaged list of losses"));
}

// What is noted is read back; anything else is refused.
TEST(LossFileTest, IsReadBack) {
    const LossFile file{Position(7), {{Position(7), Position(9)}, {Position(20), Position(20)}}};
    const std::string text = encode_loss_file(file, 5);
    const auto read = decode_loss_file(text, 5);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->floor, Position(7));
    EXPECT_THAT(read->noted, ElementsAre(file.noted[0], file.noted[1]));
    EXPECT_FALSE(decode_loss_file(text, 6).has_value());
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string damaged = text;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_FALSE(decode_loss_file(damaged, 5).has_value()) << i;
    }
}

// Another number of partitions is refused without opening as it is when opening, once there are
// records, and only then.
TEST_F(LossesTest, PartitionsAreCheckedWithoutOpening) {
    StreamOptions other = small_options();
    other.partition_count = 5;
    EXPECT_TRUE(check_partitions(other, machine_.files).ok()) << "nothing stands in it yet";
    fill(1);
    EXPECT_TRUE(check_partitions(small_options(), machine_.files).ok());
    for (int pass = 0; pass < 2; ++pass) {
        const auto refused = check_partitions(other, machine_.files);
        ASSERT_FALSE(refused.ok());
        machine_.kill();
        EXPECT_EQ(refused.error().describe(), machine_.open(other).error().describe());
        MUST(machine_.open());
        MUST(stream().stop());
    }
    for (const std::string& path : machine_.paths(".segment")) MUST(machine_.files.remove(path));
    EXPECT_THAT(
        check_partitions(other, machine_.files).error().message(), HasSubstr("3 partitions")
    );
    other.folder = "nowhere";
    EXPECT_TRUE(check_partitions(other, machine_.files).ok());
    EXPECT_THAT(machine_.paths(".bytes"), IsEmpty());
}

}  // namespace
}  // namespace tradewind::stream
