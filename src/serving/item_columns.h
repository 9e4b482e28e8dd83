// The stored columns of one line, as they stand in a row's items.
#pragma once

#include <string>
#include <vector>

#include "base/row_batch.h"
#include "serving/cell.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

Cell::Kind kind_of(ColumnType type);

// `cells` are the values of table.item_columns.
void append_item_columns(std::string& out, const std::vector<Cell>& cells);
// False: damaged. The texts view `in`.
bool read_item_columns(std::string_view in, const TableSpec& table, std::vector<Cell>& cells);

}  // namespace tradewind::serving
