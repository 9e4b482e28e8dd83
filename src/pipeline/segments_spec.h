// What an asset of kind segments asks for, as its file says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace tradewind::pipeline {

// What rows of the summary are called for which `when`, an expression in brackets, is true.
struct SegmentRule {
    std::string segment;
    std::string when;
};

struct SegmentsSpec {
    std::string table;  // quoted
    std::string id;
    std::vector<std::string> columns;
    std::vector<std::string> keep;  // have no say, and stand in the table too
    std::size_t clusters = 4;       // 0: the best silhouette
    int starts = 10;
    std::uint64_t seed = 1;
    std::vector<SegmentRule> rules;
    std::string otherwise;
};

// InvalidArgument with file and line.
Result<SegmentsSpec> read_segments_spec(const yaml::Node& document);

}  // namespace tradewind::pipeline
