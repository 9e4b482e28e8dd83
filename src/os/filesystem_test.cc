// What every Filesystem must do, real or simulated: the same code runs against both, so that a
// simulation never proves something that the machine does not promise.
#include "os/filesystem.h"

#include <gtest/gtest.h>

#include "os/simulated_filesystem.h"
#include "os/temporary_folder.h"

namespace tradewind::os {
namespace {

class AnyFilesystem : public testing::TestWithParam<bool> {
protected:
    AnyFilesystem() {
        if (GetParam()) {
            files_ = make_posix_filesystem();
            root_ = folder_.path("root");
        } else {
            files_ = std::make_unique<SimulatedFilesystem>(1);
            root_ = "/simulated/root";
        }
        MUST(files_->create_folders(root_));
    }

    std::string at(const std::string& name) const { return join(root_, name); }
    void put(const std::string& name, std::string_view bytes) {
        auto file = MUST(files_->open(at(name), OpenMode::CreateNew));
        MUST(file->write_at(0, bytes));
    }
    std::string get(const std::string& name) { return MUST(read_file(*files_, at(name), 1 << 20)); }
    ErrorCode code_of(const Result<void>& result) {
        EXPECT_FALSE(result.ok());
        return result.ok() ? ErrorCode::Cancelled : result.error().code();
    }
    ErrorCode open_code(const std::string& name, OpenMode mode) {
        const auto opened = files_->open(at(name), mode);
        EXPECT_FALSE(opened.ok()) << name;
        return opened.ok() ? ErrorCode::Cancelled : opened.error().code();
    }

