// One JSON object to one row.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contract/contract_data.h"
#include "contract/convert.h"
#include "contract/field_set.h"
#include "contract/json_field.h"
#include "contract/json_index.h"
#include "contract/json_walk.h"

namespace tradewind::contract {

// One thread. The contract outlives it.
class JsonDecoder {
public:
    explicit JsonDecoder(const ContractData& contract);

    // On a rejection some columns may have got a value: the caller abandons the row.
    std::optional<Rejection> decode(std::string_view record, RowBatch& rows);

private:
    std::optional<Rejection> decode_members(JsonWalk& in, RowBatch& rows);
    std::optional<Rejection> decode_member(JsonWalk& in, std::size_t place, RowBatch& rows);
    std::optional<Rejection> decode_value(JsonWalk& in, std::size_t field, RowBatch& rows);
    std::optional<Rejection> decode_json(const Field& field, JsonWalk& in, Column& column);
    std::optional<Rejection> add_absent(RowBatch& rows);

    const ContractData& contract_;
    JsonIndex index_;
    NameMemory names_;
    FieldSet seen_;
    JsonFieldReader json_fields_;
    std::string_view record_;
};

}  // namespace tradewind::contract
