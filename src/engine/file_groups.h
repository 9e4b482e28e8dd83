// SQL that reads the files of a crawled table, each group in its own way. Nothing is guessed at
// when it is read: what the crawler found out over all rows is what counts.
#pragma once

#include <string>

#include "base/result.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// The table's columns, in their order and of their types, from all its groups.
Result<std::string> read_groups_sql(const catalog::TableFiles& table);

}  // namespace tradewind::engine
