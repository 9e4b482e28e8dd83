#include "app/full_disk.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/text.h"
#include "os/database_copy.h"
#include "os/random.h"

namespace tradewind::app {

namespace {

// SQLite's log and its index, RocksDB's manifest and options, the lock's id: what a start writes
// before the first record is some hundred KiB.
constexpr std::uint64_t start_room_bytes = 1u << 20;
// A reader's sorts and joins may spill; less than this is no help.
constexpr std::uint64_t scratch_room_bytes = 16u << 20;

bool can_hold(os::Filesystem& files, const std::string& folder, std::uint64_t bytes) {
    const std::string probe = os::join(folder, "probe-" + os::random_id());
    bool held = true;
    {
        auto file = files.open(probe, os::OpenMode::CreateNew);
        held = file.ok() ? (*file)->preallocate(bytes).ok()
                         : file.error().code() != ErrorCode::ResourceExhausted;
    }
    static_cast<void>(files.remove(probe).ok());
    return held;
}

std::vector<std::string> other_folders() {
    std::error_code none;
    const std::string temporary = std::filesystem::temp_directory_path(none).string();
    std::vector<std::string> folders;
    if (!none) folders.push_back(temporary);
    folders.emplace_back("/dev/shm");
    return folders;
}

}  // namespace

bool has_no_room(os::Filesystem& files, const WorkspacePaths& paths) {
    const auto free = files.free_bytes(paths.data);
    return free.ok() && *free < start_room_bytes;
}

bool is_full(os::Filesystem& files, const WorkspacePaths& paths) {
    return has_no_room(files, paths) ||
           (files.exists(paths.data) && !can_hold(files, paths.data, start_room_bytes));
}

Error disk_is_full(os::Filesystem& files, const WorkspacePaths& paths) {
    const auto free = files.free_bytes(paths.data);
    const std::string room =
        free.ok() ? ": " + format_bytes(static_cast<std::int64_t>(*free)) + " are free" : "";
    return Error(ErrorCode::ResourceExhausted, "the disk of " + paths.data + " is full" + room)
        .with_detail("A server does not start without room to write.")
        .with_hint(
            "Make room there, then start it again. What is there can be read meanwhile: query, "
            "tables, describe, runs, profile and doctor work."
        );
}

std::string only_reading(const WorkspacePaths& paths) {
    return "the disk of " + paths.data + " is full: what is there can be read, nothing be written";
}

Settings only_to_read(Settings settings) {
    settings.delivery.own_threads = false;
    settings.drain_timeout_us = 0;
    settings.pipeline.refresh = false;
    settings.notify.threads_max = 0;
    settings.lineage.file.clear();
    settings.lineage.url.clear();
    return settings;
}

Result<std::unique_ptr<RoomElsewhere>> RoomElsewhere::find() {
    auto files = os::make_posix_filesystem();
    for (const std::string& folder : other_folders()) {
        const auto free = files->free_bytes(folder);
        if (!free.ok() || *free < scratch_room_bytes) continue;
        const std::string path = os::join(folder, "tradewind-reading-" + os::random_id());
        if (files->create_folders(path).ok())
            return std::unique_ptr<RoomElsewhere>(new RoomElsewhere(std::move(files), path));
    }
    return Error(ErrorCode::ResourceExhausted, "no disk has room for what is temporary")
        .with_hint("Free some room, or name a folder on another disk with TMPDIR.");
}

RoomElsewhere::~RoomElsewhere() {
    static_cast<void>(os::remove_tree(*files_, path_).ok());
}

WorkspacePaths paths_of(const std::string& workspace, const RoomElsewhere* elsewhere) {
    WorkspacePaths paths(workspace);
    if (elsewhere == nullptr) return paths;
    paths.temp = os::join(elsewhere->path(), "temp");
    paths.uploads = os::join(elsewhere->path(), "uploads");
    return paths;
}

Result<std::unique_ptr<os::Database>> open_to_look(os::Filesystem& files, const std::string& path) {
    auto database = os::Database::open(path);
    if (database.ok() || can_hold(files, os::parent_folder(path), start_room_bytes))
        return database;
    return os::copy_database(path);
}

}  // namespace tradewind::app
