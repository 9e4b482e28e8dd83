// From a source to its clean table: what its values need.
#pragma once

#include "draft/rows.h"
#include "draft/table.h"

namespace tradewind::draft {

// Counts nulls, outer blanks and the like among the rows of raw.<source>, and settles what follows
// for the contract: required fields, whole numbers that are written with ".0". True: a type
// changed, so the contract is to be tried again.
Result<bool> settle_fields(Rows& rows, Table& table);
// table.clean_sql.
void write_clean_sql(Table& table);

}  // namespace tradewind::draft
