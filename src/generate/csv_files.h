// The files being generated: written under temporary names, and all renamed at the end, so that
// whoever watches the folder sees whole files or none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
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
    ~CsvFiles();
    CsvFiles(const CsvFiles&) = delete;
    CsvFiles& operator=(const CsvFiles&) = delete;

    // The first call opens the first file, each later one closes a file and opens the next.
    Result<void> open_next();
    // Where the lines go; call flush_if_full() after each few.
    std::string& buffer() { return buffer_; }
    // True when bytes went to the disk.
    Result<bool> flush_if_full();
    void count_rows(std::int64_t rows) { made_[current_].row_count += rows; }
    Result<std::vector<GeneratedFile>> publish();

private:
    explicit CsvFiles(os::Filesystem& files) : files_(files) {}
    Result<void> flush();
    Result<void> close_current();

    os::Filesystem& files_;
    std::string folder_;
    std::vector<std::string> temporary_paths_;
    std::vector<GeneratedFile> made_;
    std::size_t current_ = 0;
    std::size_t opened_ = 0;
    std::unique_ptr<os::File> file_;
    std::string buffer_;
    bool published_ = false;
};

}  // namespace tradewind::generate
