// Which folders of a table hold rows that a condition may leave.
#pragma once

#include <memory>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/many_files.h"

namespace tradewind::engine {

// `conditions`: parse trees over the names of partition columns and constants alone. The table's
// files without those that none of their rows comes from; nothing: none can be left out.
Result<std::shared_ptr<const ManyFiles>> choose_partitions(
    Connection& connection, const ManyFiles& files, const std::vector<json::Value>& conditions
);

}  // namespace tradewind::engine
