#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "stream/block_format.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecoveryTest : public testing::Test {
protected:
    RecoveryTest() { MUST(machine_.open()); }
    Stream& stream() { return *machine_.stream; }

    // Blocks of two records each: "0a", "0b", "1a", "1b", ….
    void fill(int block_count, const std::string& padding = "") {
        for (int i = 0; i < block_count; ++i) {
            const std::string a = std::to_string(written_) + "a" + padding;
            const std::string b = std::to_string(written_) + "b" + padding;
            ++written_;
            const std::string key = "key" + std::to_string(written_);
            ASSERT_TRUE(append_now(stream(), {record("x", a), record("y", b)}, key, "h").ok());
            values_.push_back(a);
            values_.push_back(b);
        }
    }
    Machine machine_;
    int written_ = 0;
    std::vector<std::string> values_;
};

// What is missing from `all` in `found`, which must hold nothing else and keep the order.
std::vector<std::string> missing(
    const std::vector<std::string>& all, const std::vector<std::string>& found
) {
    std::vector<std::string> missing;
    auto next = found.begin();
    for (const std::string& value : all) {
        if (next != found.end() && *next == value) {
            ++next;
        } else {
            missing.push_back(value);
        }
    }
    EXPECT_EQ(next, found.end()) << "holds what was never appended, or in another order";
    return missing;
}

// A new stream, opened again and again, stays empty and undamaged.
TEST_F(RecoveryTest, Empty) {
    for (int i = 0; i < 3; ++i) {
        MUST(machine_.open());
        EXPECT_THAT(read_values(stream()), IsEmpty());
        EXPECT_THAT(stream().info().damage, IsEmpty());
        EXPECT_EQ(stream().info().segment_count, 0);
        EXPECT_TRUE(stream().verify().ok());
    }
}

// The block that was being written when the power went may be cut off after any byte: it is saved,
// told of and cut, all before it is there, and the stream goes on with the same numbers.
TEST_F(RecoveryTest, TornAtEveryByte) {
    fill(5);
    const std::string path = machine_.paths(".segment").at(0);
    machine_.kill();
    MUST(machine_.open());
    const std::string before = MUST(os::read_file(machine_.files, path, 1u << 20));
    fill(1);
    machine_.kill();
    const std::string after = MUST(os::read_file(machine_.files, path, 1u << 20));
    const std::size_t begin = static_cast<std::size_t>(
        std::mismatch(before.begin(), before.end(), after.begin()).first - before.begin()
    );
    const std::size_t end = after.find_last_not_of('\0') + 1;
    ASSERT_GT(end, begin + block_header_bytes(3));
    for (std::size_t cut = begin; cut <= end; ++cut) {
        SCOPED_TRACE(cut - begin);
        auto machine = copy_of(machine_.files);
        std::string torn = after.substr(0, cut);
        torn.resize(after.size(), '\0');
        MUST(MUST(machine->files.open(path, os::OpenMode::ReadWrite))->write_at(0, torn));
        MUST(machine->open());
        const auto values = read_values(*machine->stream);
        // The last bytes may be zeros anyway.
        const bool whole = torn == after;
        EXPECT_THAT(values, SizeIs(whole ? 12 : 10));
        const auto info = machine->stream->info();
        const std::size_t nonzero = torn.find_last_not_of('\0') + 1;
        EXPECT_THAT(info.damage, SizeIs(whole || nonzero <= begin ? 0 : 1));
        if (!info.damage.empty()) {
            EXPECT_THAT(info.damage[0], HasSubstr("torn tail"));
            const std::string saved = MUST(os::read_file(
                machine->files,
                "data/quarantine/orders-" + os::base_name(path) + "-" + std::to_string(begin) +
                    ".bytes",
                1u << 20
            ));
            EXPECT_EQ(saved, after.substr(begin, nonzero - begin));
        }
        ASSERT_TRUE(append_now(*machine->stream, {record("x", "next")}, "key6", "h").ok());
        MUST(machine->open());
        EXPECT_EQ(read_values(*machine->stream).size(), whole ? 12u : 11u)
            << "the torn request can be sent again, the whole one is recognised";
        EXPECT_THAT(machine->stream->info().damage, IsEmpty()) << "the cut holds";
        EXPECT_TRUE(machine->stream->verify().ok());
    }
}

