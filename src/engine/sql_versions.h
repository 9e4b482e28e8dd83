// `FROM t AT (VERSION => n)` in user SQL: the statement is rewritten to read a view of its own
// connection over that version's files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"
#include "engine/published.h"

namespace tradewind::engine {

// Where versions come from.
struct Versions {
    const Engine::FindVersion& find;
    PublishedFiles& files;
};

struct PinnedStatement {
    std::string sql;
    std::vector<std::shared_ptr<void>> holds;  // to be kept while it runs
};

// `tree` has passed the gate. The statement to run instead; the same when it names no version.
// Temporary views are made on the connection. NotFound: that version is not kept; InvalidArgument:
// a version that is no whole number, a table without versions.
Result<PinnedStatement> pin_versions(
    Connection& connection,
    const std::string& tree,
    const std::string& sql,
    const Versions* versions  // null: there are none
);

}  // namespace tradewind::engine
