// What the parser cannot know of arguments: combinations, dates, and names of several parts.
#pragma once

#include "cli/arguments.h"

namespace tradewind::cli {

// Null: they are right. Else what is wrong, beginning with the command's name.
const char* misuse(const AllOptions& all, const CLI::App& app);

}  // namespace tradewind::cli
