// An asset's header and a recipe's `asset:` block.
#pragma once

#include "base/result.h"
#include "package/package.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Without inputs: those need the engine.
Result<Asset> parse_sql_asset(const package::Package& package, const package::SqlAsset& file);
// A recipe is an asset when it has an `asset:` block; nothing: it has none.
Result<std::optional<Asset>> parse_recipe_asset(
    const package::Package& package, const package::YamlFile& file
);

}  // namespace tradewind::pipeline
