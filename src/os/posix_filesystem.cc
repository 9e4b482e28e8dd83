#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "os/filesystem.h"
#include "os/posix_error.h"
#include "os/posix_file.h"

namespace tradewind::os {

namespace {

constexpr mode_t folder_mode = 0777;

FileInfo to_info(std::string name, const struct stat& from) {
    FileInfo info;
    info.name = std::move(name);
    info.folder = S_ISDIR(from.st_mode);
    info.size = info.folder ? 0 : static_cast<std::uint64_t>(from.st_size);
    info.modified_at =
        Timestamp{from.st_mtim.tv_sec * std::int64_t{1'000'000} + from.st_mtim.tv_nsec / 1000};
    return info;
}

// Adds an entry of a folder, unless it was removed meanwhile.
Result<void> add_entry(
    int folder, const dirent& entry, const std::string& path, std::vector<FileInfo>& out
) {
    struct stat own {};
    if (fstatat(folder, entry.d_name, &own, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return {};
        return posix_error("cannot look at", join(path, entry.d_name), errno);
    }
    struct stat target = own;
    const bool link = S_ISLNK(own.st_mode);
    // A link to nowhere is still there, and in the way of whoever removes the folder.
    if (link && fstatat(folder, entry.d_name, &target, 0) != 0) target = own;
    out.push_back(to_info(entry.d_name, target));
    out.back().link = link;
    return {};
}

// An flock on a file that holds the owner's process id for others to read. The file stays behind:
// removing it would let two processes lock two different files of the same name.
class PosixLock : public Lock {
public:
    explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    ~PosixLock() override {
        // Nobody holds it from here on; closing lets the flock go. A leftover id would do no harm.
        [[maybe_unused]] const int status = ftruncate(descriptor_.number(), 0);
    }

private:
    Descriptor descriptor_;
};

std::string holder_of(int descriptor) {
    char bytes[32];
    const ssize_t got = pread(descriptor, bytes, sizeof bytes, 0);
    const std::string_view text = trim({bytes, got > 0 ? static_cast<std::size_t>(got) : 0});
    return parse_integer(text) ? std::string(text) : "";
}

Error lock_conflict(const std::string& path, int descriptor) {
    const std::string holder = holder_of(descriptor);
    Error error(ErrorCode::Conflict, "'" + path + "' is locked by another process");
    if (holder.empty()) return error;
    return std::move(error)
        .with_detail("Process " + holder + " holds it.")
        .with_hint("Stop that process, or talk to it instead of opening its files.");
}

class Folder {
public:
    explicit Folder(DIR* stream) : stream_(stream) {}
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        if (stream_ != nullptr) closedir(stream_);
    }
    DIR* stream() const { return stream_; }

private:
    DIR* stream_;
};

class PosixFilesystem : public Filesystem {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        return open_posix_file(path, mode);
    }

    Result<void> rename(const std::string& from, const std::string& to) override {
        if (std::rename(from.c_str(), to.c_str()) != 0) {
            return posix_error("cannot rename to '" + to + "':", from, errno);
        }
        return {};
    }

    Result<void> remove(const std::string& path) override {
        if (std::remove(path.c_str()) != 0) return posix_error("cannot remove", path, errno);
        return {};
    }

    Result<void> create_folders(const std::string& path) override {
        struct stat info {};
        if (stat(path.c_str(), &info) == 0) {
            return S_ISDIR(info.st_mode) ? Result<void>()
                                         : posix_error("cannot create folder", path, EEXIST);
        }
        const std::string parent = parent_folder(path);
        if (parent != path) TRY(create_folders(parent));
        // EEXIST: somebody else made it in between; it must be as durable as ours.
        if (mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST) {
            return posix_error("cannot create folder", path, errno);
        }
        TRY(sync_folder(path));
        return sync_folder(parent);
    }

    Result<void> sync_folder(const std::string& path) override {
        const Descriptor descriptor = TRY(open_descriptor(path, O_RDONLY | O_DIRECTORY));
        // EINVAL: a file system without folder syncs (some network ones); there is nothing to do
        // then.
        if (fsync(descriptor.number()) != 0 && errno != EINVAL) {
            return posix_error("cannot sync folder", path, errno);
        }
        return {};
    }

    Result<std::vector<FileInfo>> list(const std::string& path) override {
        const Folder folder(opendir(path.c_str()));
        if (folder.stream() == nullptr) return posix_error("cannot list", path, errno);
        std::vector<FileInfo> out;
        while (true) {
            errno = 0;
            const dirent* entry = readdir(folder.stream());
            if (entry == nullptr) break;
            const std::string name = entry->d_name;
            if (name == "." || name == "..") continue;
            TRY(add_entry(dirfd(folder.stream()), *entry, path, out));
        }
        if (errno != 0) return posix_error("cannot list", path, errno);
        std::sort(out.begin(), out.end(), [](const FileInfo& a, const FileInfo& b) {
            return a.name < b.name;
        });
        return out;
    }

    Result<FileInfo> info(const std::string& path) override {
        struct stat info {};
        if (stat(path.c_str(), &info) != 0) return posix_error("cannot look at", path, errno);
        return to_info(base_name(path), info);
    }

    Result<std::uint64_t> free_bytes(const std::string& path) override {
        struct statvfs info {};
        if (statvfs(path.c_str(), &info) != 0)
            return posix_error("cannot look at the disk of", path, errno);
        return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
    }

    Result<std::unique_ptr<Lock>> lock(const std::string& path) override {
        Descriptor descriptor = TRY(open_descriptor(path, O_RDWR | O_CREAT));
        if (flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) return lock_conflict(path, descriptor.number());
            return posix_error("cannot lock", path, errno);
        }
        const std::string id = std::to_string(getpid()) + "\n";
        const bool written =
            ftruncate(descriptor.number(), 0) == 0 &&
            pwrite(descriptor.number(), id.data(), id.size(), 0) == static_cast<ssize_t>(id.size());
        // The flock is the truth: on a full disk nobody reads who holds it, and that is all.
        if (!written && errno != ENOSPC && errno != EDQUOT)
            return posix_error("cannot write", path, errno);
        return std::unique_ptr<Lock>(std::make_unique<PosixLock>(std::move(descriptor)));
    }
};

}  // namespace

Result<std::string> real_path(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> resolved(
        ::realpath(path.c_str(), nullptr), &std::free
    );
    if (!resolved) return posix_error("cannot find", path, errno);
    return std::string(resolved.get());
}

std::unique_ptr<Filesystem> make_posix_filesystem() {
    return std::make_unique<PosixFilesystem>();
}

}  // namespace tradewind::os
