// What tells the rows of a table apart.
#pragma once

#include "draft/rows.h"
#include "draft/table.h"

namespace tradewind::draft {

// A column, pair or triple of raw.<source> that is called like an identifier, is never null and
// never comes twice; or, among files that are dumps of the whole table, never twice in one file.
Result<Key> find_key(Rows& rows, const Table& table);

}  // namespace tradewind::draft
