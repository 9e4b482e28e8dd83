// Which cells of a sheet are not what their text says. The engine's reader of workbooks passes on
// the text of a cell alone: TRUE is "1", a day is a number, and an id that was kept as a number has
// lost digits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/byte_source.h"
#include "engine/workbook.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

// A double holds any number of so many digits, and a spreadsheet shows no more.
inline constexpr std::size_t double_digits = 15;

// "AB12" is column 28 of row 12; zeros: it is no place.
struct Place {
    std::int64_t row = 0;
    std::int64_t column = 0;
};
Place place_of(std::string_view cell);

class CellSet {
public:
    // Rows and columns from 1; the rows of a column ascend. False: they do not, or there are too
    // many gaps to remember.
    bool add(std::int64_t row, std::int64_t column);
    bool contains(std::int64_t row, std::int64_t column) const;
    bool empty() const { return run_count_ == 0; }

private:
    struct Run {
        std::int64_t first = 0;
        std::int64_t last = 0;
    };

    std::vector<std::vector<Run>> columns_;
    std::size_t run_count_ = 0;
};

struct UnusualCells {
    CellSet dates;         // numbers that are shown as days, where they count from 1904
    CellSet booleans;      // TRUE and FALSE
    CellSet long_numbers;  // of more than 15 digits, or written with an exponent
};

// Nearly all sheets have none of the last two, which one quick look at their bytes tells. Sees too
// many rather than too few.
class UnusualLook {
public:
    void take(std::string_view piece);
    bool found() const { return found_; }

private:
    std::string rest_;  // of the piece before, as far as it matters
    bool found_ = false;
};

// Reads the sheet once, in bounded memory. ResourceExhausted: they are too many, in no order.
Result<UnusualCells> find_unusual_cells(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const Workbook& workbook,
    const Sheet& sheet,
    const UnpackLimits& limits
);

}  // namespace tradewind::engine
