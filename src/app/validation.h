// What a package says beside the data that is there.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "os/filesystem.h"

namespace tradewind::app {

// Fields whose type cannot hold what the lake holds of them. Not while a server owns the workspace.
std::vector<Finding> examine_stored_types(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
);

}  // namespace tradewind::app
