// CSV files that are generated one after the other, through one buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "generate/file_set.h"
#include "generate/generate.h"
#include "os/filesystem.h"

namespace tradewind::generate {

// A cell as RFC 4180 wants it: in quotes where it holds a comma, a quote or a line end.
std::string csv_cell(std::string_view text);

// One thread. Destroyed before publish(): nothing is left behind.
class CsvFiles {
public:
    // AlreadyExists when one of the names is taken.
    static Result<std::unique_ptr<CsvFiles>> create(
        os::Filesystem& files, const std::string& folder, const std::vector<std::string>& names
    );

    // The first call opens the first file, each later one closes a file and opens the next.
    Result<void> open_next();
    // Where the lines go; call flush_if_full() after each few.
    std::string& buffer() { return buffer_; }
    // True when bytes went to the disk.
    Result<bool> flush_if_full();
    void count_rows(std::int64_t rows) { files_->count_rows(opened_ - 1, rows); }
    Result<std::vector<GeneratedFile>> publish();

private:
    explicit CsvFiles(std::unique_ptr<FileSet> files) : files_(std::move(files)) {}
    Result<void> flush();
    Result<void> close_current();

    std::unique_ptr<FileSet> files_;
    std::size_t opened_ = 0;  // the last of them is the current one
    std::string buffer_;
};

}  // namespace tradewind::generate
