// Which styles of a workbook show a number as a day. A sheet holds days as numbers; that they are
// dates, only their cells' styles say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/workbook.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

// Does a number's format show a day? `m/d/yy h:mm` does, `h:mm` and `#,##0` do not.
bool shows_a_day(std::string_view format_code);

// By the place of a style.
Result<std::vector<bool>> read_date_styles(
    const std::string& path, const std::vector<ZipEntry>& entries, const Workbook& workbook
);

}  // namespace tradewind::engine