// Any byte of any file of a stopped stream may be turned over: the stream opens, at most the
// records of one block are lost, no number is used twice, and what was found is told once and
// quarantined.
TEST_F(RecoveryTest, FlippedByteAnywhere) {
    StreamOptions options = small_options();
    options.segment_bytes_max = 900;
    MUST(machine_.open(options));
    fill(9);
    MUST(stream().commit("sink", Position(2)));
    const Position end = stream().info().next;
    MUST(stream().stop());
    machine_.kill();
    ASSERT_GT(machine_.paths(".segment").size(), 1u);
    for (const os::FileInfo& file : MUST(machine_.files.list(test_folder))) {
        const std::string path = os::join(test_folder, file.name);
        const std::string bytes = MUST(os::read_file(machine_.files, path, 1u << 20));
        const std::size_t used = bytes.find_last_not_of('\0') + 1;
        for (std::size_t offset = 0; offset < used; ++offset) {
            SCOPED_TRACE(path + " at " + std::to_string(offset));
            auto machine = copy_of(machine_.files);
            MUST(machine->files.flip_byte(path, offset));
            MUST(machine->open(options));
            const auto lost = missing(values_, read_values(*machine->stream));
            EXPECT_TRUE(lost.empty() || lost.size() == 2u);
            read_values(*machine->stream);
            const auto info = machine->stream->info();
            EXPECT_EQ(info.next, end) << "numbers that were given out are not given out again";
            EXPECT_LE(info.damage.size(), 2u);
            if (!lost.empty()) {
                EXPECT_FALSE(info.damage.empty());
                EXPECT_TRUE(any_contains(info.damage, "quarantined"));
            }
            const auto answer = append_now(*machine->stream, {record("x", "next")});
            ASSERT_TRUE(answer.ok()) << answer.error().describe();
            EXPECT_EQ(read_values(*machine->stream, end), std::vector<std::string>{"next"});
            MUST(machine->open(options));
            EXPECT_EQ(machine->stream->info().next, end + 1);
            auto all = values_;
            all.push_back("next");
            EXPECT_EQ(missing(all, read_values(*machine->stream)), lost);
        }
    }
}

// Damage in the middle of the active segment stays where it is; it is told once, not at each read.
TEST_F(RecoveryTest, DamageIsToldOnce) {
    fill(10);
    const std::string path = machine_.paths(".segment").at(0);
    MUST(machine_.files.flip_byte(path, 500));
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(missing(values_, read_values(stream())), SizeIs(2));
        EXPECT_THAT(stream().info().damage, SizeIs(1));
    }
    const auto verified = stream().verify();
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().code(), ErrorCode::Corruption);
    EXPECT_THAT(verified.error().detail(), HasSubstr("000000000000.segment"));
    EXPECT_THAT(verified.error().detail(), HasSubstr("Records that are missing: 2."));
    MUST(machine_.open());
    EXPECT_THAT(stream().info().damage, SizeIs(1)) << "found again, and the same bytes kept once";
    EXPECT_THAT(MUST(machine_.files.list(test_quarantine)), SizeIs(1));
    const auto quarantined = MUST(machine_.files.list(test_quarantine)).at(0);
    EXPECT_THAT(stream().info().damage[0], HasSubstr(quarantined.name));
}

