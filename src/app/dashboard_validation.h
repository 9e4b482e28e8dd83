// The packages' dashboards, looked at without running them.
#pragma once

#include <set>
#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "os/filesystem.h"

namespace tradewind::app {

// The engine has the packages' tables, without rows, but for the `faulty` ones, whose faults are
// told: what reads those cannot be judged.
std::vector<Finding> examine_dashboards(
    os::Filesystem& files,
    const Declarations& declared,
    engine::Engine& engine,
    const std::set<catalog::TableName>& faulty
);

}  // namespace tradewind::app
