// Rows as a workbook (.xlsx) of one sheet: what a sheet can hold of each type, and what it cannot.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"

namespace tradewind::engine {

// The COPY of the rows of `sql`, whose columns are `shape`; the excel extension is loaded. Numbers,
// dates, times and truth values are cells of their kind, everything else is text. A value that no
// cell can hold makes the statement fail with the column's name, before there is a file.
// InvalidArgument: more columns than a sheet has, a column's name that none can be.
Result<std::string> workbook_copy_sql(
    const std::string& sql, const std::vector<ResultColumn>& shape, const WriteOptions& options
);

// The error of that statement in our words.
Error workbook_failure(Error error);

}  // namespace tradewind::engine
