// What is wrong with the bytes of rows.
#pragma once

#include <string>

#include "engine/engine.h"

namespace tradewind::engine {

// Says in `problem` which rows (of those without one) are not UTF-8 or, where `look_for_nul`, hold
// a NUL. The rows' originals must follow each other in one block of memory.
void mark_bad_text(RowChunk& chunk, bool look_for_nul, const std::string& encoding);

}  // namespace tradewind::engine
