// Where a source's rows come from, and what a delivery of them means for its table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "contract/contract.h"

namespace tradewind::contract {

struct SourceOrigin {
    bool has_stream = false;
    std::vector<std::string> file_patterns;
    Load load = Load::Append;
    std::string parameter;
    std::optional<DatabaseSource> database;
};

// kind, files, load, parameter, connection, table, query and watermark of a contract.
Result<SourceOrigin> parse_source_origin(const yaml::Node& document);

}  // namespace tradewind::contract
