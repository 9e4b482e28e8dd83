// What was found of how a file is written, for people and as it is kept in the records.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "importer/importer.h"

namespace tradewind::importer {

ReadAs read_as_of(const engine::FileFormat& format);

// A JSON object; empty: nothing. What is no such text (a later version's) is nothing.
std::string encode_read_as(const std::optional<ReadAs>& read_as);
std::optional<ReadAs> decode_read_as(std::string_view text);

}  // namespace tradewind::importer
