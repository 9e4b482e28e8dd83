// A workbook's sheets as the rows of one file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/sheet_cells.h"
#include "engine/workbook.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

// What is known of a workbook before any of its sheets is read.
struct OpenedWorkbook {
    std::string path;
    std::uint64_t bytes = 0;
    std::vector<ZipEntry> entries;
    Workbook contents;
    // By sheet: may its cells be other than their text says?
    std::vector<bool> unusual;
};

// InvalidArgument: cut off, damaged, or no workbook. ResourceExhausted: a bomb.
Result<OpenedWorkbook> look_into_workbook(const std::string& path, const FileOptions& options);

// The rows of one sheet. InvalidArgument: it has none.
Result<std::unique_ptr<FileReader>> open_sheet(
    const OpenedWorkbook& workbook, std::size_t sheet, const FileOptions& options
);

// Of the sheet that is named, or of the first one; with FileOptions::fits of all that fit, one
// after another, each opened when the one before it has ended. Where none fits, it is the first one
// that has rows.
Result<std::unique_ptr<FileReader>> open_sheets(
    OpenedWorkbook workbook, const FileOptions& options
);

}  // namespace tradewind::engine
