// `FROM t AT (VERSION => n)` in user SQL: the statement is rewritten to read a view of its own
// connection over that version's files.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

// `tree` has passed the gate. The statement to run instead; the same when it names no version.
// Temporary views are made on the connection. NotFound: that version is not kept; InvalidArgument:
// a version that is no whole number, a table without versions.
Result<std::string> pin_versions(
    Connection& connection,
    const std::string& tree,
    const std::string& sql,
    const Engine::FindVersion& find
);

}  // namespace tradewind::engine
