// A key as text: the same for the stream's partitions and for whoever asks for a row.
#pragma once

#include <string>

#include "base/row_batch.h"

namespace tradewind::contract {

// The column's last value as text: what equal keys have in common, however they were written. Null:
// empty.
void assign_key_text(std::string& key, const ColumnSpec& spec, const Column& column);

}  // namespace tradewind::contract
