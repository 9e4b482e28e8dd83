// Zones of the IANA database: what the clocks of a place show at an instant, and when they show it.
#pragma once

#include <memory>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace tradewind::os {

// Any thread.
class TimeZone {
public:
    virtual ~TimeZone() = default;
    virtual const std::string& name() const = 0;
    virtual CivilTime to_local(Timestamp at) const = 0;
    // Clocks that are set back show a local time twice: its first occurrence. One that they skip:
    // the first instant after the gap. The civil time must exist in the calendar.
    virtual Timestamp to_utc(const CivilTime& local) const = 0;
};

// "Europe/Berlin", "UTC". InvalidArgument: no such zone; Unavailable: the system has no zones.
Result<std::shared_ptr<const TimeZone>> find_time_zone(const std::string& name);

}  // namespace tradewind::os
