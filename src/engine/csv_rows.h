// Rows of a result as CSV, a chunk at a time. Numbers, of which most results consist, are put down
// without a detour; of doubles, which cost most to write shortest, those seen lately are
// remembered.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_text.h"

namespace tradewind::engine {

// One column's doubles, as they were written last.
class KnownReals {
public:
    // Writes what append_double() writes, and gives what is behind it.
    char* put(char* to, double value);

private:
    struct Known {
        std::uint64_t bits = 0;
        std::uint8_t size = 0;  // 0: none
        std::array<char, 31> text{};
    };
    static constexpr unsigned place_bits = 9;
    std::unique_ptr<Known[]> known_;  // by some bits of the hash; made for the first
};

// One thread.
class CsvRows {
public:
    // Rows [0, rows) of the chunk that the columns are bound to.
    void append(const std::vector<ColumnText>& columns, idx_t rows, std::string& out);

private:
    void prepare(const std::vector<ColumnText>& columns);

    std::vector<bool> short_;  // by column: the text of each cell has a bound
    std::vector<KnownReals> reals_;
    std::vector<char> line_;  // what was put down and is not in `out` yet
};

}  // namespace tradewind::engine
