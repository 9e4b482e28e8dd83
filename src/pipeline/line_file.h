// A file that grows by whole lines, whoever rotates or removes it meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::pipeline {

// One thread; one writer a file.
class LineFile {
public:
    LineFile(os::Filesystem& files, std::string path) : files_(files), path_(std::move(path)) {}

    // With its line break. What a crash left of a line is cut off first; what an error leaves of
    // this one, after. Not synced.
    Result<void> append(std::string_view line);

private:
    Result<std::unique_ptr<os::File>> open();
    Result<std::uint64_t> end_of_lines(os::File& file);

    os::Filesystem& files_;
    const std::string path_;
};

}  // namespace tradewind::pipeline
