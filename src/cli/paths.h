// Paths as a user gives them. The current folder may be gone, and so may the one for what is
// temporary: both are errors to be told, not to die of.
#pragma once

#include <string>

#include "base/result.h"

namespace tradewind::cli {

// From the root on, without "." and "..", and without '/' at its end.
Result<std::string> absolute_path(const std::string& given);
Result<std::string> temporary_folder();

}  // namespace tradewind::cli
