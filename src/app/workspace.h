// A workspace's folder: what lies where, and how it is made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::app {

struct WorkspacePaths {
    explicit WorkspacePaths(const std::string& root);
    std::string root;
    std::string settings;  // tradewind.yml
    std::string packages;
    std::string landing;
    std::string data;
    std::string lock;
    std::string control_socket;
    std::string stream;
    std::string serving;
    std::string lake;
    std::string meta;  // meta.sqlite
    std::string quarantine;
    std::string temp;
    std::string uploads;
};

// NotFound with a hint when there is no tradewind.yml.
Result<void> require_workspace(os::Filesystem& files, const WorkspacePaths& paths);
// Its folders are there, what is temporary is gone, and nobody else has it for as long as the lock
// lives.
Result<std::unique_ptr<os::Lock>> own_workspace(os::Filesystem& files, const WorkspacePaths& paths);
// The same, with nothing written in its folder.
Result<std::unique_ptr<os::Lock>> own_to_read(os::Filesystem& files, const WorkspacePaths& paths);

}  // namespace tradewind::app
