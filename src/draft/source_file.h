// A table's contract as the YAML that a person will go on with.
#pragma once

#include <string>

#include "draft/table.h"

namespace tradewind::draft {

std::string source_text(const Table& table);

}  // namespace tradewind::draft
