// Rows copied out of batches.
#pragma once

#include <cstdint>
#include <string>

#include "base/row_batch.h"

namespace tradewind::deliver {

// The rows whose sequence is greater; the batch itself when that is all of them.
RowBatch rows_after(RowBatch rows, std::int64_t sequence);

// {"quantity": 6, …}: a row in the form that the door takes.
std::string row_as_json(const RowBatch& rows, std::size_t row);

}  // namespace tradewind::deliver
