// Functions under the names that Spark gives them, where DuckDB has others: what packages ship runs
// on both engines unchanged. docs/PACKAGES.md lists them.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

Result<void> create_macros(Connection& connection);

// A scan of one Parquet file whose columns are given (as those of our own are) has one thread,
// since the engine does not look into the file before it decides; of two files it has as many as
// there are (DuckDB 1.5.5). So a single file is read together with one that has no rows.
Result<void> write_no_rows_file(Connection& connection, const std::string& path);
// no_rows_file() is its path from then on.
Result<void> create_no_rows_macro(Connection& connection, const std::string& path);

}  // namespace tradewind::engine
