// What the scheduler keeps of each schedule or sensor while it runs, and of each job under way.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "schedule/files_watch.h"
#include "schedule/records.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

struct Lane;

// Changed under the scheduler's lock; the worker that has it works on a copy of the job.
struct JobUnderWay {
    Lane* lane = nullptr;
    Job job;
    bool handed = false;  // to a worker
    bool resumed = false;
    bool cancel_asked = false;
    bool timed_out = false;
    std::int64_t deadline_us = 0;  // monotonic; 0: none yet
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);

    void stop() const {
        cancelled->store(true);
        cancelled->notify_all();
    }
};

struct Lane {
    Trigger trigger;
    TriggerKey key;
    Memory memory;
    std::optional<Timestamp> due;  // Time: the next one after memory.until
    bool never = false;            // Time: there is none
    std::string why;               // Time: why what is due has not begun
    std::string trouble;           // Files, Table, Run: why it cannot look; logged when it changes
    std::unique_ptr<FilesWatch> files;
    std::int64_t next_poll_us = 0;  // Table, Run
    bool left_over = false;         // jobs of a server that is not running now are under way
    // Oldest first; only the first one may be under way.
    std::deque<std::shared_ptr<JobUnderWay>> jobs;

    bool paused() const { return memory.paused.value_or(trigger.paused); }
};

// A new job of that lane, not recorded yet.
struct Firing {
    std::string cause;
    std::string date;
    Timestamp due_at;
    std::string message;
    std::map<std::string, std::string> params;
};
Job make_job(const Lane& lane, const Firing& firing, Timestamp now);

// What is due of a schedule by the clock.
struct Due {
    std::optional<Timestamp> start;   // a job for this due time
    std::optional<Timestamp> passed;  // no job, and nothing up to here will have one
    Timestamp first;                  // the earliest due time that it stands for
};
Due due_now(Lane& lane, Timestamp now, std::int64_t on_time_us);
// By how much a due time is put off: the same one always by the same.
std::int64_t jitter_of(const Trigger& trigger, Timestamp due);

}  // namespace tradewind::schedule
