// All tables as the catalog is told of them; the platform's own state is listed and described like
// the others.
#pragma once

#include <vector>

#include "app/sources.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// Of all that packages promise, and of the tables of the schema `system` that the engine has by
// now.
Result<std::vector<catalog::Declaration>> declare_tables(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
);

}  // namespace tradewind::app
