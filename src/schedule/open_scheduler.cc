#include "schedule/open_scheduler.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/text.h"

namespace tradewind::schedule {

namespace {

// A job in whose middle the program ended so often may be the reason for it.
constexpr std::int64_t cut_offs_max = 5;

// What the memory of a trigger is good for; with other times it begins anew.
std::string timing_of(const Trigger& trigger) {
    std::string text = std::string(to_string(trigger.kind)) + " " + trigger.zone->name();
    for (const Cron& time : trigger.times) text += "; " + time.text();
    for (const std::string& table : trigger.tables) text += "; " + table;
    return text + "; " + trigger.run_package + " " + trigger.run_state;
}

// Those that are waited for come before those that wait.
class Ordering {
public:
    explicit Ordering(const std::map<TriggerKey, std::unique_ptr<Lane>>& lanes) : lanes_(lanes) {}
    std::vector<Lane*> all() {
        for (const auto& [key, lane] : lanes_) add(*lane);
        return std::move(order_);
    }

private:
    void add(Lane& lane) {
        if (!seen_.insert(&lane).second) return;
        for (const std::string& name : lane.trigger.waits_for) {
            const auto other = lanes_.find({lane.key.package, name});
            if (other != lanes_.end()) add(*other->second);
        }
        order_.push_back(&lane);
    }

    const std::map<TriggerKey, std::unique_ptr<Lane>>& lanes_;
    std::set<const Lane*> seen_;
    std::vector<Lane*> order_;
};

bool same_steps(const Job& job, const Trigger& trigger) {
    return std::ranges::equal(job.steps, trigger.steps, {}, &JobStep::kind, &Step::kind);
}

}  // namespace

OpenScheduler::OpenScheduler(
    SchedulerOptions options, SchedulerParts parts, std::unique_ptr<Records> records
)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      records_(std::move(records)),
      succeeded_(parts_.metrics->counter(
          "tradewind_jobs_total", "Jobs that are over.", {{"state", "succeeded"}}
      )),
      failed_(parts_.metrics->counter(
          "tradewind_jobs_total", "Jobs that are over.", {{"state", "failed"}}
      )) {}

Result<void> OpenScheduler::make_lanes() {
    auto memories = TRY(records_->memories());
    const Timestamp at = now().at;
    return records_->together([&]() -> Result<void> {
        for (const Trigger& trigger : parts_.triggers) {
            auto lane = std::make_unique<Lane>();
            lane->trigger = trigger;
            lane->key = {trigger.package, trigger.name};
            lane->memory = memories[lane->key];
            if (const std::string timing = timing_of(trigger); lane->memory.timing != timing) {
                lane->memory.timing = timing;
                lane->memory.until = at;
                lane->memory.seen.clear();
                // Its time begins with the first server that knows it.
                if (options_.watch) TRY(records_->remember(lane->key, lane->memory));
            }
            if (trigger.kind == Kind::Files)
                lane->files =
                    std::make_unique<FilesWatch>(lane->trigger, options_, *parts_.files, *records_);
            lanes_[lane->key] = std::move(lane);
        }
        return {};
    });
}

// A job that cannot be gone on with.
Result<void> OpenScheduler::give_up(Job job, const std::string& why) {
    for (JobStep& step : job.steps) {
        if (is_over(step.state)) continue;
        step.state = step.state == JobState::Running ? JobState::CutOff : JobState::Skipped;
        step.message = step.state == JobState::CutOff ? "the program ended" : "";
        step.finished_at = now().at;
    }
    job.state = JobState::CutOff;
    job.message = why;
    job.finished_at = now().at;
    log::warn("a job was cut off", {{"job", job.id}, {"reason", why}});
    return records_->finish(job);
}

Result<void> OpenScheduler::take_up(Job job) {
    const auto found = lanes_.find({job.package, job.trigger});
    if (found == lanes_.end())
        return give_up(std::move(job), "the program ended, and the schedule is no more");
    Lane& lane = *found->second;
    if (!options_.watch) {
        lane.left_over = true;
        return {};
    }
    if (!same_steps(job, lane.trigger))
        return give_up(std::move(job), "the program ended, and its steps are others now");
    const bool begun = job.state == JobState::Running;
    const bool none = lane.trigger.kind == Kind::Time && lane.trigger.catch_up == CatchUp::None;
    if (none && (begun || now().at.micros - job.due_at.micros > options_.on_time_us))
        return give_up(std::move(job), "the program ended, and catch_up is none");
    if (begun) {
        if (++job.cut_offs > cut_offs_max)
            return give_up(std::move(job), "the program ended in its middle again and again");
        job.message = "the program ended in its middle; it is gone on with";
        TRY(records_->update(job));
    }
    enqueue(lane, std::move(job));
    lane.jobs.back()->resumed = begun;
    return {};
}

Result<void> OpenScheduler::take_up_jobs() {
    for (Job& job : TRY(records_->unfinished())) TRY(take_up(std::move(job)));
    return {};
}

Result<void> OpenScheduler::start() {
    TRY(make_lanes());
    order_ = Ordering(lanes_).all();
    TRY(take_up_jobs());
    for (int i = 0; i < options_.jobs_at_once; ++i) threads_.emplace_back([this] { work(); });
    threads_.emplace_back([this] { examine_files(); });
    if (options_.own_thread) threads_.emplace_back([this] { loop(); });
    return {};
}

void OpenScheduler::stop() {
    {
        const Lock lock(mutex_);
        leaving_->store(true);
        for (const auto& [key, lane] : lanes_) {
            for (const Shared& one : lane->jobs) one->stop();
        }
        wake_.notify_all();
        work_.notify_all();
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void OpenScheduler::loop() {
    while (!leaving_->load()) {
        tick();
        Lock lock(mutex_);
        wake_.wait_for(lock, std::chrono::microseconds(options_.look_us), [&] {
            return woken_ || leaving_->load();
        });
        woken_ = false;
    }
}

bool OpenScheduler::settle(std::int64_t timeout_us) {
    Lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return busy_ == 0 && ready_.empty() && tasks_.empty();
    });
}

Result<std::unique_ptr<Scheduler>> open_scheduler(SchedulerOptions options, SchedulerParts parts) {
    TRY(check_circles(parts.triggers, parts.kinds));
    auto records = TRY(Records::open(*parts.database, options.jobs_kept));
    return std::unique_ptr<Scheduler>(
        std::make_unique<OpenScheduler>(std::move(options), std::move(parts), std::move(records))
    );
}

}  // namespace tradewind::schedule
