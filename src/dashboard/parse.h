// The parts of a dashboard's YAML. Each keeps the place of what a later fault may be about.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

constexpr std::size_t tiles_max = 200;  // of a dashboard
constexpr std::size_t filters_max = 30;

// A name for addresses and CTEs: lower-case letters, digits, underscores.
bool is_snake_case(std::string_view name);
Result<std::string> read_name(const yaml::Node& node);
// The text of a key that must be there, and not be blank.
Result<std::string> read_text(const yaml::Node& mapping, std::string_view key);
Result<Statement> read_statement(const yaml::Node& mapping, std::string_view key);
// A mapping of texts; absent: empty.
Result<std::map<std::string, std::string>> read_texts(const yaml::Node& node);

Result<Filter> parse_filter(const std::string& name, const yaml::Node& node);
Result<Tile> parse_tile(const yaml::Node& node);

}  // namespace tradewind::dashboard
