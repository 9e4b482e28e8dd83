// What a workbook's own table of contents says.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

struct Sheet {
    std::string name;
    std::string entry;  // where its cells stand in the archive; empty: it does not say
};

struct Workbook {
    std::vector<Sheet> sheets;  // in their order
    // Dates count from 1904, as Excel for the Macintosh began: 1,462 less than everywhere else.
    bool dates_1904 = false;
    std::string styles_entry;  // empty: it has none
};

// InvalidArgument: the archive is no workbook.
Result<Workbook> read_workbook(const std::string& path, const std::vector<ZipEntry>& entries);

// The place of the sheet of that name, or of the first one; InvalidArgument lists what there is.
Result<std::size_t> choose_sheet(const std::vector<Sheet>& sheets, const std::string& wanted);

}  // namespace tradewind::engine
