// A workspace whose disk is full: nothing can be written, and what is there can be read all the
// same. A command then works on a copy of what it would write to, elsewhere; a server says why it
// does not start.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "app/workspace.h"
#include "base/result.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::app {

// Not even what a start needs can be written there, as the file system says it; cheap.
bool has_no_room(os::Filesystem& files, const WorkspacePaths& paths);
// The same, tried: quotas tell of themselves in no other way.
bool is_full(os::Filesystem& files, const WorkspacePaths& paths);

// Why a server does not start, with the disk and what to do.
Error disk_is_full(os::Filesystem& files, const WorkspacePaths& paths);
// What commands that would write are told, and a reader is warned of.
std::string only_reading(const WorkspacePaths& paths);

// What a platform that only reads does otherwise: it sends nobody anything, nothing runs by itself.
Settings only_to_read(Settings settings);

// A folder on another disk for what is temporary; gone at the end.
class RoomElsewhere {
public:
    // ResourceExhausted: there is room nowhere.
    static Result<std::unique_ptr<RoomElsewhere>> find();
    RoomElsewhere(const RoomElsewhere&) = delete;
    RoomElsewhere& operator=(const RoomElsewhere&) = delete;
    ~RoomElsewhere();

    const std::string& path() const { return path_; }

private:
    RoomElsewhere(std::unique_ptr<os::Filesystem> files, std::string path)
        : files_(std::move(files)), path_(std::move(path)) {}

    const std::unique_ptr<os::Filesystem> files_;
    const std::string path_;
};
using Elsewhere = std::unique_ptr<RoomElsewhere>;  // null: the workspace's own disk has room

WorkspacePaths paths_of(const std::string& workspace, const RoomElsewhere* elsewhere);

// The database to look at what it says: a copy where the disk has no room for its log.
Result<std::unique_ptr<os::Database>> open_to_look(os::Filesystem& files, const std::string& path);

}  // namespace tradewind::app
