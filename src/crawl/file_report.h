// What one file turned out to hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/catalog.h"
#include "crawl/column_profile.h"

namespace tradewind::crawl {

// A file as the walk found it.
struct FoundFile {
    std::string path;  // absolute
    std::uint64_t bytes = 0;
    Timestamp modified_at;
};

struct FileColumn {
    std::string name;    // as the table will call it
    std::string source;  // as the file does
    std::string type;    // Parquet: what the file itself says; empty: what the profile says
    ColumnProfile profile;
    // Parquet: its type as the engine says it, which tells more of them apart.
    std::string engine_type{};
};

struct FileReport {
    FoundFile file;
    // Set: the file can be part of no table. The kind of the finding, and why.
    std::string problem_kind;
    std::string problem;
    catalog::FileScan scan;
    std::vector<FileColumn> columns;  // in the file's order; JSON: of first appearance
    std::int64_t row_count = 0;
    std::int64_t bad_row_count = 0;
    bool no_text = false;  // CSV: its bytes are no text's
    // Set when the engine cannot read the file as it is: where its good rows were written to.
    bool needs_copy = false;
    std::string copy;
    std::optional<catalog::FileScan> copy_scan;  // how that is read
    std::string bad_row;                         // the first of them: line and reason
};

}  // namespace tradewind::crawl
