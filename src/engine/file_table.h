// SQL that reads a table's files.
#pragma once

#include <string>

#include "base/result.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// A SELECT that gives the table's columns, in their order and of their types, from its files; from
// none: no rows. InvalidArgument: a path that the engine would take for a pattern.
Result<std::string> read_files_sql(const catalog::TableFiles& table);
// Does that statement need the reader of workbooks?
bool has_sheets(const catalog::TableFiles& table);

}  // namespace tradewind::engine
