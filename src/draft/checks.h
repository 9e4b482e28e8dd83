// Checks learnt from the rows: what holds for all of them, and would be noticed if it broke.
#pragma once

#include "draft/rows.h"
#include "draft/table.h"

namespace tradewind::draft {

// Of one table, from its profile.
void learn_checks(Table& table);
// Between tables: columns whose values are all keys of another one. Tables with such columns get a
// check each; where nearly all values are there, a note instead.
Result<void> learn_relations(Rows& rows, std::vector<Table>& tables);

}  // namespace tradewind::draft
