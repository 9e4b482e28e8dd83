// Files that appear together: each is written whole in a hidden folder beside the others first.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::extract {

// One thread, but path() may be asked by any.
class NewFiles {
public:
    // What a crash left in the hidden folder of that name is removed. Unless publish() succeeded,
    // all is gone at the end.
    static Result<NewFiles> begin(
        os::Filesystem& files, const std::string& folder, const std::string& name
    );
    ~NewFiles();
    NewFiles(NewFiles&& other) noexcept;
    NewFiles& operator=(NewFiles&&) = delete;

    // Where a file of this name is written.
    std::string path(const std::string& name) const { return os::join(hidden_, name); }
    // They have their names, in this order, and are on the medium.
    Result<void> publish(const std::vector<std::string>& names);

private:
    NewFiles(os::Filesystem& files, std::string folder, std::string hidden)
        : files_(&files), folder_(std::move(folder)), hidden_(std::move(hidden)) {}

    os::Filesystem* files_;
    std::string folder_;
    std::string hidden_;
};

}  // namespace tradewind::extract
