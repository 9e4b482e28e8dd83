// What people and programs ask of the scheduler.
#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "os/random.h"
#include "schedule/open_scheduler.h"

namespace tradewind::schedule {

namespace {

constexpr std::size_t next_shown = 3;
constexpr std::size_t params_max = 1000;  // of one job
constexpr std::size_t param_bytes_max = 64 << 10;

Error no_such(
    const std::string& package, const std::string& name, std::optional<std::string> near
) {
    return Error(
               ErrorCode::NotFound,
               "package " + package + " has no schedule or sensor '" + name + "'"
    )
        .with_hint(near ? "Did you mean '" + *near + "'?" : "See them with: tradewind schedules");
}

Result<void> check_date(const std::string& date) {
    const bool shape = date.size() == 10 && date[4] == '-' && date[7] == '-';
    if (shape && parse_iso(date).ok()) return {};
    return Error(ErrorCode::InvalidArgument, "'" + date + "' is no date")
        .with_hint("Write it as 2025-07-01.");
}

Result<void> check_params(const std::map<std::string, std::string>& params) {
    bool fine = params.size() <= params_max;
    for (const auto& [name, value] : params)
        fine = fine && !name.empty() && name.size() + value.size() <= param_bytes_max;
    if (fine) return {};
    return Error(ErrorCode::InvalidArgument, "too many or too long params");
}

Result<void> check_call(const Trigger& trigger, const StartRequest& request) {
    if (trigger.kind != Kind::Http)
        return Error(ErrorCode::Conflict, trigger.text() + " does not wait for calls")
            .with_hint("Its kind is " + std::string(to_string(trigger.kind)) + ", not http.");
    for (const auto& [name, value] : request.params) {
        if (trigger.params.empty() ||
            std::ranges::find(trigger.params, name) != trigger.params.end())
            continue;
        const std::vector<std::string_view> known(trigger.params.begin(), trigger.params.end());
        const auto near = nearest(name, known);
        return Error(
                   ErrorCode::InvalidArgument, trigger.text() + " has no parameter '" + name + "'"
        )
            .with_hint(near ? "Did you mean '" + *near + "'?" : "");
    }
    return {};
}

}  // namespace

Result<Lane*> OpenScheduler::find(const std::string& package, const std::string& name) {
    const auto lane = lanes_.find({package, name});
    if (lane != lanes_.end()) return lane->second.get();
    std::vector<std::string_view> known;
    for (const auto& [key, other] : lanes_) {
        if (key.package == package) known.push_back(key.name);
    }
    return no_such(package, name, nearest(name, known));
}

OpenScheduler::Shared OpenScheduler::find_job(std::int64_t id) const {
    for (const Lane* lane : order_) {
        for (const Shared& one : lane->jobs) {
            if (one->job.id == id) return one;
        }
    }
    return nullptr;
}

std::vector<Timestamp> OpenScheduler::next_of(const Lane& lane) const {
    if (lane.paused()) return {};
    std::vector<Timestamp> next;
    const Timestamp now_at = now().at;
    for (const Cron& time : lane.trigger.times) {
        auto due = time.next(std::max(now_at, Timestamp{0}));
        for (std::size_t i = 0; due && i < next_shown; ++i) {
            next.push_back(*due);
            due = time.next(*due);
        }
    }
    std::ranges::sort(next);
    const auto repeated = std::ranges::unique(next);
    next.erase(repeated.begin(), repeated.end());
    if (next.size() > next_shown) next.resize(next_shown);
    return next;
}

Result<std::optional<Job>> OpenScheduler::newest(const Lane& lane) {
    if (!lane.jobs.empty()) return std::optional<Job>(lane.jobs.back()->job);
    auto jobs = TRY(records_->list(lane.key, 1));
    if (jobs.empty()) return std::optional<Job>();
    return std::optional<Job>(std::move(jobs.front()));
}

TriggerStatus OpenScheduler::status_of(const Lane& lane, std::optional<Job> last) {
    TriggerStatus status;
    status.trigger = lane.trigger;
    status.paused = lane.paused();
    status.next = next_of(lane);
    if (!status.paused) status.waiting = lane.files ? lane.files->waiting() : lane.why;
    if (status.waiting.empty() && !lane.jobs.empty() && !lane.jobs.front()->handed)
        status.waiting = lane.jobs.front()->job.message;
    status.last = std::move(last);
    return status;
}

Result<std::vector<TriggerStatus>> OpenScheduler::list() {
    const Lock lock(mutex_);
    std::vector<TriggerStatus> all;
    for (const auto& [key, lane] : lanes_) all.push_back(status_of(*lane, TRY(newest(*lane))));
    return all;
}

Result<TriggerStatus> OpenScheduler::status(const std::string& package, const std::string& name) {
    const Lock lock(mutex_);
    const Lane* lane = TRY(find(package, name));
    return status_of(*lane, TRY(newest(*lane)));
}

// Jobs under way are as they are now, waiting ones with what they wait for.
Result<std::vector<Job>> OpenScheduler::jobs(
    const std::string& package, const std::string& name, std::int64_t limit
) {
    const Lock lock(mutex_);
    const Lane* lane = TRY(find(package, name));
    auto all = TRY(records_->list(lane->key, limit));
    for (Job& job : all) {
        if (const Shared one = find_job(job.id)) job = one->job;
    }
    return all;
}

Result<Job> OpenScheduler::job(std::int64_t id) {
    const Lock lock(mutex_);
    if (const Shared one = find_job(id)) return one->job;
    return records_->show(id);
}

Result<Job> OpenScheduler::wait(std::int64_t id, std::int64_t timeout_us) {
    Lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return leaving_->load() || find_job(id) == nullptr;
    });
    if (const Shared one = find_job(id)) return one->job;
    return records_->show(id);
}

