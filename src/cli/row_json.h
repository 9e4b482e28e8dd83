// Rows of a file as JSON records, the way a shop's client would send them.
#pragma once

#include <string>

#include "engine/engine.h"

namespace tradewind::cli {

// Appends {"header": "cell", …}. Empty cells are null. A sheet's numbers are numbers with at most
// 15 significant digits, as the sheet shows them: 9.949999999999999 is 9.95.
void append_record(
    const engine::FileReader& reader,
    const engine::RowChunk& chunk,
    const engine::FileRow& row,
    std::string& out
);

}  // namespace tradewind::cli
