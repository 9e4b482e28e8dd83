// What the tests of the simulated file system share: one story, told under many seeds.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "os/simulated_filesystem.h"

namespace tradewind::os {

constexpr std::uint64_t seeds = 400;
constexpr std::size_t sector = 512;

inline std::unique_ptr<File> create(Filesystem& files, const std::string& path) {
    return MUST(files.open(path, OpenMode::CreateNew));
}

inline std::string content(Filesystem& files, const std::string& path) {
    const auto bytes = read_file(files, path, 1 << 24);
    return bytes.ok() ? *bytes : "(" + std::string(to_string(bytes.error().code())) + ")";
}

// A file that is on the medium with name and bytes.
inline void make_durable(Filesystem& files, const std::string& path, std::string_view bytes) {
    MUST(write_file_atomic(files, path, bytes));
}

// Runs f once per seed on a new file system and gathers what it says.
template <typename F>
std::set<std::string> outcomes(F f) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SimulatedFilesystem files(seed);
        seen.insert(f(files));
        if (testing::Test::HasFailure()) break;
    }
    return seen;
}

using Set = std::set<std::string>;

}  // namespace tradewind::os
