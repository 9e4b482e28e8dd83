// The door's Decoder: leaves a batch as it was on a rejection, and knows the record's key.
#include <charconv>

#include "base/check.h"
#include "base/decimal.h"
#include "base/time.h"
#include "contract/cell_decoder.h"
#include "contract/contract_data.h"
#include "contract/json_decoder.h"

namespace tradewind::contract {

namespace {

std::string format_double(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value);
    return std::string(text, end.ptr);
}

// The value as text: what equal keys have in common, however they were written.
void assign_key(std::string& key, const ColumnSpec& spec, const Column& column) {
    const std::size_t row = column.size() - 1;
    if (column.null(row)) {
        key.clear();
        return;
    }
    switch (spec.type) {
        case ColumnType::Text:
            key.assign(column.text(row));
            break;
        case ColumnType::Double:
            key = format_double(column.real(row));
            break;
        case ColumnType::Decimal:
            key = format_decimal_short(column.integer(row), spec.scale);
            break;
        case ColumnType::Date:
            key = format_date(column.integer(row));
            break;
        case ColumnType::Timestamp:
            key = format_sql(Timestamp{column.integer(row)});
            break;
        default:
            key = std::to_string(column.integer(row));
            break;
    }
}

class ContractDecoder : public Decoder {
public:
    explicit ContractDecoder(std::shared_ptr<const Contract> contract)
        : contract_(std::move(contract)), data_(data_of(*contract_)), json_(data_), cells_(data_) {}

    std::optional<Rejection> decode_json(std::string_view record, RowBatch& rows) override {
        CHECK(rows.column_count() == data_.columns().size());
        return finish(json_.decode(record, rows), rows);
    }
    std::string_view partition_key() const override { return key_; }

    std::optional<Rejection> bind_header(
        const std::vector<std::string>& header, const std::vector<bool>& doubles
    ) override {
        return cells_.bind(header, doubles);
    }
    std::optional<Rejection> decode_cells(
        const std::vector<std::optional<std::string_view>>& cells, RowBatch& rows
    ) override {
        CHECK(rows.column_count() == data_.columns().size());
        return finish(cells_.decode(cells, rows), rows);
    }

private:
    std::optional<Rejection> finish(std::optional<Rejection> rejection, RowBatch& rows) {
        if (rejection) {
            rows.abandon_row();
        } else if (data_.partition_field() >= 0) {
            const auto field = static_cast<std::size_t>(data_.partition_field());
            assign_key(key_, data_.columns()[field], rows.column(field));
        }
        return rejection;
    }

    std::shared_ptr<const Contract> contract_;
    const ContractData& data_;
    JsonDecoder json_;
    CellDecoder cells_;
    std::string key_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(std::shared_ptr<const Contract> contract) {
    CHECK(contract != nullptr);
    return std::make_unique<ContractDecoder>(std::move(contract));
}

}  // namespace tradewind::contract
