// Rows of a query as a CSV file: the same bytes as a query's answer in CSV.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/engine.h"

namespace tradewind::engine {

// Writes all that is left of the query; not synced. AlreadyExists: there is a file.
Result<WrittenFile> write_csv(QueryResult& query, const std::string& path, bool header);

}  // namespace tradewind::engine
