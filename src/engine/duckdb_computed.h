// Rows that the platform computes, as a source that the engine pulls from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_source.h"
#include "engine/engine.h"

namespace tradewind::engine {

// The columns that are no constants, named c0, c1, …: BIGINT or DOUBLE. Read once; the rows outlive
// it.
std::shared_ptr<TableSource> computed_source(
    const std::vector<ComputedColumn>& columns, ComputedRows& rows
);
// A SELECT of all columns, under their names and types, from such a source.
std::string computed_sql(const std::vector<ComputedColumn>& columns, const std::string& from);

}  // namespace tradewind::engine
