// A row as it is read: its key and value taken apart, its members computed, and its JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serving/key.h"
#include "serving/row_value.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// Views the bytes it was read from.
struct Row {
    RowKey key;
    std::vector<Section> sections;
    std::vector<SlotState> slots;  // over all origins
};

// Fills all but the key. False: damaged, or of another table.
bool read_row_value(std::string_view value, const TableSpec& table, Row& row);

Cell member_value(const Row& row, const Member& member);

enum class KeyShown { No, Yes };
// Appends the row's JSON object, with or without its partition key. False: damaged.
bool append_row_json(std::string& out, const TableSpec& table, const Row& row, KeyShown key);

}  // namespace tradewind::serving
