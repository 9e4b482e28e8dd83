// Rows of a Parquet file, read back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

Result<std::unique_ptr<RowFileReader>> open_row_file(
    Instance& work,
    const std::string& path,
    const std::vector<ColumnSpec>& columns,
    OriginId origin,
    std::size_t batch_rows
);

}  // namespace tradewind::engine
