// Workbooks and Parquet files through the engine library, each in a short-lived instance of its own
// that can read that one file.
#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"

namespace tradewind::engine {

Result<std::unique_ptr<FileReader>> open_workbook(
    const std::string& path, const FileOptions& options
);
Result<std::unique_ptr<FileReader>> open_parquet(
    const std::string& path, const FileOptions& options
);

}  // namespace tradewind::engine
