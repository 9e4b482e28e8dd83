// Clean tables and marts as the SQL files that a person will go on with.
#pragma once

#include <optional>
#include <string>

#include "draft/table.h"
#include "package/package.h"

namespace tradewind::draft {

// assets/clean/<source>.sql
package::SourceFile clean_asset(const Table& table);
// assets/mart/<source>_by_day.sql: rows and sums of each day, of a table that has days and
// something to sum; nothing where it has not.
std::optional<package::SourceFile> day_mart(const Table& table);

}  // namespace tradewind::draft
