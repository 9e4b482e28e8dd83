// What becomes of one table's rows in a SELECT, from its parse tree alone: whether each goes its
// own way, and which rows of the result can change with which rows of the table.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

// The functions that make one value of many rows, in lower case; macros that call one are such.
Result<std::set<std::string>> aggregates_of(Connection& connection);

Result<FollowedRows> follow_rows(
    Connection& connection,
    const std::set<std::string>& aggregates,
    const std::string& sql,
    const FindFollowed& find,
    const std::vector<std::string>& keys
);

}  // namespace tradewind::engine
