// The engine library's parser: a statement's tree as JSON, and back. Nothing is bound or planned.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

// What json_serialize_sql gives, the parser's own complaints included.
Result<std::string> tree_of(Connection& connection, const std::string& sql);
// Such a tree to walk. Deeper than documents of users may be: a sum of many terms is.
Result<json::Value> parsed_tree(const std::string& tree);
// The statement that such a tree stands for.
Result<std::string> sql_of(Connection& connection, const std::string& tree);

}  // namespace tradewind::engine
