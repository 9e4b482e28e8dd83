// Rows that the platform computes, written to a Parquet file without the embedded engine.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/engine.h"

namespace tradewind::engine {

// Their types as columns of rows; nothing: some are of types that only the embedded engine makes of
// numbers.
std::optional<std::vector<ColumnSpec>> plain_columns(const std::vector<ComputedColumn>& columns);

// `columns` as plain_columns() has them. Asked between pieces, `stopped` ends it with Cancelled.
// InvalidArgument: a number does not fit its column.
Result<WrittenFile> write_plain_file(
    const std::vector<ComputedColumn>& columns,
    ComputedFile& file,
    const std::function<bool()>& stopped
);

}  // namespace tradewind::engine
