// Drafts a package from a folder of files that nobody described: sources with contracts, clean
// tables with checks, a first mart. Everything suggested was seen to hold for the files at hand,
// and the drafted text says why it was suggested.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/clock.h"
#include "os/filesystem.h"
#include "package/package.h"

namespace tradewind::draft {

struct DraftRequest {
    std::string folder;            // absolute; what lies in it is only read
    std::string package;           // its name; empty: after the folder
    std::set<std::string> taken;   // names of sources that other packages have
    std::string scratch;           // a folder for this draft alone; the caller removes it
    std::string extension_folder;  // as engine::FileOptions
    std::uint64_t memory_bytes_max = 1u << 30;
    int threads = 2;
    std::shared_ptr<const std::atomic<bool>> cancelled;  // null: never
};

struct DraftedSource {
    std::string name;
    std::size_t file_count = 0;
    std::int64_t row_count = 0;  // that the contract takes
    std::size_t field_count = 0;
    std::vector<std::string> key;  // empty: none was found
    std::size_t check_count = 0;   // of its clean table
};

struct Draft {
    std::string package;
    std::vector<package::SourceFile> files;  // the package, ready to be written
    std::vector<DraftedSource> sources;
    // What was not understood, or was left out, in sentences that name the file.
    std::vector<std::string> remarks;
};

// Reads every row of every file. NotFound: no such folder. InvalidArgument: the package's name is
// none, or nothing in the folder is a table (the detail has the reasons). Cancelled.
Result<Draft> draft_package(const DraftRequest& request, os::Filesystem& files, os::Clock& clock);

}  // namespace tradewind::draft
