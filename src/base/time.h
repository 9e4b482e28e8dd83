// UTC instants as text and back. No zone is ever guessed: a text without one is UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace tradewind {

struct CivilTime {
    int year = 1970;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micros = 0;
};

CivilTime to_civil(Timestamp at);
// The civil time must exist in the proleptic Gregorian calendar (CHECKed).
Timestamp from_civil(const CivilTime& civil);
bool civil_exists(const CivilTime& civil);
// Days since 1970-01-01.
std::int64_t to_days(Timestamp at);

// Understands: ISO 8601 with or without zone ("2010-12-01 08:26:00", "2010-12-01T08:26:00.5+02:00",
// "2010-12-01"). InvalidArgument otherwise.
Result<Timestamp> parse_iso(std::string_view text);
// strptime-like: %Y %m %d %H %M %S %f %y %b %B %p %I %z %% ; digits may lack leading zeros
// ("12/1/2010 8:26" matches "%m/%d/%Y %H:%M").
Result<Timestamp> parse_with_format(std::string_view text, std::string_view format);
// Excel's serial day number (1900 system): 40513.351388… → 2010-12-01 08:26:00, rounded to the
// millisecond as Excel does.
Result<Timestamp> from_excel_serial(double serial);

std::string format_sql(Timestamp at);        // "2010-12-01 08:26:00" and ".ffffff" when not whole
std::string format_iso(Timestamp at);        // "2010-12-01T08:26:00" and ".ffffff" when not whole
std::string format_date(std::int64_t days);  // "2010-12-01"

}  // namespace tradewind
