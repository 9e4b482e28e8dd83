// Files come from a Filesystem: the real one, or a simulated one that forgets what was not synced,
// tears writes and fills up. Paths are absolute or relative to the process; '/' separates.
// All methods of a Filesystem: any thread. A File: one thread at a time, except read_at.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tradewind::os {

class File {
public:
    virtual ~File() = default;
    // Reads up to `size` bytes at `offset`; fewer only at the end of the file.
    virtual Result<std::string> read_at(std::uint64_t offset, std::size_t size) = 0;
    virtual Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;
    // Sets room aside and makes the file at least that long (zeros): ResourceExhausted when full.
    virtual Result<void> preallocate(std::uint64_t size) = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    virtual Result<std::uint64_t> size() = 0;
    // Data (and the size) are on the medium when this returns ok (fdatasync). After a failure
    // nothing is known of earlier writes: never call it again for the same bytes.
    virtual Result<void> sync() = 0;
};

enum class OpenMode { Read, ReadWrite, CreateNew };  // CreateNew: AlreadyExists if there is one

struct FileInfo {
    std::string name;  // without folder
    bool folder = false;
    bool link = false;  // a symbolic link; the rest tells of what it points to
    std::uint64_t size = 0;
    Timestamp modified_at;
};

// Held until destroyed: no other process (or Lock) can have it meanwhile.
class Lock {
public:
    virtual ~Lock() = default;
};

class Filesystem {
public:
    virtual ~Filesystem() = default;
    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<void> rename(
        const std::string& from, const std::string& to
    ) = 0;  // replaces `to`
    virtual Result<void> remove(const std::string& path
    ) = 0;  // a file or an empty folder; else Conflict
    virtual Result<void> create_folders(const std::string& path) = 0;  // with parents; synced
    // New, renamed and removed names in the folder are on the medium when this returns ok.
    virtual Result<void> sync_folder(const std::string& path) = 0;
    // Sorted by name; NotFound when there is no such folder.
    virtual Result<std::vector<FileInfo>> list(const std::string& path) = 0;
    virtual Result<FileInfo> info(const std::string& path) = 0;
    virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
    // Conflict when somebody else holds it; the detail says who where known.
    virtual Result<std::unique_ptr<Lock>> lock(const std::string& path) = 0;

    bool exists(const std::string& path) { return info(path).ok(); }
};

std::unique_ptr<Filesystem> make_posix_filesystem();
// Where a path of this machine leads once all links are followed. NotFound when it leads nowhere.
Result<std::string> real_path(const std::string& path);

// Whole file in memory; ResourceExhausted when larger than `size_max`.
Result<std::string> read_file(Filesystem& files, const std::string& path, std::uint64_t size_max);
// Appears whole or not at all, durably: temporary name, sync, rename, sync of the folder.
Result<void> write_file_atomic(Filesystem& files, const std::string& path, std::string_view bytes);
// With all that is in it; NotFound is fine. A symbolic link goes, what it points to stays.
Result<void> remove_tree(Filesystem& files, const std::string& path);
// All files below, paths relative to `path`, sorted. Folders that are symbolic links are passed by,
// since they may lead in a circle.
Result<std::vector<std::string>> list_tree(Filesystem& files, const std::string& path);

// "a/b" from "a" and "b"; an absolute second part wins.
std::string join(std::string_view folder, std::string_view name);
std::string parent_folder(std::string_view path);
std::string base_name(std::string_view path);

}  // namespace tradewind::os
