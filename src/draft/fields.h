// Which fields a contract has for what was found in the files.
#pragma once

#include "draft/table.h"

namespace tradewind::draft {

// Names, aliases and types of `table.found.columns` into `table.fields`.
void draft_fields(Table& table);
// A rejected value: the field takes less than its column holds, so it becomes text, or is left out
// where it is text already. False: it is no field, or nothing can be done.
bool make_wider(
    Table& table, const std::string& field, const std::string& type, const std::string& reason
);

}  // namespace tradewind::draft
