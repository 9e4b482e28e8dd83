// Parquet files as this program writes them: zstd, field ids by column name.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

// COPY of what `from` gives (a table's SQL name, or a query in parentheses) to a new file; returns
// the number of rows. `columns`: its columns, for their field ids; empty: none.
Result<std::int64_t> write_parquet(
    Connection& connection,
    const std::string& from,
    const std::vector<ColumnSpec>& columns,
    const std::string& path
);

// `read_parquet([…], schema …)` for files written with these columns, or with some of them: a
// column that a file lacks is null.
std::string read_parquet_sql(
    const std::vector<std::string>& files, const std::vector<ColumnSpec>& columns
);

}  // namespace tradewind::engine
