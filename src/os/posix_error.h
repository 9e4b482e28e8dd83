// errno as an Error: what happened to which path, and what can be done about it.
#pragma once

#include <string>

#include "base/result.h"

namespace tradewind::os {

// `doing`: "cannot write" and the like; `code`: errno.
Error posix_error(const std::string& doing, const std::string& path, int code);

}  // namespace tradewind::os
