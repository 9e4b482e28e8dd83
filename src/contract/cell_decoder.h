// One row of cells (CSV, a sheet, Parquet as text) to one row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/number_rows.h"
#include "contract/contract_data.h"
#include "contract/convert.h"
#include "contract/json_field.h"

namespace tradewind::contract {

// One thread. The contract outlives it.
class CellDecoder {
public:
    explicit CellDecoder(const ContractData& contract) : contract_(contract) {}

    std::optional<Rejection> bind(
        const std::vector<std::string>& header, const std::vector<bool>& doubles
    );
    // On a rejection some columns may have got a value: the caller abandons the row.
    std::optional<Rejection> decode(
        const std::vector<std::optional<std::string_view>>& cells, RowBatch& rows
    );
    std::vector<NumberCell> number_cells() const;

private:
    // Which cell a field is in.
    struct Source {
        int cell = -1;
        Form form = Form::Cell;
    };
    std::optional<Rejection> bind_cell(std::size_t cell, std::string_view name, bool binary);
    std::optional<Rejection> decode_cell(
        const Field& field, std::string_view cell, Form form, Column& column
    );

    const ContractData& contract_;
    JsonFieldReader json_fields_;
    bool bound_ = false;
    std::size_t cell_count_ = 0;
    std::vector<Source> sources_;  // by field
};

}  // namespace tradewind::contract
