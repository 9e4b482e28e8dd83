// A user's expression as text, before the engine looks at it.
#pragma once

#include "base/result.h"
#include "base/yaml.h"

namespace tradewind::recipe {

// What the engines read differently, or what could reach beyond its brackets, is refused: comments,
// other ways of quoting than '…' and "…", control characters.
Result<void> check_expression_text(const yaml::Node& node, const std::string& subject);

}  // namespace tradewind::recipe
