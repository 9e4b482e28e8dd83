// --param NAME=VALUE, given several times.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace tradewind::cli {

// An object of texts. A value that is a file here is named in full: a server sees other folders.
// InvalidArgument: one is not NAME=VALUE.
Result<json::Value> params_json(const std::vector<std::string>& params);

}  // namespace tradewind::cli
