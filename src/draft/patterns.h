// By which patterns of names the files of one table are told from those of the others.
#pragma once

#include <string>
#include <vector>

#include "draft/table.h"

namespace tradewind::draft {

// The patterns of tables[index]: each of its files fits one of them, and no file of another table
// does. Empty where names cannot tell them apart.
std::vector<std::string> file_patterns(const std::vector<FoundTable>& tables, std::size_t index);

// What the names of all its files begin with alike, without a number or date at its end.
std::string common_begin(const FoundTable& table);

}  // namespace tradewind::draft
