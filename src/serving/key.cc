#include "serving/key.h"

#include "base/check.h"
#include "base/text.h"
#include "base/time.h"
#include "serving/ordered_bytes.h"

namespace tradewind::serving {

namespace {

bool read_part(std::string_view& in, const ColumnSpec& column, Cell& cell, std::string& storage) {
    if (column.type == ColumnType::Text) {
        std::string_view text;
        if (!read_escaped(in, text, storage)) return false;
        cell = Cell::of(text);
        return true;
    }
    std::int64_t value = 0;
    if (!read_ordered(in, value)) return false;
    cell = Cell::of(static_cast<Int128>(value));
    return true;
}

std::string prefixed(char kind, std::string_view table) {
    std::string out(1, kind);
    out += table;
    out.push_back('\0');  // no table's name holds one
    return out;
}

std::optional<Cell> integer_cell(std::optional<std::int64_t> value) {
    if (!value) return std::nullopt;
    return Cell::of(static_cast<Int128>(*value));
}

std::optional<Cell> instant_cell(std::string_view text, bool date) {
    const Result<Timestamp> at = parse_iso(text);
    if (!at.ok()) return std::nullopt;
    return Cell::of(static_cast<Int128>(date ? to_days(*at) : at->micros));
}

}  // namespace

std::string row_prefix(std::string_view table) {
    return prefixed('r', table);
}

std::string index_prefix(std::string_view table) {
    return prefixed('i', table);
}

std::string index_prefix(std::string_view table, OriginId origin) {
    std::string out = prefixed('i', table);
    append_ordered(out, origin.value);
    return out;
}

std::string cursor_key(std::string_view name) {
    return std::string(cursor_prefix) + std::string(name);
}

std::string table_key(std::string_view table) {
    return std::string(table_prefix) + std::string(table);
}

std::string prefix_end(std::string_view prefix) {
    std::string end(prefix);
    while (!end.empty() && end.back() == '\xff') end.pop_back();
    CHECK(!end.empty());  // every prefix begins with a letter
    end.back() = static_cast<char>(end.back() + 1);
    return end;
}

void append_key_part(std::string& out, const Cell& cell) {
    if (cell.kind == Cell::Kind::Integer) {
        append_ordered(out, static_cast<std::int64_t>(cell.integer));
        return;
    }
    CHECK(cell.kind == Cell::Kind::Text);  // parse_table allows no other
    append_escaped(out, cell.text);
}

std::optional<Cell> key_from_text(std::string_view text, const ColumnSpec& column) {
    switch (column.type) {
        case ColumnType::Text:
            return Cell::of(text);
        case ColumnType::Integer:
        case ColumnType::BigInt:
            return integer_cell(parse_integer(text));
        case ColumnType::Boolean:
            if (text != "true" && text != "false") return std::nullopt;
            return Cell::of(static_cast<Int128>(text == "true"));
        case ColumnType::Decimal: {
            const auto value =
                parse_decimal(text, column.precision, column.scale, ExcessDigits::Refuse);
            if (!value.ok()) return std::nullopt;
            return Cell::of(static_cast<Int128>(*value));
        }
        case ColumnType::Date:
            return instant_cell(text, true);
        case ColumnType::Timestamp:
            return instant_cell(text, false);
        case ColumnType::Double:
            return std::nullopt;
    }
    return std::nullopt;
}

bool read_row_key(std::string_view bytes, const TableSpec& table, RowKey& key) {
    const ColumnSpec& partition = table.column(table.partition_key);
    if (!read_part(bytes, partition, key.partition_key, key.partition_storage)) return false;
    if (table.sort_key < 0) return bytes.empty();
    const ColumnSpec& sort = table.column(table.sort_key);
    return read_part(bytes, sort, key.sort_key, key.sort_storage) && bytes.empty();
}

}  // namespace tradewind::serving
