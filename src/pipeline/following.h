// What an asset's statement makes of the rows of one table that it reads, and so how the asset may
// follow that table's files.
#pragma once

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// `columns` tells those of stored tables; views of the graph are looked through. `sql` is the
// asset's statement.
Result<engine::FollowedRows> follow_rows(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const catalog::TableName& input,
    const quality::FindColumns& columns
);

// InvalidArgument, with the place: materialize: files would add up what does not add up.
Result<void> check_row_by_row(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const quality::FindColumns& columns
);

}  // namespace tradewind::pipeline
