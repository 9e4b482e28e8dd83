// Words for what is wrong with a record.
#pragma once

#include <string>
#include <string_view>

#include "contract/contract_data.h"
#include "contract/convert.h"

namespace tradewind::contract {

// A value as a message shows it: texts in quotes, at most 80 characters, always valid UTF-8.
std::string show_text(std::string_view text);
std::string show(Written value);

// `outcome` is neither Stored nor Null.
Rejection reject_value(const Field& field, Written value, Outcome outcome);
// How a required field is absent: "is missing", "is null", "is empty".
Rejection reject_absent(const Field& field, const char* how);
Rejection reject_duplicate(const Field& field);
Rejection reject_unknown(const ContractData& contract, std::string_view name);
Rejection reject_too_large(std::size_t bytes, std::size_t bytes_max);
Rejection reject_record(const char* type, std::string reason);

}  // namespace tradewind::contract
