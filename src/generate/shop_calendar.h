// When the shop sells: a year and a few days, from 2010-12-01 to 2011-12-09, as the original has
// it.
#pragma once

#include <cstdint>
#include <vector>

#include "os/random.h"

namespace tradewind::generate {

// Months from December 2010 (0) to December 2011 (12).
constexpr int month_count = 13;
constexpr int day_count = 374;

// A minute in which invoices are written.
struct SalesMinute {
    std::int32_t day = 0;    // since 2010-12-01
    std::int32_t month = 0;  // 0 … 12
    std::int32_t day_of_month = 1;
    std::int32_t minute_of_day = 0;
    // Of all lines of the whole time, this share of `weight_total` is written by the end of it.
    std::uint64_t weight_until = 0;

    int calendar_month() const { return month == 0 ? 12 : month; }  // 1 … 12
    int year() const { return month == 0 ? 2010 : 2011; }
};

// In order of time. Closed on Saturdays, over Christmas and on bank holidays; short Sundays; long
// Thursdays; busy in autumn.
std::vector<SalesMinute> sales_minutes(os::Random& random);

}  // namespace tradewind::generate
