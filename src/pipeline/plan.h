// Assets planned over tables without rows.
#pragma once

#include <map>
#include <vector>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

using PlannedColumns = std::map<catalog::TableName, std::vector<catalog::Column>>;

// The columns that each asset will have, as far as they can be planned. `columns` tells those of
// tables that are no assets.
PlannedColumns plan_columns(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
);

}  // namespace tradewind::pipeline
