// Ranges of days: those that have names, and the one before another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

// "all", "last_7_days", "this_month", …
const std::vector<std::string_view>& preset_names();

// "2011-12-09" as days since 1970-01-01; InvalidArgument: anything else, or no such day.
Result<std::int64_t> parse_day(std::string_view text);

// The preset's days, counted back from the newest day there is: data may be years old, and a shop's
// last month is that of its data. Nothing: "all", or there are no days.
std::optional<DateRange> resolve_preset(std::string_view preset, const DateRange& bounds);

// As many days right before. What begins with a month has the same days as many months before: the
// whole month before a whole one, the first nine days of it before nine days.
Result<DateRange> previous_period(const DateRange& range);
// The same days a year before; 29 February has the 28th, the end of a month that month's end.
Result<DateRange> previous_year(const DateRange& range);

}  // namespace tradewind::dashboard
