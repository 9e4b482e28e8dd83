// Queries of tables that are read part by part: what their WHERE says of partitions alone is
// answered first, so that only files of those that are left are looked at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_instance.h"
#include "engine/published.h"

namespace tradewind::engine {

struct NarrowedStatement {
    std::string sql;
    std::vector<std::shared_ptr<void>> holds;  // to be kept while it runs
};

// The statement, which has passed the gate, over views of its own connection that leave partitions
// out; the same where nothing can be left out. Only conditions that compare columns of partitions
// with constants count, each by itself and joined by AND, in the WHERE beside the table.
Result<NarrowedStatement> narrow_partitions(
    Connection& connection, const std::string& sql, PublishedFiles& files
);

}  // namespace tradewind::engine
