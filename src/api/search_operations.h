// The operations of searches: rows of a package's table, found by their words.
#pragma once

#include <vector>

#include "api/operations.h"

namespace tradewind::api {

std::vector<Operation> search_operations(const Services& services);

}  // namespace tradewind::api
