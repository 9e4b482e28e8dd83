// A folder of its own for each test, gone with everything in it at the end.
#pragma once

#include <filesystem>
#include <string>

#include "base/check.h"
#include "os/random.h"

namespace tradewind::os {

class TemporaryFolder {
public:
    TemporaryFolder()
        : path_((std::filesystem::temp_directory_path() / ("tradewind-" + random_id())).string()) {
        CHECK(std::filesystem::create_directory(path_));
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }
    std::string path(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace tradewind::os
