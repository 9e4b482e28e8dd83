#include "contract/cell_decoder.h"

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "contract/rejection.h"

namespace tradewind::contract {

std::optional<Rejection> CellDecoder::bind_cell(
    std::size_t cell, std::string_view name, bool binary
) {
    const int field = contract_.names().find(name);
    if (field < 0) {
        if (contract_.rejects_unknown()) return reject_unknown(contract_, name);
        return std::nullopt;
    }
    Source& source = sources_[static_cast<std::size_t>(field)];
    if (source.cell >= 0) {
        return reject_duplicate(contract_.field_specs()[static_cast<std::size_t>(field)]);
    }
    source = {static_cast<int>(cell), binary ? Form::BinaryCell : Form::Cell};
    return std::nullopt;
}

std::optional<Rejection> CellDecoder::bind(
    const std::vector<std::string>& header, const std::vector<bool>& doubles
) {
    CHECK(doubles.empty() || doubles.size() == header.size());
    bound_ = false;
    if (header.size() > limits::columns_max) {
        return reject_record(
            "too_large",
            "the header has " + std::to_string(header.size()) + " columns; at most " +
                std::to_string(limits::columns_max) + " are accepted"
        );
    }
    cell_count_ = header.size();
    sources_.assign(contract_.field_specs().size(), Source{});
    for (std::size_t i = 0; i < header.size(); ++i) {
        const bool binary = !doubles.empty() && doubles[i];
        if (auto rejection = bind_cell(i, trim(header[i]), binary)) return rejection;
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Field& field = contract_.field_specs()[i];
        if (field.required && sources_[i].cell < 0) {
            return reject_absent(field, "has no column");
        }
    }
    bound_ = true;
    return std::nullopt;
}

std::optional<Rejection> CellDecoder::decode_cell(
    const Field& field, std::string_view cell, Form form, Column& column
) {
    if (field.json) return json_fields_.read_text(field, cell, column);
    const Written value{cell, form};
    const Outcome outcome = convert(field, value, column);
    if (outcome == Outcome::Stored) return std::nullopt;
    if (outcome != Outcome::Null) return reject_value(field, value, outcome);
    if (field.required) return reject_absent(field, "is empty");
    column.add_null();
    return std::nullopt;
}

std::optional<Rejection> CellDecoder::decode(
    const std::vector<std::optional<std::string_view>>& cells, RowBatch& rows
) {
    CHECK(bound_);
    if (cells.size() != cell_count_) {
        return reject_record(
            "wrong_column_count",
            "the row has " + std::to_string(cells.size()) + " cells, the header " +
                std::to_string(cell_count_)
        );
    }
    std::size_t bytes = 0;
    for (const auto& cell : cells) bytes += cell ? cell->size() : 0;
    if (bytes > contract_.record_bytes_max()) {
        return reject_too_large(bytes, contract_.record_bytes_max());
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Field& field = contract_.field_specs()[i];
        const Source source = sources_[i];
        Column& column = rows.column(i);
        const auto& cell =
            source.cell < 0 ? std::nullopt : cells[static_cast<std::size_t>(source.cell)];
        if (cell) {
            if (auto rejection = decode_cell(field, *cell, source.form, column)) return rejection;
        } else if (field.required) {
            return reject_absent(field, "is null");
        } else {
            column.add_null();
        }
    }
    return std::nullopt;
}

std::vector<NumberCell> CellDecoder::number_cells() const {
    constexpr int integer_digits = 9;
    constexpr int bigint_digits = 18;
    constexpr std::size_t cell_bytes_max = bigint_digits + 1;  // and a minus
    if (!bound_ || cell_count_ * cell_bytes_max > contract_.record_bytes_max()) return {};
    std::vector<NumberCell> cells(cell_count_);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Source& source = sources_[i];
        if (source.cell < 0) continue;
        const Field& field = contract_.field_specs()[i];
        const bool narrow = field.column.type == ColumnType::Integer;
        const bool whole = narrow || field.column.type == ColumnType::BigInt;
        if (!whole || field.constrained || source.form != Form::Cell) return {};
        cells[static_cast<std::size_t>(source.cell)] = {
            static_cast<int>(i), narrow ? integer_digits : bigint_digits
        };
    }
    return cells;
}

}  // namespace tradewind::contract
