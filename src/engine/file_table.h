// SQL that reads a table's files.
#pragma once

#include <string>

#include "base/result.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// A SELECT that gives the table's columns, in their order and of their types, from its files; from
// none: no rows. Of rows with equal keys, the one received last. InvalidArgument: a path that the
// engine would take for a pattern.
Result<std::string> read_files_sql(const catalog::TableFiles& table);
// The same, all rows, whatever their keys.
Result<std::string> read_all_rows_sql(const catalog::TableFiles& table);
// The same, where a relation holds the keys that more than one row has.
Result<std::string> read_latest_sql(const catalog::TableFiles& table, const std::string& repeated);
// Does that statement need the reader of workbooks?
bool has_sheets(const catalog::TableFiles& table);

}  // namespace tradewind::engine
