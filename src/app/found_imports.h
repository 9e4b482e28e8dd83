// What the lake's files tell of imports, for an importer whose records were lost.
#pragma once

#include "base/result.h"
#include "importer/importer.h"
#include "lake/lake.h"

namespace tradewind::app {

// Sets `ids_used` and `found_in_lake`. A damaged dataset says nothing; what was imported stands in
// several.
Result<void> find_imports(lake::Lake& lake, importer::ImportSettings& settings);

}  // namespace tradewind::app
