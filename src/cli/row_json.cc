#include "cli/row_json.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/json.h"
#include "base/text.h"

namespace tradewind::cli {

namespace {

void write_cell(std::string_view cell, bool binary_number, json::Writer& writer) {
    const auto number = binary_number ? parse_double(cell) : std::nullopt;
    // JSON has no NaN: the contract says what the word means.
    if (!number || !std::isfinite(*number)) return writer.string(cell);
    std::array<char, 40> digits{};
    const int size = std::snprintf(digits.data(), digits.size(), "%.15g", *number);
    writer.number_text({digits.data(), static_cast<std::size_t>(size)});
}

}  // namespace

void append_record(
    const engine::FileReader& reader,
    const engine::RowChunk& chunk,
    const engine::FileRow& row,
    std::string& out
) {
    if (reader.rows_are_json()) {
        out.append(row.original);
        return;
    }
    json::Writer writer(out);
    writer.begin_object();
    const auto& header = reader.header();
    for (std::size_t i = 0; i < row.cell_count && i < header.size(); ++i) {
        const auto& cell = chunk.cells[row.first_cell + i];
        writer.key(header[i]);
        if (!cell || cell->empty()) {
            writer.null();
        } else {
            write_cell(*cell, reader.doubles()[i], writer);
        }
    }
    writer.end_object();
}

}  // namespace tradewind::cli
