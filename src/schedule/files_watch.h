// Decides for one files sensor: at its scans, and after the last one of a day, whether the day's
// set is there. Every scan takes at least two looks, so that what still grows is seen to grow.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "schedule/file_set.h"
#include "schedule/records.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

struct Instant {
    Timestamp at;         // by the clock
    std::int64_t us = 0;  // monotonic
};

// One thread at a time.
class FilesWatch {
public:
    FilesWatch(
        const Trigger& trigger,
        const SchedulerOptions& options,
        os::Filesystem& files,
        Records& records
    );

    using Params = std::map<std::string, std::string>;
    // The day's set is whole and is to be started. Scans up to `since` are none of its business.
    Result<std::optional<Params>> tick(Instant now, Timestamp since);
    // What is to be looked at by somebody else.
    std::vector<Examination> take_examinations() { return std::exchange(examinations_, {}); }
    void examined(const FoundFile& file, const FileVerdict& verdict) {
        set_.examined(file, verdict);
    }
    // The day's record, which goes with the job into one transaction.
    const DateRecord& record() const { return record_; }
    // The day's record was changed by somebody else.
    void read_again() { changed_ = true; }
    // Some record was changed such that a notice is to be told.
    bool take_news() { return std::exchange(news_, false); }
    // Why nothing has begun today; empty: nothing is waited for.
    std::string waiting() const { return waiting_; }

private:
    Result<void> take_changes();
    Result<void> enter_day(Timestamp now);
    void begin_scan(Instant now, Timestamp since);
    Result<void> end_scan(Instant now, const SetStanding& standing);
    Result<void> keep(const std::string& state, const std::string& missing);
    std::string waits_for_word() const;
    bool is_final(Instant now, const SetStanding& standing) const;

    const Trigger& trigger_;
    const TriggerKey key_;
    const std::int64_t patience_us_;
    Records& records_;
    FileSet set_;
    DateRecord record_;                  // of the day
    bool changed_ = false;               // it is another in the records
    std::vector<Timestamp> scans_;       // of the day
    std::optional<Timestamp> scanning_;  // the scan that is under way
    std::int64_t began_us_ = 0;
    std::int64_t next_look_us_ = 0;
    std::vector<Examination> examinations_;
    std::string waiting_;
    bool news_ = false;
};

// The local date as the zone's clocks show it.
std::string local_date(const os::TimeZone& zone, Timestamp at);

}  // namespace tradewind::schedule
