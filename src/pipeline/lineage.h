// Which stored columns an asset's columns are computed from, through the views between.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// `columns` tells those of tables that are stored. The result has one entry for each column of
// `result`, in its order; `sql` is the asset's statement.
Result<std::vector<catalog::ColumnLineage>> column_lineage(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const std::vector<catalog::Column>& result,
    const quality::FindColumns& columns
);

// The input that a name in the asset's statement means (lower case, its schema empty where there is
// none); nothing: it is none.
std::optional<catalog::TableName> table_named(const Asset& asset, const catalog::TableName& name);

// One step: columns of views stand for themselves, and `columns` tells them too.
Result<std::vector<catalog::ColumnLineage>> direct_lineage(
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const std::vector<catalog::Column>& result,
    const quality::FindColumns& columns
);

}  // namespace tradewind::pipeline
