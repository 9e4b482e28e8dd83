// What only the real file system has: other processes, full devices, symbolic links.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "os/filesystem.h"
#include "os/posix_error.h"
#include "os/process.h"
#include "os/temporary_folder.h"

namespace tradewind::os {
namespace {

// A full device is ResourceExhausted, for writing and for setting room aside, with a way out.
TEST(PosixFilesystem, FullDevice) {
    const auto files = make_posix_filesystem();
    auto full = MUST(files->open("/dev/full", OpenMode::ReadWrite));
    const auto written = full->write_at(0, "x");
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(written.error().message(), "cannot write '/dev/full': No space left on device");
    EXPECT_EQ(written.error().hint(), "Free some room on that disk.");
    const TemporaryFolder folder;
    auto file = MUST(files->open(folder.path("f"), OpenMode::CreateNew));
    EXPECT_EQ(
        file->preallocate(std::uint64_t{1} << 60).error().code(), ErrorCode::ResourceExhausted
    );
    EXPECT_FALSE(file->write_at(UINT64_MAX, "x").ok());
}

// A pipe without a writer would keep its reader for ever: it is refused.
TEST(PosixFilesystem, PipesAreNotRead) {
    const TemporaryFolder folder;
    ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
    const auto opened = make_posix_filesystem()->open(folder.path("pipe"), OpenMode::Read);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::InvalidArgument);
}

// Each errno that an operator can mend comes with the code and the hint for it.
TEST(PosixFilesystem, ErrorsSayWhatToDo) {
    const Error read_only = posix_error("cannot create", "/mnt/x", EROFS);
    EXPECT_EQ(read_only.code(), ErrorCode::PermissionDenied);
    EXPECT_EQ(read_only.message(), "cannot create '/mnt/x': Read-only file system");
    EXPECT_NE(read_only.hint().find("remount"), std::string::npos);
    EXPECT_EQ(posix_error("x", "/x", EACCES).code(), ErrorCode::PermissionDenied);
    EXPECT_EQ(posix_error("x", "/x", EDQUOT).code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(posix_error("x", "/x", EMFILE).code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(posix_error("x", "/x", EIO).code(), ErrorCode::Io);
}

// Who may not read is told so (root may everything, so a child gives its rights up).
TEST(PosixFilesystem, NoPermission) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    MUST(write_file_atomic(*files, folder.path("f"), "x"));
    std::filesystem::permissions(folder.path("f"), std::filesystem::perms::none);
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
        const auto opened = files->open(folder.path("f"), OpenMode::Read);
        _exit(
            !opened.ok() && opened.error().code() == ErrorCode::PermissionDenied &&
                    !opened.error().hint().empty()
                ? 0
                : 1
        );
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

// A lock held by another process names it, and dies with it even by SIGKILL.
TEST(PosixFilesystem, LockOfAnotherProcess) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto lock = files->lock(folder.path("LOCK"));
        const char byte = lock.ok() ? '1' : '0';
        if (write(ready[1], &byte, 1) != 1) _exit(1);
        while (true) pause();
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    ASSERT_EQ(byte, '1');
    const auto refused = files->lock(folder.path("LOCK"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::Conflict);
    EXPECT_EQ(refused.error().detail(), "Process " + std::to_string(child) + " holds it.");
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(files->lock(folder.path("LOCK")).ok());
    close(ready[0]);
    close(ready[1]);
}

// Descriptors do not leak into programs that the process starts.
TEST(PosixFilesystem, ClosesOnExec) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    const int before = open("/dev/null", O_RDONLY);
    auto file = MUST(files->open(folder.path("f"), OpenMode::CreateNew));
    // The lowest free number was taken: it is the one after `before`, or fills a gap below it.
    bool found = false;
    for (int fd = 3; fd < before + 8; ++fd) {
        const std::string link = "/proc/self/fd/" + std::to_string(fd);
        std::error_code ignored;
        if (std::filesystem::read_symlink(link, ignored) != folder.path("f")) continue;
        found = true;
        EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    }
    EXPECT_TRUE(found);
    close(before);
}

// Removing a tree takes links away and leaves what they point to; listing does not follow circles.
TEST(PosixFilesystem, SymbolicLinks) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    MUST(files->create_folders(folder.path("outside")));
    MUST(files->create_folders(folder.path("tree/sub")));
    MUST(write_file_atomic(*files, folder.path("outside/keep"), "x"));
    std::filesystem::create_directory_symlink(folder.path("outside"), folder.path("tree/sub/link"));
    std::filesystem::create_directory_symlink(folder.path("tree"), folder.path("tree/circle"));
    std::filesystem::create_symlink(folder.path("nowhere"), folder.path("tree/dangling"));
    std::filesystem::create_symlink(folder.path("outside/keep"), folder.path("tree/file"));
    EXPECT_EQ(
        MUST(list_tree(*files, folder.path("tree"))), (std::vector<std::string>{"dangling", "file"})
    );
    const auto listed = MUST(files->list(folder.path("tree")));
    EXPECT_TRUE(listed[0].folder && listed[0].link);
    MUST(remove_tree(*files, folder.path("tree")));
    EXPECT_FALSE(files->exists(folder.path("tree")));
    EXPECT_EQ(MUST(read_file(*files, folder.path("outside/keep"), 10)), "x");
}

// Times and names as the machine has them.
TEST(PosixFilesystem, Info) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    MUST(write_file_atomic(*files, folder.path("f"), "12345"));
    const FileInfo info = MUST(files->info(folder.path("f")));
    EXPECT_EQ(info.size, 5u);
    EXPECT_GT(info.modified_at.micros, 1'600'000'000'000'000);
    EXPECT_EQ(files->open("bad\xff/\x01", OpenMode::Read).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(
        files->open(folder.path(std::string(5000, 'x')), OpenMode::Read).error().code(),
        ErrorCode::InvalidArgument
    );
}

}  // namespace
}  // namespace tradewind::os
