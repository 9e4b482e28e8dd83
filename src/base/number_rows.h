// Rows of a file that hold nothing but whole numbers, column by column: where they come from, and
// where they go, without any cell being looked at as text between the two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"

namespace tradewind {

// How many rows are wanted, and which are plain enough.
struct NumbersWanted {
    // By column of the file, at most 18: a number of more digits makes its row another kind of row.
    std::vector<int> digits_max;
    std::size_t rows_max = 0;
    std::size_t bytes_max = 0;  // no row begins after so many
};

struct NumberRows {
    std::int64_t first_row = 0;   // the others follow it …
    std::int64_t first_line = 0;  // … each on a line of its own
    std::size_t rows = 0;
    std::size_t bytes = 0;                           // of the rows, without their lines' ends
    std::vector<std::vector<std::int64_t>> columns;  // at least `rows` values in each
};

// What a reader of files may be besides (engine::FileReader).
class NumberSource {
public:
    virtual ~NumberSource() = default;
    // Instead of the reader's next(): the rows from here on as far as they are plain numbers. None:
    // the next row is another, or there is none, and next() has to tell.
    virtual Result<void> next_numbers(const NumbersWanted& wanted, NumberRows& to) = 0;
};

// Where the whole number that a cell holds goes as it is.
struct NumberCell {
    int column = -1;      // of the rows; -1: nobody takes it
    int digits_max = 18;  // any number of no more digits fits
};

// What a decoder of rows may be besides (contract::Decoder).
class NumberTaker {
public:
    virtual ~NumberTaker() = default;
    // By cell of the header that was bound, where a row of whole numbers is what is wanted whatever
    // they are: these are the row's values then, and its other columns are null. Else empty.
    virtual std::vector<NumberCell> number_cells() const = 0;
};

}  // namespace tradewind
