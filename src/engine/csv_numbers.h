// Lines of CSV that hold whole numbers and nothing else, read as such at once: no cell of theirs is
// ever looked at as text.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/number_rows.h"

namespace tradewind::engine {

struct ScannedNumbers {
    std::size_t rows = 0;
    std::size_t size = 0;      // of their lines, with the ends
    std::size_t bytes = 0;     // without the ends
    bool another_row = false;  // what follows is no such line, though all of it is there
};

// Can a delimiter never be part of a number?
inline bool separates_numbers(char delimiter) {
    return delimiter != '-' && (delimiter < '0' || delimiter > '9');
}

// Reads lines from the front of `text` as far as they are whole, plain, and wanted: in each cell a
// minus or none and digits, no quotes, no blanks, LF or CRLF behind. Their values are written to
// columns[…][at …], which has room for rows_max of them.
ScannedNumbers scan_numbers(
    std::string_view text,
    char delimiter,
    const NumbersWanted& wanted,
    std::size_t at,
    std::vector<std::vector<std::int64_t>>& columns
);

}  // namespace tradewind::engine
