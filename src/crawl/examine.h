// Reads one whole file and tells what it holds.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "crawl/file_report.h"
#include "engine/engine.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

// Names whose files are no data, or not whole yet: ".x", "_SUCCESS", "x.part", ….
bool is_passed_over(std::string_view file_name);
// "notes.md": a known other thing, judged by the name alone.
bool is_no_data(std::string_view file_name);
bool is_parquet_name(std::string_view file_name);

// Text files and workbooks. Any thread; never fails: a problem is part of the report. Parquet is
// only told by its content (problem_kind "parquet"): see ParquetExaminer.
FileReport examine(
    const FoundFile& file,
    const engine::FileOptions& options,
    os::Filesystem& files,
    const std::atomic<bool>* cancelled
);

}  // namespace tradewind::crawl
