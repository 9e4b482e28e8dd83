// Which functions user SQL may call.
#pragma once

#include <string_view>

namespace tradewind::engine {

// `name` in lower case. Table functions by allow-list: those that make rows out of their arguments.
bool table_function_allowed(std::string_view name);
// Scalar functions, aggregates and macros by deny-list: everything that reads files, settings, the
// catalog or another statement, that waits, or that takes the engine's internal representations.
bool function_allowed(std::string_view name);

}  // namespace tradewind::engine