Result<Job> OpenScheduler::add_asked(Lane& lane, Firing firing, std::optional<DateRecord> date) {
    if (lane.left_over) {
        return Error(ErrorCode::Conflict, "a job of " + lane.trigger.text() + " was cut off")
            .with_hint("Start the server: it goes on with it.");
    }
    if (lane.jobs.size() >= options_.waiting_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   std::to_string(lane.jobs.size()) + " jobs of " + lane.trigger.text() + " wait"
        )
            .with_hint("Ask again when some of them are over.");
    }
    Fresh one;
    one.lane = &lane;
    one.memory = lane.memory;
    one.date = std::move(date);
    one.job = make_job(lane, firing, now().at);
    std::vector<Fresh> fresh;
    fresh.push_back(std::move(one));
    TRY(record(fresh));
    if (!fresh.front().added)
        return Error(ErrorCode::Conflict, "there is a job for " + firing.cause + " already");
    hand_over(now());
    work_.notify_all();
    return fresh.front().job;
}

Result<Job> OpenScheduler::ask_for_set(Lane& lane, const StartRequest& request) {
    const Timestamp at = now().at;
    Firing firing;
    firing.date = request.date.empty() ? local_date(*lane.trigger.zone, at) : request.date;
    firing.due_at = at;
    // Trigger and options do not change: no lock while files are read.
    firing.params =
        TRY(whole_set(lane.trigger.files, options_.landing_folder, *parts_.files, firing.date, at));
    firing.params.insert(request.params.begin(), request.params.end());
    const Lock lock(mutex_);
    DateRecord date = TRY(records_->date(lane.key, firing.date));
    firing.cause = "date " + firing.date;
    if (date.state == "started") {
        const auto before = job_of_date(lane, date);
        if (!before || *before == JobState::Succeeded || !is_over(*before)) {
            return Error(
                ErrorCode::Conflict,
                "the set of " + firing.date + " was started before, by job " +
                    std::to_string(date.job)
            );
        }
        firing.cause += ", asked " + format_iso(at) + "Z " + os::random_id().substr(0, 8);
    }
    return add_asked(lane, std::move(firing), std::move(date));
}

// Nothing: the job is no longer known, so nobody can say that it failed.
std::optional<JobState> OpenScheduler::job_of_date(const Lane& lane, const DateRecord& date) {
    if (const Shared one = find_job(date.job)) return one->job.state;
    const auto job = records_->show(date.job);
    if (!job.ok() || job->package != lane.key.package) return std::nullopt;
    return job->state;
}

Result<Job> OpenScheduler::ask(const StartRequest& request) {
    TRY(check_params(request.params));
    if (!request.date.empty()) TRY(check_date(request.date));
    Lane* lane = TRY(find(request.package, request.name));  // lanes stay as they are
    if (lane->trigger.kind == Kind::Files) return ask_for_set(*lane, request);
    if (!request.date.empty())
        return Error(ErrorCode::InvalidArgument, lane->trigger.text() + " has no sets of files")
            .with_hint("A date is for sensors of kind files.");
    const Timestamp at = now().at;
    Firing firing;
    firing.cause = "asked " + format_iso(at) + "Z " + os::random_id().substr(0, 8);
    firing.date = local_date(*lane->trigger.zone, at);
    firing.due_at = at;
    firing.params = request.params;
    const Lock lock(mutex_);
    return add_asked(*lane, std::move(firing), std::nullopt);
}

Result<Job> OpenScheduler::call(const StartRequest& request) {
    const Lane* lane = TRY(find(request.package, request.name));
    TRY(check_call(lane->trigger, request));
    {
        const Lock lock(mutex_);
        if (lane->paused()) return Error(ErrorCode::Conflict, lane->trigger.text() + " is paused");
    }
    return ask(request);
}

Result<TriggerStatus> OpenScheduler::set_paused(const TriggerKey& key, bool paused) {
    const Lock lock(mutex_);
    Lane& lane = *TRY(find(key.package, key.name));
    Memory memory = lane.memory;
    const bool was = lane.paused();
    memory.paused = paused;
    if (was && !paused) {
        memory.until = now().at;
        memory.seen.clear();
    }
    TRY(records_->remember(lane.key, memory));
    lane.memory = std::move(memory);
    lane.due.reset();
    lane.never = false;
    lane.why.clear();
    return status_of(lane, TRY(newest(lane)));
}

Result<TriggerStatus> OpenScheduler::pause(const std::string& package, const std::string& name) {
    return set_paused({package, name}, true);
}

Result<TriggerStatus> OpenScheduler::resume(const std::string& package, const std::string& name) {
    return set_paused({package, name}, false);
}

Result<Job> OpenScheduler::cancel(std::int64_t id) {
    const Lock lock(mutex_);
    const Shared one = find_job(id);
    if (one == nullptr) {
        const Job job = TRY(records_->show(id));
        return Error(
            ErrorCode::Conflict, "job " + std::to_string(id) + " is over: " + to_string(job.state)
        );
    }
    if (one->handed) {
        one->cancel_asked = true;
        one->stop();
        return one->job;
    }
    Job job = one->job;
    for (JobStep& step : job.steps) {
        if (!is_over(step.state)) step.state = JobState::Cancelled;
    }
    job.state = JobState::Cancelled;
    job.message = "cancelled";
    job.finished_at = now().at;
    TRY(records_->finish(job));
    show(job);
    std::erase(one->lane->jobs, one);
    news_ = true;
    changed_.notify_all();
    return job;
}

}  // namespace tradewind::schedule
