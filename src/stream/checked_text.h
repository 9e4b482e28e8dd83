// Small files that people may read: lines of text, the last of which is a checksum of the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::stream {

// 16 hex digits.
std::string hex64(std::uint64_t value);
std::optional<std::uint64_t> parse_hex64(std::string_view digits);

std::string with_checksum(std::string text);
// The lines before the checksum; nothing when it is wrong.
std::optional<std::vector<std::string>> checked_lines(std::string_view text);

}  // namespace tradewind::stream
