// One batch as one table sees it: for every key that it touches, one operand with all its lines.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// The columns of the batch that are table.columns, in that order. InvalidArgument: one is missing
// or of another type than the table was declared with.
Result<std::vector<const Column*>> bind_columns(const TableSpec& table, const RowBatch& rows);

// `key` is what follows the table's prefix; both views die with the call.
using VisitOperand = std::function<void(std::string_view key, std::string_view operand)>;

// Calls visit for each key, in order of its first row. InvalidArgument as bind_columns.
Result<void> visit_operands(
    const TableSpec& table, const RowBatch& rows, const VisitOperand& visit
);

}  // namespace tradewind::serving
