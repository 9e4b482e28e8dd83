// Which assets a run is to make.
#pragma once

#include <vector>

#include "base/result.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// In the graph's order. Selectors: "name", "name+" (and what depends on it, in any package),
// "+name" (and what it depends on); none: the package's. NotFound: no such package or asset.
Result<std::vector<const Asset*>> select_assets(
    const AssetGraph& graph, const std::string& package, const std::vector<std::string>& selectors
);

}  // namespace tradewind::pipeline
