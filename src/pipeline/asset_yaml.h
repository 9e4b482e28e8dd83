// An asset's header and a recipe's `asset:` block.
#pragma once

#include <optional>
#include <vector>

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
// An error of its SQL, with a place in its file: where that is YAML, the table's.
Error placed_in_asset(Error error, const Asset& asset);
// The tables of a YAML file in assets/.
Result<std::vector<Asset>> parse_asset_file(
    const package::Package& package, const package::YamlFile& file
);

}  // namespace tradewind::pipeline
