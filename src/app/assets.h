// The packages' assets among the platform's tables: what the catalog is told, and how the pipeline
// reaches the sources.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/sources.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "os/filesystem.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"

namespace tradewind::app {

// "raw.<source>" of each contract, as the catalog describes it: with the provenance columns.
std::vector<catalog::Declaration> declare_sources(const Declarations& declared);
std::vector<catalog::Declaration> declare_assets(const pipeline::AssetGraph& graph);

// The tables that were crawled, which packages may read as they may their sources.
using CrawledColumns = std::map<catalog::TableName, std::vector<catalog::Column>>;
// Of a workspace that may be running.
Result<CrawledColumns> crawled_columns(os::Filesystem& files, const std::string& database_path);
pipeline::AssetGraph read_asset_graph(
    const Declarations& declared, const CrawledColumns& crawled, engine::Engine& engine
);
// What the platform works with; the log tells what it goes on without. Tables of raw that there are
// none of yet are no fault of their readers: a crawl may find them at any time.
Result<pipeline::AssetGraph> open_asset_graph(
    const Declarations& declared, catalog::Catalog& catalog, engine::Engine& engine
);
// The assets' own checks and those of checks/*.yml. Those that cannot be read are faults of the
// graph.
std::vector<quality::TableChecks> read_checks(
    const Declarations& declared, const pipeline::AssetGraph& graph
);

}  // namespace tradewind::app
