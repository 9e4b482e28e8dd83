// Keys of the store. Their byte order is the order of the values they are made of, and arbitrary
// bytes in a value cannot make two keys collide. Formats: docs/on_disk/serving.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "serving/cell.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// Beginnings of the key ranges.
std::string row_prefix(std::string_view table);
std::string index_prefix(std::string_view table);
std::string index_prefix(std::string_view table, OriginId origin);
std::string cursor_key(std::string_view name);
std::string table_key(std::string_view table);
constexpr std::string_view cursor_prefix = "c";
constexpr std::string_view table_prefix = "t";
constexpr std::string_view format_key = "f";

// The first key after all that begin with `prefix`.
std::string prefix_end(std::string_view prefix);

// Appends one key column's value (never null) to a row's key.
void append_key_part(std::string& out, const Cell& cell);

// The key column's value that a request's text means; nothing when it cannot be one.
std::optional<Cell> key_from_text(std::string_view text, const ColumnSpec& column);

// A row's key taken apart. Movable values only: `storage` holds what had to be unescaped.
struct RowKey {
    Cell partition_key;
    Cell sort_key;  // null in a table without one
    std::string partition_storage;
    std::string sort_storage;
};

// Takes apart what stands behind the table's prefix. False: damaged. The cells view `bytes` or the
// storages of `key`, which must stay where it is.
bool read_row_key(std::string_view bytes, const TableSpec& table, RowKey& key);

}  // namespace tradewind::serving
