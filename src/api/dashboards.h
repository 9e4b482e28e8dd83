// Dashboards of the packages as operations; they are read when the Api is made.
#pragma once

#include <vector>

#include "api/operations.h"

namespace tradewind::api {

std::vector<Operation> dashboard_operations(const Services& services);

}  // namespace tradewind::api
