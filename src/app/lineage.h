// How the events of runs leave the platform, as the settings want it.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "os/web_client.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// What the packages make, and what planning tells of it.
struct AssetLineage {
    const pipeline::AssetGraph& graph;
    catalog::Catalog::FindPlanned plan;
};

// Who tells others of runs; what `parts` and `web` name outlives it. Paths of the settings may be
// within the workspace. Null: nobody wants to be told. InvalidArgument, NotFound, Io: the token's
// file holds none, or cannot be read.
Result<std::unique_ptr<pipeline::RunListener>> open_lineage(
    const Settings& settings,
    const std::string& workspace,
    AssetLineage lineage,
    const pipeline::PipelineParts& parts,
    os::WebClient& web
);

}  // namespace tradewind::app
