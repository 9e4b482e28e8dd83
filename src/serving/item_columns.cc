#include "serving/item_columns.h"

#include "base/bytes.h"
#include "serving/slot_state.h"

namespace tradewind::serving {

Cell::Kind kind_of(ColumnType type) {
    if (type == ColumnType::Text) return Cell::Kind::Text;
    return type == ColumnType::Double ? Cell::Kind::Real : Cell::Kind::Integer;
}

void append_item_columns(std::string& out, const std::vector<Cell>& cells) {
    // One bit for each null, then the values of the others.
    for (std::size_t begin = 0; begin < cells.size(); begin += 8) {
        unsigned nulls = 0;
        for (std::size_t i = begin; i < cells.size() && i < begin + 8; ++i) {
            nulls |= (cells[i].null() ? 1u : 0u) << (i - begin);
        }
        out.push_back(static_cast<char>(nulls));
    }
    for (const Cell& cell : cells) append_value(out, cell);
}

bool read_item_columns(std::string_view in, const TableSpec& table, std::vector<Cell>& cells) {
    const std::size_t count = table.item_columns.size();
    cells.resize(count);
    ByteReader reader(in);
    const std::string_view nulls = reader.bytes((count + 7) / 8);
    if (!reader.ok()) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const bool null = (static_cast<unsigned char>(nulls[i / 8]) >> (i % 8) & 1) != 0;
        const ColumnType type = table.column(table.item_columns[i]).type;
        cells[i] = read_value(reader, null ? Cell::Kind::Null : kind_of(type));
    }
    return reader.ok() && reader.at_end();
}

}  // namespace tradewind::serving
