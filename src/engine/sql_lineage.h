// Which columns of which tables a SELECT's columns are computed from, from its parse tree and the
// tables' columns alone.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

Result<std::vector<catalog::ColumnLineage>> lineage_of(
    Connection& connection, const std::string& sql, const FindColumns& columns
);

}  // namespace tradewind::engine