// A lost segment leaves a gap that is told of; everything else is readable.
TEST_F(RecoveryTest, LostSegment) {
    fill(80);
    const auto paths = machine_.paths(".segment");
    ASSERT_GE(paths.size(), 3u);
    MUST(stream().stop());
    machine_.kill();
    MUST(machine_.files.remove(paths[1]));
    MUST(machine_.open());
    EXPECT_THAT(missing(values_, read_values(stream())), testing::Not(IsEmpty()));
    EXPECT_TRUE(any_contains(stream().info().damage, "are missing"));
}

// When the end of the log is gone although the mark tells of it, its numbers are not used again.
TEST_F(RecoveryTest, EndIsGone) {
    fill(3);
    MUST(stream().stop());
    const std::string path = machine_.paths(".segment").at(0);
    const StreamInfo end = stream().info();
    machine_.kill();
    MUST(MUST(machine_.files.open(path, os::OpenMode::ReadWrite))->truncate(300));
    MUST(machine_.open());
    EXPECT_EQ(stream().info().next, end.next);
    EXPECT_TRUE(any_contains(stream().info().damage, "are missing at the end"));
    const auto answer = MUST(append_now(stream(), {record("x", "next")}));
    const auto partition = static_cast<std::size_t>(answer.offsets.at(0).partition.value);
    EXPECT_EQ(answer.offsets.at(0).first, end.partitions.at(partition).next);
    EXPECT_THAT(read_values(stream(), end.next), ElementsAre("next"));
}

// The number of partitions is fixed once records exist, and free before.
TEST_F(RecoveryTest, PartitionCount) {
    StreamOptions other = small_options();
    other.partition_count = 5;
    MUST(machine_.open(other));
    MUST(machine_.open());
    fill(1);
    const auto opened = machine_.open(other);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(opened.error().message(), HasSubstr("has 3 partitions, not 5"));
    EXPECT_FALSE(opened.error().hint().empty());
    MUST(machine_.open());
    EXPECT_THAT(read_values(stream()), SizeIs(2));
    other.partition_count = 0;
    EXPECT_EQ(machine_.open(other).error().code(), ErrorCode::InvalidArgument);
    other.partition_count = 1'000'000;
    EXPECT_EQ(machine_.open(other).error().code(), ErrorCode::InvalidArgument);
}

// The stream's own description can be rebuilt from its segments; when everything that could tell
// is gone, opening says so instead of beginning anew over the old bytes.
TEST_F(RecoveryTest, MetaIsRebuilt) {
    fill(3);
    machine_.kill();
    MUST(machine_.files.remove(os::join(test_folder, "stream.meta")));
    MUST(machine_.open());
    EXPECT_EQ(read_values(stream()), values_);
    const std::string path = machine_.paths(".segment").at(0);
    machine_.kill();
    MUST(machine_.files.flip_byte(path, 20));
    MUST(machine_.files.flip_byte(os::join(test_folder, "stream.meta"), 5));
    const auto opened = machine_.open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::Corruption);
}

// A segment of another stream is not read, and told of.
TEST_F(RecoveryTest, ForeignSegment) {
    fill(1);
    Machine other(2);
    MUST(other.open());
    ASSERT_TRUE(append_now(*other.stream, {record("x", "foreign")}).ok());
    const std::string bytes =
        MUST(os::read_file(other.files, other.paths(".segment").at(0), 1u << 20));
    machine_.kill();
    MUST(os::write_file_atomic(machine_.files, os::join(test_folder, "000000000007.segment"), bytes)
    );
    MUST(machine_.open());
    EXPECT_EQ(read_values(stream()), values_);
    EXPECT_TRUE(any_contains(stream().info().damage, "another stream"));
}

// Files that a newer version wrote are refused with that reason, not taken for damage.
TEST_F(RecoveryTest, NewerVersion) {
    fill(1);
    const std::string path = machine_.paths(".segment").at(0);
    machine_.kill();
    std::string bytes = MUST(os::read_file(machine_.files, path, 1u << 20));
    ASSERT_GT(bytes.size(), 18u);
    overwrite_fixed<std::uint16_t>(bytes, 16, 2);
    ByteReader in(std::string_view(bytes).substr(12));
    const auto header_bytes = in.fixed<std::uint32_t>();
    overwrite_fixed<std::uint32_t>(
        bytes, 8, crc32c(std::string_view(bytes).substr(12, header_bytes - 12))
    );
    MUST(MUST(machine_.files.open(path, os::OpenMode::ReadWrite))->write_at(0, bytes));
    const auto opened = machine_.open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(opened.error().message(), HasSubstr("newer version"));
}

