// The packages' assets among the platform's tables: what the catalog is told, and how the pipeline
// reaches the sources.
#pragma once

#include <vector>

#include "app/sources.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"

namespace tradewind::app {

// "raw.<source>" of each contract, as the catalog describes it: with the provenance columns.
std::vector<catalog::Declaration> declare_sources(const Declarations& declared);
std::vector<catalog::Declaration> declare_assets(const pipeline::AssetGraph& graph);
Result<pipeline::AssetGraph> read_asset_graph(const Declarations& declared, engine::Engine& engine);
// The assets' own checks and those of checks/*.yml.
Result<std::vector<quality::TableChecks>> read_checks(
    const Declarations& declared, const pipeline::AssetGraph& graph
);

}  // namespace tradewind::app
