// Finds where JSON objects and arrays end, at several bytes a cycle and without checking them.
#pragma once

#include <cstddef>
#include <string_view>

namespace tradewind::contract {

// Behind the bracket that closes the one at `begin`, { or [; 0: none does. Brackets in strings do
// not count; the two kinds are not told apart. 64 bytes behind the text are readable.
std::size_t find_bracket_end(std::string_view text, std::size_t begin);

// Behind the quote that ends the string that begins at `begin`; 0: none does.
std::size_t find_string_end(std::string_view text, std::size_t begin);

}  // namespace tradewind::contract
