// Bytes whose order (memcmp) is the order of what they encode, for keys and for sorting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradewind::serving {

void append_big_endian(std::string& out, std::uint64_t value);

// Signed numbers in 8 bytes.
void append_ordered(std::string& out, std::int64_t value);
bool read_ordered(std::string_view& in, std::int64_t& value);

// Text of any bytes: 00 inside becomes 00 FF and the end is 00 01, so that no text's encoding
// begins another's.
void append_escaped(std::string& out, std::string_view text);
// `text` views `in`'s bytes, or `storage` where something had to be unescaped.
bool read_escaped(std::string_view& in, std::string_view& text, std::string& storage);

}  // namespace tradewind::serving