// A record that holds a copy of a whole block is never taken for one, not even when the bytes
// around it are damaged.
TEST_F(RecoveryTest, BlockInsideARecord) {
    fill(2);
    const std::string path = machine_.paths(".segment").at(0);
    const std::string bytes = MUST(os::read_file(machine_.files, path, 1u << 20));
    const std::string copy = bytes.substr(0, 600);
    ASSERT_TRUE(append_now(stream(), {record("x", copy)}).ok());
    const std::size_t outer_at = MUST(os::read_file(machine_.files, path, 1u << 20))
                                     .find(block_magic, bytes.find_last_not_of('\0'));
    fill(2);
    values_.insert(values_.begin() + 4, copy);
    machine_.kill();
    for (const std::size_t flip : {outer_at, outer_at + 9, outer_at + 300}) {
        SCOPED_TRACE(flip);
        auto machine = copy_of(machine_.files);
        MUST(machine->files.flip_byte(path, flip));
        MUST(machine->open());
        EXPECT_THAT(missing(values_, read_values(*machine->stream)), ElementsAre(copy));
    }
}

// After kill -9 what can be read may not be on the medium yet: opening makes it so before anybody
// builds on it.
TEST_F(RecoveryTest, WhatIsReadableIsSyncedFirst) {
    fill(1);
    AppendRequest request;
    request.records = {record("x", "unsynced")};
    stream().append(request, [](Result<AppendAnswer>) {});
    machine_.files.ignore_file_sync([](const std::string& path) {
        return path.ends_with(".segment");
    });
    MUST(stream().commit_pending());
    machine_.files.ignore_file_sync(nullptr);
    MUST(machine_.open());
    EXPECT_THAT(read_values(stream()), ElementsAre("0a", "0b", "unsynced"));
    machine_.lose_power();
    MUST(machine_.open());
    EXPECT_THAT(read_values(stream()), ElementsAre("0a", "0b", "unsynced"));
}

// When the program ended because a sync failed, the system counts the bytes as written although
// they are not: opening writes them anew before anybody builds on them.
TEST_F(RecoveryTest, WhatAFailedSyncLeftIsWrittenAnew) {
    fill(1);
    AppendRequest request;
    request.records = {record("x", "unsynced")};
    request.idempotency_key = "key";
    request.body_hash = "h";
    stream().append(request, [](Result<AppendAnswer> answer) { EXPECT_FALSE(answer.ok()); });
    machine_.files.fail_next_sync();
    EXPECT_FALSE(stream().commit_pending().ok());
    MUST(machine_.open());
    EXPECT_TRUE(MUST(append_now(stream(), request)).repeated);
    machine_.lose_power();
    MUST(machine_.open());
    EXPECT_THAT(read_values(stream()), ElementsAre("0a", "0b", "unsynced"));
}

// Temporary files and strangers in the folder disturb nobody.
TEST_F(RecoveryTest, StrangersInTheFolder) {
    fill(1);
    machine_.kill();
    for (const char* name :
         {"consumers.tmp", "1.segment", "x.segment", "-1.segment", "notes.txt"}) {
        MUST(os::write_file_atomic(machine_.files, os::join(test_folder, name), "stranger"));
    }
    MUST(machine_.open());
    EXPECT_EQ(read_values(stream()), values_);
    EXPECT_THAT(stream().info().damage, IsEmpty());
    MUST(stream().commit("sink", Position(1)));
}

}  // namespace
}  // namespace tradewind::stream
