// What runs by itself: schedules (by the clock) and sensors (by files, tables, runs or a call) that
// start jobs, and a job is a list of steps. What a step does is lent by others (StepKind).
//
// Whatever happens, one due time, and one date of a set of files, is started once: a job is durable
// before anything of it begins. A program that ends in the middle goes on, at its next start, with
// the step that was under way. Backfills (schedule/backfill.h) and what jobs are (schedule/job.h)
// belong to this door.
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
#include "base/metrics.h"
#include "base/result.h"
#include "base/yaml.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/time_zone.h"
#include "package/package.h"
#include "schedule/backfill.h"
#include "schedule/cron.h"
#include "schedule/job.h"

namespace tradewind::schedule {

// ---------------------------------------------------------------- as declared

// Time: a schedule. The others are sensors.
enum class Kind { Time, Files, Table, Run, Http };
const char* to_string(Kind kind);  // "schedule", "files", …

// What becomes of due times that passed while the program was down, the machine asleep or the job
// before still under way.
enum class CatchUp { None, Last, All };
const char* to_string(CatchUp catch_up);

// Condition: an SQL statement whose first value is true.
enum class When { Success, Failure, Always, Condition };

struct Step {
    std::string kind;     // "run", "crawl", …
    yaml::Node argument;  // Null: the bare word
    When when = When::Success;
    std::string condition;  // SQL
    SourceLocation at;
};

// A set of files that is there once a date. Names are below `folder`; each also fits with .gz or
// .zst at its end; {date} stands for 2025-07-01 or 20250701.
struct WatchedFiles {
    std::string folder;                           // below landing; "": landing itself
    std::map<std::string, std::string> patterns;  // parameter → name
    std::string manifest;                         // "": none
    bool ask = false;                             // late sets: ask before starting
    std::int64_t settle_us = 5'000'000;           // unchanged for so long
};

struct Trigger {
    std::string package;
    std::string name;
    std::string description;
    Kind kind = Kind::Time;
    std::shared_ptr<const os::TimeZone> zone;
    std::vector<Cron> times;  // Time: one; Files: the scans
    CatchUp catch_up = CatchUp::Last;
    std::int64_t jitter_us = 0;  // each due time is put off by less than that
    bool paused = false;         // until somebody says otherwise
    std::int64_t timeout_us = 7'200'000'000;
    std::vector<std::string> waits_for;  // names in the package
    WatchedFiles files;
    std::vector<std::string> tables;      // Table: "raw.orders"
    std::int64_t every_us = 10'000'000;   // Table, Run: looked at that often
    std::string run_package;              // Run
    std::string run_state = "succeeded";  // Run: succeeded, failed, any
    std::vector<std::string> params;      // Http: what a call may give; empty: anything
    std::vector<Step> steps;
    SourceLocation at;

    std::string text() const { return package + ":" + name; }
};

// ---------------------------------------------------------------- steps

struct StepOrder {
    const Trigger& trigger;
    const Step& step;
    std::int64_t job = 0;
    std::size_t place = 0;  // among the job's steps, from 1
    Timestamp due_at;
    std::string date = {};  // the local date of due_at, or the files' date
    std::map<std::string, std::string> params = {};
    // The step was under way when the program ended: what it did is to be found again, not doubled.
    bool resumed = false;
    std::vector<std::int64_t> runs = {};  // that it had begun by then
    // To be called before such a run is waited for; durable when it returns.
    std::function<Result<void>(std::int64_t run)> note_run = {};
    // Set, and waiters notified, by a cancel, a time-out, and at the program's end: to be answered
    // with Cancelled, soon.
    std::shared_ptr<std::atomic<bool>> cancelled = {};
    // With it: the program ends. What goes on elsewhere is left to itself.
    std::shared_ptr<const std::atomic<bool>> leaving = {};

