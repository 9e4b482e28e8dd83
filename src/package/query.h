// A saved query: SQL with a comment before it that says what it answers.
#pragma once

#include <string>

#include "package/package.h"

namespace tradewind::package {

// `name` is the file's, without .sql; `file` is for messages. InvalidArgument: no SQL in it, a
// comment that does not end, text that is not UTF-8.
Result<SavedQuery> parse_query(std::string name, std::string text, const std::string& file);

}  // namespace tradewind::package