    TemporaryFolder folder_;
    std::unique_ptr<Filesystem> files_;
    std::string root_;
};

INSTANTIATE_TEST_SUITE_P(Both, AnyFilesystem, testing::Bool(), [](const auto& which) {
    return which.param ? "Posix" : "Simulated";
});

// Opening what is not there, is there already, or is no file, fails with the code that says so.
TEST_P(AnyFilesystem, OpenFailures) {
    MUST(files_->create_folders(at("folder")));
    put("file", "x");
    EXPECT_EQ(open_code("absent", OpenMode::Read), ErrorCode::NotFound);
    EXPECT_EQ(open_code("absent", OpenMode::ReadWrite), ErrorCode::NotFound);
    EXPECT_EQ(open_code("absent/deep", OpenMode::CreateNew), ErrorCode::NotFound);
    EXPECT_EQ(open_code("file/deep", OpenMode::Read), ErrorCode::NotFound);
    EXPECT_EQ(open_code("file", OpenMode::CreateNew), ErrorCode::AlreadyExists);
    EXPECT_EQ(open_code("folder", OpenMode::CreateNew), ErrorCode::AlreadyExists);
    EXPECT_EQ(open_code("folder", OpenMode::Read), ErrorCode::InvalidArgument);
}

// Reads end where the file ends, gaps read as zeros, and a file opened for reading takes no writes.
TEST_P(AnyFilesystem, ReadsAndWrites) {
    auto file = MUST(files_->open(at("f"), OpenMode::CreateNew));
    MUST(file->write_at(3, "abc"));
    MUST(file->write_at(0, ""));
    EXPECT_EQ(MUST(file->size()), 6u);
    EXPECT_EQ(MUST(file->read_at(0, 100)), std::string("\0\0\0abc", 6));
    EXPECT_EQ(MUST(file->read_at(4, 1)), "b");
    EXPECT_EQ(MUST(file->read_at(6, 10)), "");
    EXPECT_EQ(MUST(file->read_at(UINT64_MAX / 4, SIZE_MAX)), "");
    EXPECT_EQ(MUST(file->read_at(0, SIZE_MAX / 4)).size(), 6u);
    MUST(file->truncate(4));
    MUST(file->truncate(8));
    EXPECT_EQ(MUST(file->read_at(0, 100)), std::string("\0\0\0a\0\0\0\0", 8));
    MUST(file->preallocate(4));
    MUST(file->preallocate(0));
    EXPECT_EQ(MUST(file->size()), 8u);
    MUST(file->preallocate(5000));
    EXPECT_EQ(MUST(file->size()), 5000u);
    EXPECT_EQ(MUST(file->read_at(4990, 100)), std::string(10, '\0'));
    MUST(file->sync());
    auto reader = MUST(files_->open(at("f"), OpenMode::Read));
    EXPECT_FALSE(reader->write_at(0, "x").ok());
    EXPECT_FALSE(reader->truncate(0).ok());
    EXPECT_EQ(MUST(reader->size()), 5000u);
}

// An open file stays whole when its name goes or another takes its place.
TEST_P(AnyFilesystem, NamesAndOpenFiles) {
    put("a", "old");
    auto open = MUST(files_->open(at("a"), OpenMode::Read));
    put("b", "new");
    MUST(files_->rename(at("b"), at("a")));
    EXPECT_EQ(get("a"), "new");
    EXPECT_EQ(MUST(open->read_at(0, 10)), "old");
    MUST(files_->remove(at("a")));
    EXPECT_FALSE(files_->exists(at("a")));
    EXPECT_EQ(MUST(open->read_at(0, 10)), "old");
}

// Renames move folders with their content, replace files, and refuse what would lose something.
TEST_P(AnyFilesystem, Renames) {
    MUST(files_->create_folders(at("d/sub")));
    MUST(files_->create_folders(at("full/x")));
    MUST(files_->create_folders(at("empty")));
    put("d/sub/f", "1");
    put("file", "2");
    EXPECT_EQ(code_of(files_->rename(at("absent"), at("x"))), ErrorCode::NotFound);
    EXPECT_EQ(code_of(files_->rename(at("file"), at("absent/x"))), ErrorCode::NotFound);
    EXPECT_EQ(code_of(files_->rename(at("d"), at("full"))), ErrorCode::Conflict);
    EXPECT_EQ(code_of(files_->rename(at("d"), at("d/sub/d"))), ErrorCode::InvalidArgument);
    EXPECT_FALSE(files_->rename(at("file"), at("full")).ok());
    EXPECT_FALSE(files_->rename(at("d"), at("file")).ok());
    MUST(files_->rename(at("d"), at("empty")));
    MUST(files_->rename(at("file"), at("file")));
    EXPECT_EQ(get("empty/sub/f"), "1");
    EXPECT_EQ(get("file"), "2");
}

// Folders list their entries by name, and only empty ones can be removed.
TEST_P(AnyFilesystem, Folders) {
    MUST(files_->create_folders(at("b/deep")));
    MUST(files_->create_folders(at("b/deep")));
    put("c", "12345");
    put("a", "");
    const auto listed = MUST(files_->list(root_));
    ASSERT_EQ(listed.size(), 3u);
    EXPECT_EQ(listed[0].name, "a");
    EXPECT_TRUE(listed[1].folder);
    EXPECT_EQ(listed[1].size, 0u);
    EXPECT_EQ(listed[2].size, 5u);
    EXPECT_FALSE(listed[2].folder);
    EXPECT_EQ(MUST(files_->info(at("c"))).name, "c");
    EXPECT_EQ(files_->list(at("absent")).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(files_->list(at("c")).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(files_->info(at("absent")).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(code_of(files_->sync_folder(at("absent"))), ErrorCode::NotFound);
    EXPECT_EQ(code_of(files_->create_folders(at("c"))), ErrorCode::AlreadyExists);
    EXPECT_FALSE(files_->create_folders(at("c/below")).ok());
    EXPECT_EQ(code_of(files_->remove(at("b"))), ErrorCode::Conflict);
    EXPECT_EQ(code_of(files_->remove(at("absent"))), ErrorCode::NotFound);
    MUST(files_->remove(at("b/deep")));
    MUST(files_->remove(at("b")));
    EXPECT_GT(MUST(files_->free_bytes(root_)), 0u);
    EXPECT_FALSE(files_->free_bytes(at("absent")).ok());
}

// Whole trees are listed and removed; what is not there is no failure.
TEST_P(AnyFilesystem, Trees) {
    MUST(files_->create_folders(at("t/x/y")));
    put("t/b", "1");
    put("t/x/y/c", "1");
    put("t/x.a", "1");
    EXPECT_EQ(MUST(list_tree(*files_, at("t"))), (std::vector<std::string>{"b", "x.a", "x/y/c"}));
    EXPECT_EQ(list_tree(*files_, at("absent")).error().code(), ErrorCode::NotFound);
    MUST(remove_tree(*files_, at("t")));
    EXPECT_FALSE(files_->exists(at("t")));
    MUST(remove_tree(*files_, at("t")));
}

// A whole file: refused when too large, replaced at once, whatever an earlier crash left behind.
TEST_P(AnyFilesystem, WholeFiles) {
    MUST(write_file_atomic(*files_, at("f"), "one"));
    put("f.tmp", "left behind by a crash, and longer than what comes");
    MUST(write_file_atomic(*files_, at("f"), "two"));
    EXPECT_EQ(get("f"), "two");
    EXPECT_FALSE(files_->exists(at("f.tmp")));
    EXPECT_EQ(read_file(*files_, at("f"), 2).error().code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(MUST(read_file(*files_, at("f"), 3)), "two");
    EXPECT_EQ(code_of(write_file_atomic(*files_, at("absent/f"), "x")), ErrorCode::NotFound);
    MUST(files_->create_folders(at("folder/full")));
    EXPECT_FALSE(write_file_atomic(*files_, at("folder"), "x").ok());
    EXPECT_FALSE(files_->exists(at("folder.tmp")));
}

// A lock has one holder; letting go frees it.
TEST_P(AnyFilesystem, Locks) {
    auto lock = MUST(files_->lock(at("LOCK")));
    const auto second = files_->lock(at("LOCK"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), ErrorCode::Conflict);
    EXPECT_FALSE(second.error().detail().empty());
    EXPECT_TRUE(files_->exists(at("LOCK")));
    lock.reset();
    EXPECT_TRUE(files_->lock(at("LOCK")).ok());
    EXPECT_EQ(files_->lock(at("absent/LOCK")).error().code(), ErrorCode::NotFound);
}

// Paths are put together and taken apart as text alone.
TEST(Paths, JoinAndSplit) {
    EXPECT_EQ(join("a", "b"), "a/b");
    EXPECT_EQ(join("a/", "b"), "a/b");
    EXPECT_EQ(join("a", "/b"), "/b");
    EXPECT_EQ(join("", "b"), "b");
    EXPECT_EQ(join("/", "b"), "/b");
    EXPECT_EQ(parent_folder("/a/b"), "/a");
    EXPECT_EQ(parent_folder("/a/b//"), "/a");
    EXPECT_EQ(parent_folder("/a"), "/");
    EXPECT_EQ(parent_folder("/"), "/");
    EXPECT_EQ(parent_folder("a"), ".");
    EXPECT_EQ(parent_folder("a//b"), "a");
    EXPECT_EQ(base_name("/a/b"), "b");
    EXPECT_EQ(base_name("a/"), "a");
    EXPECT_EQ(base_name("/"), "/");
}

}  // namespace
}  // namespace tradewind::os
