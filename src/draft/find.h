// Which tables lie in the folder.
#pragma once

#include <string>
#include <vector>

#include "draft/scratch.h"
#include "draft/table.h"

namespace tradewind::draft {

struct Found {
    std::vector<FoundTable> tables;    // by name
    std::vector<std::string> remarks;  // of files that are part of none, or have bad rows
};

Result<Found> find_tables(Scratch& scratch);

}  // namespace tradewind::draft
