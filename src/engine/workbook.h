// What a workbook's own table of contents says.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

// Names of the sheets in their order. InvalidArgument: the archive is no workbook.
Result<std::vector<std::string>> read_sheet_names(
    const std::string& path, const std::vector<ZipEntry>& entries
);

// The sheet of that name, or the first one; InvalidArgument lists what there is.
Result<std::string> choose_sheet(const std::vector<std::string>& sheets, const std::string& wanted);

}  // namespace tradewind::engine
