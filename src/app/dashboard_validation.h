// The packages' dashboards, looked at without running them.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "engine/engine.h"
#include "os/filesystem.h"

namespace tradewind::app {

// The engine has the packages' tables, without rows.
std::vector<Finding> examine_dashboards(
    os::Filesystem& files, const Declarations& declared, engine::Engine& engine
);

}  // namespace tradewind::app
