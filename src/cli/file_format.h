// The format that a file's name asks for.
#pragma once

#include <optional>
#include <string>

namespace tradewind::cli {

// "csv", "json" or "parquet" by the ending, "table" for stdout (an empty path); nothing: another
// ending, or none.
std::optional<std::string> format_of_file(const std::string& path);

}  // namespace tradewind::cli
