// Names of files with {table} and {date} in them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::extract {

// A name, no path: InvalidArgument for others, and for braces that mean nothing.
Result<void> check_file_name(std::string_view pattern);
// The name of a dump's files: CSV, packed or not, with {date}.
Result<void> check_dump_name(std::string_view pattern);
std::string file_name(std::string_view pattern, std::string_view table, std::string_view date);

}  // namespace tradewind::extract
