// Backfills: a span of time made anew, interval by interval. Part of the door schedule/schedule.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/time_zone.h"
#include "schedule/job.h"

namespace tradewind::schedule {

// A span of time, cut into intervals of one length counted from its beginning (the last may be
// shorter), each with a run of its own, one after another. A backfill is durable before it begins;
// a program that ends in its middle goes on, at its next start, with the interval that was under
// way. It stops at the first interval that fails.
enum class Every { Hour, Day, Week, Month };
const char* to_string(Every every);
Result<Every> every_of(const std::string& word);  // InvalidArgument

// [from, to) by the clocks of the package's zone: dates, of hours with their time.
struct Interval {
    std::string from;
    std::string to;
    std::string date() const { return from.substr(0, 10); }
};

struct BackfillRequest {
    std::string package;
    std::vector<std::string> assets;  // as a run names them; empty: all of the package
    std::string from;                 // dates, [from, to); for hours also 2025-07-01T05:00:00
    std::string to;
    Every every = Every::Day;
    bool force = false;  // also what is up to date
    // Given to each run, besides `date`, the interval's; {date} in a value stands for it.
    std::map<std::string, std::string> params;
};
std::map<std::string, std::string> params_for(
    const BackfillRequest& request, const Interval& interval
);

struct BackfillInterval {
    std::int64_t place = 0;  // from 1
    Interval interval;
    JobState state = JobState::Waiting;
    std::string message;
    std::int64_t run = 0;   // the newest; 0: none yet
    std::int64_t rows = 0;  // that it made
    Timestamp started_at;
    Timestamp finished_at;
};
json::Value to_json(const BackfillInterval& interval);

struct Backfill {
    std::int64_t id = 0;
    BackfillRequest request;
    std::string zone;
    JobState state = JobState::Waiting;
    std::string message;        // which interval failed, and why
    std::int64_t cut_offs = 0;  // how often the program ended in the middle of the same interval
    std::int64_t total = 0;     // intervals
    std::int64_t done = 0;
    std::int64_t rows = 0;      // of the intervals that are done
    std::int64_t taken_us = 0;  // by them
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;
    std::optional<BackfillInterval> current;  // under way, or where it stopped

    // By what an interval took so far; nothing: not known.
    std::optional<std::int64_t> left_us() const;
};
json::Value to_json(const Backfill& backfill);

struct IntervalOrder {
    const BackfillRequest& request;
    Interval interval;
    std::int64_t backfill = 0;
    std::int64_t place = 0;
    // The interval was under way when the program ended: what it did is found again, not doubled.
    bool resumed = false;
    std::int64_t run = 0;  // that it had begun by then; 0: none is known
    // As in StepOrder.
    std::function<Result<void>(std::int64_t run)> note_run = {};
    std::shared_ptr<std::atomic<bool>> cancelled = {};
    std::shared_ptr<const std::atomic<bool>> leaving = {};

    // The same for the same try of the same interval.
    std::string key = {};
};
struct IntervalResult {
    bool failed = false;
    std::string message;
    std::int64_t rows = 0;
};

struct BackfillOptions {
    // False: what another process left is not gone on with.
    bool watch = true;
    int at_once = 2;                // of different packages; those of one follow each other
    std::size_t waiting_max = 100;  // more are ResourceExhausted
    std::size_t kept = 1000;
    std::size_t intervals_max = 10'000;  // of one
};

struct BackfillParts {
    std::map<std::string, std::shared_ptr<const os::TimeZone>> zones;  // by package
    os::Database* database = nullptr;
    os::Clock* clock = nullptr;
    // Refuses what cannot be run by intervals: NotFound, InvalidArgument.
    std::function<Result<void>(const BackfillRequest&)> check;
    // Carries an interval out. An Error is a failed interval too.
    std::function<Result<IntervalResult>(const IntervalOrder&)> carry_out;
    // As SchedulerParts::tell: of a backfill that failed.
    std::function<Result<void>(const Notice&)> tell;
    // As SchedulerParts::on_job. May be empty.
    std::function<void(const Backfill&)> on_backfill = {};
};

// All methods: any thread.
class Backfills {
public:
    virtual ~Backfills() = default;
    virtual Result<void> start() = 0;
    // Intervals under way are left; the next start goes on with them.
    virtual void stop() = 0;
    // Its intervals, in order; the errors of submit().
    virtual Result<std::vector<Interval>> plan(const BackfillRequest& request) = 0;
    // Durable when it returns. InvalidArgument, NotFound, ResourceExhausted.
    virtual Result<Backfill> submit(const BackfillRequest& request) = 0;
    virtual Result<Backfill> show(std::int64_t id) = 0;
    virtual Result<std::vector<Backfill>> list(std::int64_t limit) = 0;  // newest first
    // In order, those behind that place.
    virtual Result<std::vector<BackfillInterval>> intervals(
        std::int64_t id, std::int64_t after, std::int64_t limit
    ) = 0;
    // Until it is over, or the time (real) is up.
    virtual Result<Backfill> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Conflict: it is over.
    virtual Result<Backfill> cancel(std::int64_t id) = 0;
    // Goes on with the first interval that is not done. Conflict: it succeeded, or is under way.
    virtual Result<Backfill> resume(std::int64_t id) = 0;
};

Result<std::unique_ptr<Backfills>> open_backfills(BackfillOptions options, BackfillParts parts);

}  // namespace tradewind::schedule
