// What the packages' SQL says: assets, checks and saved queries, planned over empty tables.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"

namespace tradewind::app {

std::vector<Finding> examine_sql(const Declarations& declared);

}  // namespace tradewind::app
