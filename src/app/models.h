// The models that packages declare, opened on the platform's rooms.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "app/doctor.h"
#include "app/settings.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "model/model.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

struct ModelsParts {
    const Settings& settings;
    const WorkspacePaths& paths;
    const Declarations& declared;
    const api::Services& services;
    os::Database& database;
    os::Filesystem& files;
    bool load_at_once = false;
};
// A model with a fault is left out, which the log tells.
Result<std::unique_ptr<model::Models>> open_models(const ModelsParts& parts);

// All tables for the catalog: the system's (system_catalog.h), and those that models write, but for
// those that a package makes itself.
Result<std::vector<catalog::Declaration>> declare_all_tables(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
);

// What models/*.yml say, and whether the tables that they name are there.
std::vector<Finding> examine_models(
    os::Filesystem& files, const Declarations& declared, const pipeline::AssetGraph& graph
);
// Versions on disk that cannot be used.
std::vector<Finding> examine_versions(os::Filesystem& files, const WorkspacePaths& paths);

}  // namespace tradewind::app
