// Sensors of what happens inside the platform: versions of tables, ends of runs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

// A reason to start, and what the sensor remembers with it.
struct Fact {
    std::string cause;  // empty: nothing happened
    std::map<std::string, std::string> params;
    std::string seen;
};

// `seen`: what the sensor remembers; empty: nothing yet, then what is there now is no news.
Result<Fact> look_at_tables(
    const Trigger& trigger, const std::string& seen, const SchedulerParts& parts
);
// All that ended since is one fact, the newest run's.
Result<Fact> look_at_runs(
    const Trigger& trigger, const std::string& seen, const SchedulerParts& parts
);

}  // namespace tradewind::schedule
