// What the packages' assets and checks say, planned over empty tables.
#pragma once

#include <vector>

#include "app/doctor.h"
#include "app/sources.h"

namespace tradewind::app {

std::vector<Finding> examine_assets(const Declarations& declared);

}  // namespace tradewind::app
