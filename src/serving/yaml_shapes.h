// The shapes that a table's YAML is made of, and what is said where one is not met.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace tradewind::serving {

// A member's name as JSON, with the colon.
std::string label_of(const std::string& name);
Result<std::string> name_of(const yaml::Node& node);
// The same for a key of a mapping.
Result<std::string> member_name(const yaml::Node& parent, const std::string& text);
// The one member of a mapping such as {min: invoice_date}.
Result<std::pair<std::string, yaml::Node>> only_member(const yaml::Node& node, const char* example);
// Absent is fine.
Result<void> check_mapping(const yaml::Node& node, const char* what);
Result<void> check_true(const yaml::Node& node);
// "`what` '`wanted`'", with a hint where something known is called nearly so.
Error no_such(
    const yaml::Node& where,
    const std::string& what,
    const std::string& wanted,
    const std::vector<std::string_view>& known
);

}  // namespace tradewind::serving
