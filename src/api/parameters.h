// Reads a request's parameters as its operation declares them; anything else is refused by name.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "api/operations.h"
#include "api/router.h"
#include "base/result.h"

namespace tradewind::api {

// A part of the path, as the operation table names it.
Parameter path_parameter(std::string name, std::string description, std::string example);
// {id}, a whole number from 1.
Parameter id_parameter(std::string description);

// Gives the operation the parameter wait_ms: it may answer once something is over, or after so
// long. Those that wait have threads of their own.
void let_wait(Operation& operation, std::string description);
std::int64_t wait_us_of(const Call& call);

struct Target {
    std::string_view path;
    std::string_view query;  // without '?'
};
// "/a/b?c=d#e" → "/a/b", "c=d". An absolute target ("http://host/a") loses scheme and authority.
Target split_target(std::string_view target);
// InvalidArgument: a fragment, which is no part of a request, or a bad percent escape in the path.
Result<void> check_target(std::string_view target);

// Percent-decodes and checks path and query. InvalidArgument: a bad escape, not UTF-8, an unknown
// or repeated parameter (with the nearest known name), a required one missing, not an integer, ….
Result<Arguments> read_arguments(
    const Operation& operation, const RouteMatch& match, std::string_view query
);

}  // namespace tradewind::api
