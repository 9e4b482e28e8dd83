// Tables that packages have held in memory, opened on the platform's rooms.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "api/api.h"
#include "app/doctor.h"
#include "app/sources.h"
#include "lookup/lookup.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// `follow`: newer versions are taken up as they come, else when somebody asks.
std::unique_ptr<lookup::Lookups> open_lookups(
    const Declarations& declared, const api::Services& services, bool follow
);

// Whether the tables and columns are there. `engine` has all tables, without rows, but for the
// `faulty` ones, whose faults are told.
std::vector<Finding> examine_lookups(
    const Declarations& declared,
    const pipeline::AssetGraph& graph,
    engine::Engine& engine,
    const std::set<catalog::TableName>& faulty
);

}  // namespace tradewind::app
