// A package drafted from a folder of files, put into a workspace.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"

namespace tradewind::app {

// A folder of its own for the time of a draft, beside the workspace: on the disk that has room for
// its data.
class ScratchFolder {
public:
    ScratchFolder(os::Filesystem& files, const std::string& beside);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    os::Filesystem& files_;
    const std::string path_;
};

}  // namespace tradewind::app
