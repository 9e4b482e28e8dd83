// Makes data that looks like a shop's: deterministic by seed, so that anybody can try, test and
// measure without anybody's customers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::generate {

struct GenerateRequest {
    std::string kind;    // "online_retail"
    std::string folder;  // made where absent
    double scale = 1.0;  // 1 is about 540,000 lines
    std::uint64_t seed = 42;
    int splits = 1;  // files the rows are spread over, in time order
};

struct GeneratedFile {
    std::string path;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
};

std::vector<std::string> kinds();
// `progress` gets the share done, 0 … 1. AlreadyExists when a file to be written is there.
Result<std::vector<GeneratedFile>> generate(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
);

}  // namespace tradewind::generate
