// Rows of very many files, as many files at a time as one statement is given: the engine looks at
// each path that it is told before it reads any, and keeps them all in memory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engine/duckdb_source.h"
#include "engine/many_files.h"

namespace tradewind::engine {

// Read by that instance, which outlives it, from the first part anew each time that it is opened.
Result<std::shared_ptr<TableSource>> make_parts_source(
    Instance& instance, std::string extension_file, std::shared_ptr<const ManyFiles> files
);

}  // namespace tradewind::engine
