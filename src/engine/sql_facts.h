// What a SELECT reads, from its parse tree alone.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

Result<std::vector<TableUse>> tables_of(Connection& connection, const std::string& sql);
Result<void> check_expression(Connection& connection, const std::string& expression);

}  // namespace tradewind::engine
