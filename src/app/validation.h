// What a package says beside what it is used with: its SQL and the tables, its types and the data
// that is there.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "os/filesystem.h"

namespace tradewind::app {

// Plans the saved queries over empty tables of the contracts.
std::vector<Finding> examine_queries(const Declarations& declared);
// Fields whose type cannot hold what the lake holds of them. Not while a server owns the workspace.
std::vector<Finding> examine_stored_types(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
);

}  // namespace tradewind::app