    // The same for the same step of the same job, however often it is tried.
    std::string key() const {
        return "job-" + std::to_string(job) + "-step-" + std::to_string(place);
    }
};

struct StepResult {
    bool failed = false;
    std::string message;             // one line: what was done, or what failed
    std::string notice = "failure";  // the kind of notice that its failure is
};

// Any thread.
class StepKind {
public:
    virtual ~StepKind() = default;
    virtual std::string name() const = 0;
    // The argument as declared in that package; InvalidArgument with the place.
    virtual Result<void> check(const std::string& package, const yaml::Node& argument) const = 0;
    // What others may wait for and this brings about: "run <package>", "table <schema.table>".
    virtual std::vector<std::string> effects(
        [[maybe_unused]] const std::string& package, [[maybe_unused]] const yaml::Node& argument
    ) const {
        return {};
    }
    // An Error is a failed step too.
    virtual Result<StepResult> carry_out(const StepOrder& order) = 0;
};

using StepKinds = std::vector<std::shared_ptr<StepKind>>;

// `timezone:`, `schedules:` and `sensors:` of a package.yml. InvalidArgument with the place:
// nonsense in a time, an unknown or missing key, a step of a kind that is not offered, waiting in a
// circle.
Result<std::vector<Trigger>> read_triggers(const package::Package& package, const StepKinds& kinds);
// Sensors of all packages together: InvalidArgument when one starts, through others too, what it
// waits for.
Result<void> check_circles(const std::vector<Trigger>& triggers, const StepKinds& kinds);
// The package's `timezone:`; UTC without one.
Result<std::shared_ptr<const os::TimeZone>> zone_of(const package::Package& package);

// ---------------------------------------------------------------- jobs

struct TriggerStatus {
    Trigger trigger;
    bool paused = false;
    std::vector<Timestamp> next;  // due times or scans to come, the first few
    std::string waiting;          // why what is due has not begun; what files are not there
    std::optional<Job> last;      // the newest job
};
json::Value to_json(const TriggerStatus& status);

// ---------------------------------------------------------------- the scheduler

struct RunFact {
    std::int64_t id = 0;
    std::string package;
    std::string state;  // succeeded, failed, cancelled, skipped; else it is not over
};

struct SchedulerOptions {
    std::string landing_folder;  // absolute
    // False: nothing starts by itself, only what is asked for (a command in its own process).
    bool watch = true;
    // False: nothing happens between calls of tick().
    bool own_thread = true;
    int jobs_at_once = 4;
    std::size_t jobs_kept = 1000;           // of one schedule or sensor
    std::size_t waiting_max = 100;          // of one; more calls are ResourceExhausted
    std::int64_t look_us = 1'000'000;       // the clock is looked at that often: it may jump
    std::int64_t on_time_us = 60'000'000;   // catch_up: none starts what is not later than that
    std::int64_t patience_us = 60'000'000;  // a scan waits so long for files that still grow
    // After a time-out: for the steps that are for failures.
    std::int64_t handlers_timeout_us = 600'000'000;
};

struct SchedulerParts {
    std::vector<Trigger> triggers;
    StepKinds kinds;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;  // any thread
    MetricsRegistry* metrics = nullptr;
    // Durable when it returns. Told again after a failure, or a crash, with the same key.
    std::function<Result<void>(const Notice&)> tell;
    // The newest version's number; 0: none yet.
    std::function<Result<std::int64_t>(const std::string& table)> table_version;
    // Runs with a higher number, in any order.
    std::function<Result<std::vector<RunFact>>(std::int64_t after)> runs_after;
    // The first value of a SELECT is true.
    std::function<Result<bool>(const std::string& sql)> holds;
    // Told of each job as it is now, whenever that changes, under the scheduler's lock: it answers
    // at once and asks the scheduler nothing. May be empty.
    std::function<void(const Job&)> on_job = {};
};

struct StartRequest {
    std::string package;
    std::string name;
    std::string date;  // files sensors: which set; empty: today's
    std::map<std::string, std::string> params;
};

// All methods: any thread.
class Scheduler {
public:
    virtual ~Scheduler() = default;
    // Finds what was cut off, and begins.
    virtual Result<void> start() = 0;
    // Steps under way are left; the next start goes on with them.
    virtual void stop() = 0;
    // Decides what is due by the clock, hands jobs to the workers, tells notices.
    virtual void tick() = 0;
    // Waits until no worker can go on without another tick. False: the time (real) is up.
    virtual bool settle(std::int64_t timeout_us) = 0;

    virtual Result<std::vector<TriggerStatus>> list() = 0;
    virtual Result<TriggerStatus> status(const std::string& package, const std::string& name) = 0;
    // Newest first.
    virtual Result<std::vector<Job>> jobs(
        const std::string& package, const std::string& name, std::int64_t limit
    ) = 0;
    virtual Result<Job> job(std::int64_t id) = 0;
    // Until it is over, or the time (real) is up.
    virtual Result<Job> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Somebody asks for a job; it is durable. NotFound; Conflict: the date's set was started
    // before, or is not whole; ResourceExhausted.
    virtual Result<Job> ask(const StartRequest& request) = 0;
    // The same by the call that an http sensor waits for. Conflict: paused, or of another kind.
    virtual Result<Job> call(const StartRequest& request) = 0;
    // Durable. What was due while it was paused is not made up for.
    virtual Result<TriggerStatus> pause(const std::string& package, const std::string& name) = 0;
    virtual Result<TriggerStatus> resume(const std::string& package, const std::string& name) = 0;
    // Conflict: it is over.
    virtual Result<Job> cancel(std::int64_t id) = 0;
};

Result<std::unique_ptr<Scheduler>> open_scheduler(SchedulerOptions options, SchedulerParts parts);

}  // namespace tradewind::schedule
