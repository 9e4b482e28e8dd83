// Files that are written under temporary names and all renamed at the end, so that whoever watches
// the folder sees whole files or none.
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

// One thread. Destroyed before publish(): nothing is left behind. Files are numbered as they were
// named to create().
class FileSet {
public:
    // AlreadyExists when one of the names is taken.
    static Result<std::unique_ptr<FileSet>> create(
        os::Filesystem& files, const std::string& folder, const std::vector<std::string>& names
    );
    ~FileSet();
    FileSet(const FileSet&) = delete;
    FileSet& operator=(const FileSet&) = delete;

    // The first call opens the file.
    Result<void> append(std::size_t file, std::string_view bytes);
    void count_rows(std::size_t file, std::int64_t rows) { files_[file].made.row_count += rows; }
    // Nothing more is appended to it; its bytes are on the disk.
    Result<void> close(std::size_t file);
    // Every file was opened.
    Result<std::vector<GeneratedFile>> publish();

private:
    struct Entry {
        GeneratedFile made;
        std::string temporary_path;
        std::unique_ptr<os::File> file;
        bool created = false;
    };

    explicit FileSet(os::Filesystem& filesystem) : filesystem_(filesystem) {}
    Result<void> open(Entry& entry);

    os::Filesystem& filesystem_;
    std::string folder_;
    std::vector<Entry> files_;
    bool published_ = false;
};

}  // namespace tradewind::generate
