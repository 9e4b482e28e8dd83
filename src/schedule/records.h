// Schedules, sensors and their jobs as meta.sqlite keeps them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/database.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

// What is remembered of a schedule or sensor.
struct Memory {
    std::string timing;          // its times as declared: others begin anew
    Timestamp until;             // due times up to here have been dealt with
    Timestamp forgotten_until;   // jobs of due times up to here are no longer kept
    std::optional<bool> paused;  // by command; nothing: as declared
    std::string seen;            // Table, Run: JSON
};

// One date of a files sensor.
struct DateRecord {
    std::string date;
    std::string state;  // "": looked for; missing: told; asked: told that it is there; started
    std::int64_t job = 0;
    std::string missing;  // what was told
    Timestamp scanned_until;
    bool told = true;  // false: the notice is still to be told
};

struct TriggerKey {
    std::string package;
    std::string name;
    auto operator<=>(const TriggerKey&) const = default;
};

// Any thread.
class Records {
public:
    static Result<std::unique_ptr<Records>> open(os::Database& database, std::size_t jobs_kept);

    Result<void> together(const std::function<Result<void>()>& writes) {
        return database_.transaction(writes);
    }

    Result<std::map<TriggerKey, Memory>> memories();
    Result<void> remember(const TriggerKey& key, const Memory& memory);

    // Gives the job its number; false: the trigger had a job of that cause before.
    Result<bool> add(Job& job);
    // State, message and times of the job.
    Result<void> update(const Job& job);
    // One of its steps.
    Result<void> update(const Job& job, std::size_t step);
    // All of it; a notice of its end is to be told.
    Result<void> finish(const Job& job);
    Result<void> note_told(std::int64_t job);
    // Jobs that are older than the ones kept go; the memory notes up to which due time.
    Result<void> forget_old(const TriggerKey& key, Timestamp now, Memory& memory);

    Result<Job> show(std::int64_t id);
    Result<std::vector<Job>> list(const TriggerKey& key, std::int64_t limit);
    Result<std::vector<Job>> unfinished();  // oldest first
    Result<std::vector<Job>> untold();
    // The newest one before that was neither cancelled nor skipped.
    Result<std::optional<JobState>> state_before(const Job& job);

    // An empty record when there is none.
    Result<DateRecord> date(const TriggerKey& key, const std::string& date);
    Result<void> update(const TriggerKey& key, const DateRecord& record);
    // Its set has a job; what is still to be told stays to be told.
    Result<void> note_started(const TriggerKey& key, const DateRecord& record);
    Result<std::vector<std::pair<TriggerKey, DateRecord>>> untold_dates();
    // Unless it has come to another state meanwhile.
    Result<void> note_told(const TriggerKey& key, const DateRecord& record);

private:
    Records(os::Database& database, std::size_t jobs_kept)
        : database_(database), jobs_kept_(jobs_kept) {}
    Result<std::vector<Job>> select(
        const std::string& rest, const std::vector<os::SqlValue>& parameters
    );

    os::Database& database_;
    const std::size_t jobs_kept_;
};

std::string texts_to_json(const std::map<std::string, std::string>& texts);
Result<JobState> job_state(std::string_view word);

}  // namespace tradewind::schedule
