// Parquet files as this program writes them: zstd, field ids by column name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

// Options of COPY for a Parquet file; `whole_numbers`: so are all columns, but for texts that are
// the same in all rows. Where they are, differences are written instead of numbers into a
// dictionary, which takes half the time and less room. Doubles and texts would lose by it.
std::string parquet_format(bool whole_numbers);
// Is it a type whose values are whole numbers in the file?
bool whole_number(std::string_view type);

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
