// What the lake's files tell of imports, where their records were lost.
#pragma once

#include "base/result.h"
#include "deliver/deliver.h"
#include "importer/importer.h"
#include "lake/lake.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::app {

// Sets `ids_used` and `found_in_lake`, and brings back the dead letters of imports that are not
// recorded. A damaged dataset or file says nothing; what was imported stands in several.
Result<void> find_imports(
    lake::Lake& lake,
    os::Database& database,
    os::Filesystem& files,
    deliver::DeadLetters& letters,
    importer::ImportSettings& settings
);

}  // namespace tradewind::app
