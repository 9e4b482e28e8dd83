// Where damaged files go: out of every reader's way, but not lost.
#pragma once

#include <string>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::lake {

// Any thread.
class Quarantine {
public:
    Quarantine(std::string root, std::string folder, os::Filesystem& files);

    // Moves `path` (relative to the lake) to the same path below the quarantine folder, durably; a
    // number is put behind the name when there is one already. Returns where it lies. NotFound.
    Result<std::string> move(const std::string& path);

private:
    std::string root_;
    std::string folder_;
    os::Filesystem& files_;
};

}  // namespace tradewind::lake
