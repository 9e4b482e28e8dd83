#include "lake/file_list.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "os/random.h"

namespace tradewind::lake {

namespace {

DataFile file_named(const std::string& path, std::uint64_t bytes = 10) {
    DataFile file;
    file.path = path;
    file.bytes = bytes;
    file.row_count = static_cast<std::int64_t>(bytes) * 2;
    return file;
}

FilePtr shared(DataFile file) {
    return std::make_shared<const DataFile>(std::move(file));
}

std::string numbered(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return "d/" + std::string(8 - digits.size(), '0') + digits;
}

void expect_equal(const FileList& list, const std::map<std::string, std::uint64_t>& model) {
    ASSERT_EQ(list.size(), model.size());
    std::uint64_t bytes = 0;
    auto expected = model.begin();
    for (const DataFile& file : list) {
        ASSERT_EQ(file.path, expected->first);
        bytes += expected->second;
        ++expected;
    }
    EXPECT_EQ(list.bytes(), bytes);
    EXPECT_EQ(list.row_count(), static_cast<std::int64_t>(bytes) * 2);
    for (const auto& chunk : list.content().chunks) {
        EXPECT_FALSE(chunk->empty());
        EXPECT_LE(chunk->size(), chunk_files_max);
    }
}

TEST(FileList, EmptyListHasNothing) {
    // Proves the borders: nothing to iterate, nothing to find, and removal down to nothing.
    const FileList empty;
    EXPECT_TRUE(empty.begin() == empty.end());
    EXPECT_EQ(empty.find("a"), nullptr);
    const FileList one({file_named("a")});
    EXPECT_EQ(one[0].path, "a");
    const FileList none = changed(one, {}, {"a"});
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.content().totals, empty.content().totals);
    EXPECT_EQ(one.size(), 1u);  // the old one is as it was
}

TEST(FileList, EqualsAMapUnderRandomChanges) {
    // Proves by a model that any mix of additions and removals gives the right files in order, that
    // find agrees, and that the totals do not depend on the way there.
    os::Random random(7);
    std::map<std::string, std::uint64_t> model;
    FileList list;
    for (int round = 0; round < 300; ++round) {
        FileChunk add;
        std::vector<std::string> remove;
        for (const auto& [path, bytes] : model) {
            if (random.chance(round % 7 == 6 ? 0.6 : 0.02)) remove.push_back(path);
        }
        for (const std::string& path : remove) model.erase(path);
        const std::uint64_t count = round % 10 == 0 ? random.below(2000) : random.below(20);
        std::set<std::string> taken(remove.begin(), remove.end());
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string path = numbered(random.below(100'000));
            const std::uint64_t bytes = random.below(1000);
            if (taken.contains(path) || !model.emplace(path, bytes).second) continue;
            add.push_back(shared(file_named(path, bytes)));
        }
        list = changed(list, add, remove);
        ASSERT_NO_FATAL_FAILURE(expect_equal(list, model));
        for (int probe = 0; probe < 20; ++probe) {
            const std::string path = numbered(random.below(100'000));
            const DataFile* found = list.find(path);
            ASSERT_EQ(found != nullptr, model.contains(path));
            EXPECT_TRUE(found == nullptr || found->path == path);
        }
    }
    std::vector<DataFile> again;
    for (const auto& [path, bytes] : model) again.push_back(file_named(path, bytes));
    EXPECT_EQ(FileList(again).content().totals, list.content().totals);
}

TEST(FileList, AChangeSharesWhatItDoesNotTouch) {
    // Proves the cost of a commit: one file more in 100,000 makes at most three new chunks, also at
    // the end, where files with growing names go.
    std::vector<DataFile> files;
    for (std::uint64_t i = 0; i < 100'000; ++i) files.push_back(file_named(numbered(i * 2)));
    FileList list(std::move(files));
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        const std::string path =
            i % 2 == 0 ? numbered(200'000 + i) : numbered((i * 7919 % 100'000) * 2 + 1);
        const FileList next = changed(list, {shared(file_named(path))}, {});
        std::set<const FileChunk*> before;
        for (const auto& chunk : list.content().chunks) before.insert(chunk.get());
        std::size_t fresh = 0;
        for (const auto& chunk : next.content().chunks)
            fresh += before.contains(chunk.get()) ? 0 : 1;
        ASSERT_LE(fresh, 3u);
        list = next;
    }
    EXPECT_EQ(list.size(), 102'000u);
}

TEST(FileList, DigestTellsListsApart) {
    // Proves that every fact of a file that must not change goes into the digest.
    const DataFile file = file_named("a");
    const auto digest = [](const DataFile& of) { return FileList({of}).content().totals.digest; };
    DataFile other = file;
    other.crc32c = 1;
    EXPECT_NE(digest(file), digest(other));
    other = file;
    other.bytes += 1;
    EXPECT_NE(digest(file), digest(other));
    other = file;
    other.path = "b";
    EXPECT_NE(digest(file), digest(other));
}

TEST(FileListDeathTest, BrokenBeliefsStop) {
    // Proves that a list is never built with a file twice or without one it was told to remove.
    const FileList one({file_named("a")});
    EXPECT_DEATH(changed(one, {shared(file_named("a"))}, {}), "");
    EXPECT_DEATH(changed(one, {}, {"b"}), "");
    EXPECT_DEATH(from_sorted({shared(file_named("b")), shared(file_named("a"))}), "");
}

}  // namespace

}  // namespace tradewind::lake
