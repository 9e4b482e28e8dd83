// Statements that only bring a table's rows into an order.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

// Nothing: it is none of them.
Result<std::optional<OrderedRead>> ordered_read(Connection& connection, const std::string& sql);

}  // namespace tradewind::engine
