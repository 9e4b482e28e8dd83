// What the packages' SQL says: assets, checks and saved queries, planned over empty tables.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "os/filesystem.h"

namespace tradewind::app {

std::vector<Finding> examine_sql(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
);
// Only what the platform goes on without: assets with a fault, and checks that cannot be read.
std::vector<Finding> examine_assets(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
);

}  // namespace tradewind::app
