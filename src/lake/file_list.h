// How a FileList is kept: sorted chunks of shared files. A new version shares every chunk it does
// not change, so that a commit to 400,000 files copies a few hundred pointers and not the files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lake/lake.h"

namespace tradewind::lake {

using FilePtr = std::shared_ptr<const DataFile>;
using FileChunk = std::vector<FilePtr>;

// Chunks are split when larger than the first and joined with a neighbour when smaller than the
// second: half of 512 pointers copied is 1 µs, and 400,000 files make 1,600 chunks.
constexpr std::size_t chunk_files_max = 512;
constexpr std::size_t chunk_files_min = 64;

// What a list adds up to; two lists with equal totals hold the same files (the digest is a sum of
// hashes, so it can be carried from version to version).
struct Totals {
    std::size_t file_count = 0;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::uint64_t digest = 0;

    void add(const DataFile& file);
    void subtract(const DataFile& file);
    bool operator==(const Totals&) const = default;
};

struct FileList::Content {
    std::vector<std::shared_ptr<const FileChunk>> chunks;  // none empty; paths ascending throughout
    Totals totals;
};

// The list with some files more and some less. Paths to add must differ from each other and from
// those that stay, paths to remove must be there (CHECKed).
FileList changed(const FileList& base, FileChunk add, std::vector<std::string> remove);

// A list of files that are in ascending order already (CHECKed).
FileList from_sorted(FileChunk files);

}  // namespace tradewind::lake
