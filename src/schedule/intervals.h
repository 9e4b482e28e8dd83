// A span of time cut into intervals.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/time_zone.h"
#include "schedule/backfill.h"

namespace tradewind::schedule {

// InvalidArgument: what is no date, an empty span, more intervals than that. Local hours that the
// clocks skip have no interval; one that comes twice has one.
Result<std::vector<Interval>> cut_into_intervals(
    const BackfillRequest& request, const os::TimeZone& zone, std::size_t intervals_max
);

}  // namespace tradewind::schedule
