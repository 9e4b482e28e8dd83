// An asset's file: SQL with a YAML header in the comment before it.
#pragma once

#include <string>

#include "package/package.h"

namespace tradewind::package {

// `path` is relative to the package, `file` is for messages. InvalidArgument: no SQL in it, a
// header that is no YAML, a comment that does not end, text that is not UTF-8.
Result<SqlAsset> parse_asset(const std::string& path, std::string text, const std::string& file);

}  // namespace tradewind::package
