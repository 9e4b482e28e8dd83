#include "cli/own_folder.h"

#include <filesystem>

#include "cli/paths.h"
#include "os/random.h"

namespace tradewind::cli {

namespace fs = std::filesystem;

Result<std::unique_ptr<OwnFolder>> OwnFolder::make(
    const std::string& chosen, const std::string& purpose
) {
    constexpr std::size_t id_size = 8;
    std::error_code error;
    const bool temporary = chosen.empty();
    const fs::path path =
        temporary ? fs::path(TRY(temporary_folder())) /
                        ("tradewind-" + purpose + "-" + os::random_id().substr(0, id_size))
                  : fs::path(TRY(absolute_path(chosen)));
    const bool was_there = fs::exists(path, error);
    const bool usable = !was_there || (fs::is_directory(path, error) && fs::is_empty(path, error));
    if (!usable) {
        return Error(ErrorCode::AlreadyExists, path.string() + " is not an empty folder")
            .with_hint("Name one that is not there yet; without one a temporary folder is used.");
    }
    TRY(os::make_posix_filesystem()->create_folders(path.string()));
    return std::unique_ptr<OwnFolder>(new OwnFolder(path.string(), temporary, was_there));
}

OwnFolder::~OwnFolder() {
    if (kept_) return;
    std::error_code ignored;
    if (!was_there_) {
        fs::remove_all(path_, ignored);
        return;
    }
    for (fs::directory_iterator entry(path_, ignored), end; entry != end; entry.increment(ignored))
        fs::remove_all(entry->path(), ignored);
}

}  // namespace tradewind::cli
