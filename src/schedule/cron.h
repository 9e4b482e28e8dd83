// When a schedule is due: five fields as in crontab(5), in a time zone.
//
// minute hour day-of-month month day-of-week; lists, ranges, steps and English names; 7 is Sunday
// too. When both days are restricted, either will do. @hourly, @daily, @weekly, @monthly, @yearly.
// A local time that the clocks skip is due at the first instant after the gap; one that comes twice
// is due once, at its first occurrence.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/time_zone.h"

namespace tradewind::schedule {

class Cron {
public:
    // InvalidArgument tells which field is wrong and what it may hold.
    static Result<Cron> parse(std::string_view text, std::shared_ptr<const os::TimeZone> zone);

    // The first due instant after that; nothing when there is none.
    std::optional<Timestamp> next(Timestamp after) const;
    // The last due instant up to that one; nothing when there is none in the years before.
    std::optional<Timestamp> last(Timestamp until) const;
    const std::string& text() const { return text_; }
    const os::TimeZone& zone() const { return *zone_; }

private:
    friend class CronParser;
    bool matches_day(const CivilTime& local) const;
    bool matches_minute(std::size_t minute) const {
        return hours_[minute / 60] && minutes_[minute % 60];
    }
    Timestamp instant(const CivilTime& day, std::size_t minute) const;

    std::string text_;
    std::shared_ptr<const os::TimeZone> zone_;
    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;     // of the month, from 1
    std::bitset<13> months_;   // from 1
    std::bitset<7> weekdays_;  // from Sunday
    bool any_day_ = true;      // the field of days of the month begins with *
    bool any_weekday_ = true;
};

}  // namespace tradewind::schedule
