// The contract is tried on every row before anybody is given it.
#pragma once

#include "draft/scratch.h"
#include "draft/table.h"

namespace tradewind::draft {

// Decodes all files by the drafted contract, as an import would, and keeps the rows as Parquet
// (table.row_files). Where a value is refused the field is made wider and all is read once more.
// What is malformed is counted in table.rejected_count.
Result<void> try_contract(Scratch& scratch, Table& table);

}  // namespace tradewind::draft
