// The fixed words of a version file, for its writer and its reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/row_batch.h"

namespace tradewind::lake {

constexpr std::string_view format_name = "tradewind-lake-1";
constexpr std::string_view added_opening = "\"added\":[\n";
constexpr std::string_view removed_opening = "\"removed\":[\n";
constexpr std::string_view files_opening = "\"files_in_full\":[\n";
constexpr std::string_view retired_opening = "\"retired\":[\n";
constexpr std::string_view section_end = "],\n";

std::string hex(std::uint64_t value, int digits);
// The last line, always of the same length.
std::string trailer_of(std::uint32_t sum);
const char* type_name(ColumnType type);

}  // namespace tradewind::lake
