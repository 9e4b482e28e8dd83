// The door's Decoder: leaves a batch as it was on a rejection, and knows the record's key.
#include "base/check.h"
#include "base/number_rows.h"
#include "contract/cell_decoder.h"
#include "contract/contract_data.h"
#include "contract/json_decoder.h"
#include "contract/key_text.h"

namespace tradewind::contract {

namespace {

class ContractDecoder : public Decoder, public NumberTaker {
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
    std::vector<NumberCell> number_cells() const override { return cells_.number_cells(); }

private:
    std::optional<Rejection> finish(std::optional<Rejection> rejection, RowBatch& rows) {
        if (rejection) {
            rows.abandon_row();
        } else if (data_.partition_field() >= 0) {
            const auto field = static_cast<std::size_t>(data_.partition_field());
            assign_key_text(key_, data_.columns()[field], rows.column(field));
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
