// Imports that were begun, looked at until they have ended.
#pragma once

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/command.h"

namespace tradewind::cli {

// As they are in the end, in the same order; those that were never begun stay as they are. Ctrl-C
// cancels all that have not ended (what they delivered is taken back), whoever runs them, and their
// ends are waited for.
Result<std::vector<json::Value>> follow_imports(
    Connection& connection, const Context& context, std::vector<json::Value> imports
);

}  // namespace tradewind::cli
