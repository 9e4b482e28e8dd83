// Which cells of a sheet are dates. A sheet holds days as numbers; that they are dates, only their
// cells' styles say, which the engine's reader of workbooks does not pass on.
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

// "AB12" is column 28 of row 12; zeros: it is no place.
struct Place {
    std::int64_t row = 0;
    std::int64_t column = 0;
};
Place place_of(std::string_view cell);

class DateCells {
public:
    // Rows and columns from 1; the rows of a column ascend. False: they do not, or there are too
    // many gaps to remember.
    bool add(std::int64_t row, std::int64_t column);
    bool contains(std::int64_t row, std::int64_t column) const;

private:
    struct Run {
        std::int64_t first = 0;
        std::int64_t last = 0;
    };

    std::vector<std::vector<Run>> columns_;
    std::size_t run_count_ = 0;
};

// Does a number's format show a day? `m/d/yy h:mm` does, `h:mm` and `#,##0` do not.
bool shows_a_day(std::string_view format_code);

// The cells that hold a number and show it as a day. Reads the sheet once, in bounded memory.
Result<DateCells> find_date_cells(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const Workbook& workbook,
    const Sheet& sheet,
    const UnpackLimits& limits
);

}  // namespace tradewind::engine
