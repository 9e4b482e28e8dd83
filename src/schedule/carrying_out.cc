// Jobs on the workers' threads: one step after another, each durable before and after.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "schedule/open_scheduler.h"

namespace tradewind::schedule {

namespace {

bool has_failed(const Job& job) {
    return std::ranges::any_of(job.steps, [](const JobStep& step) {
        return step.state == JobState::Failed;
    });
}

bool is_handler(const Step& step) {
    return step.when == When::Failure || step.when == When::Always;
}

JobState state_of(const Job& job) {
    bool cancelled = false;
    bool succeeded = false;
    for (const JobStep& step : job.steps) {
        if (step.state == JobState::Failed) return JobState::Failed;
        cancelled = cancelled || step.state == JobState::Cancelled;
        succeeded = succeeded || step.state == JobState::Succeeded;
    }
    if (cancelled) return JobState::Cancelled;
    return succeeded ? JobState::Succeeded : JobState::Skipped;
}

std::string message_of(const Job& job) {
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        const JobStep& step = job.steps[i];
        if (step.state == JobState::Failed)
            return "step " + std::to_string(i + 1) + " (" + step.kind + "): " + step.message;
    }
    for (const JobStep& step : job.steps) {
        if (step.state == JobState::Cancelled) return "cancelled";
    }
    return job.steps.empty() ? "" : job.steps.back().message;
}

void over(JobStep& step, JobState state, std::string message) {
    step.state = state;
    step.message = std::move(message);
}

}  // namespace

void OpenScheduler::work() {
    Lock lock(mutex_);
    while (true) {
        work_.wait(lock, [&] { return leaving_->load() || !ready_.empty(); });
        if (leaving_->load()) return;
        const Shared one = ready_.front();
        ready_.pop_front();
        ++busy_;
        lock.unlock();
        carry_out(one);
        lock.lock();
        --busy_;
        changed_.notify_all();
    }
}

void OpenScheduler::examine_files() {
    Lock lock(mutex_);
    while (true) {
        work_.wait(lock, [&] { return leaving_->load() || !tasks_.empty(); });
        if (leaving_->load()) return;
        const Task task = tasks_.front();
        tasks_.pop_front();
        ++busy_;
        lock.unlock();
        auto verdict = examine_file(
            *parts_.files, task.examination.file.path, task.examination.count, *leaving_
        );
        lock.lock();
        if (verdict.ok()) {
            task.lane->files->examined(task.examination.file, *verdict);
        } else {
            task.lane->files->examined(
                task.examination.file, {"cannot be read: " + verdict.error().message(), {}}
            );
        }
        --busy_;
        woken_ = true;
        wake_.notify_all();
        changed_.notify_all();
    }
}

// A write that fails (a full disk) is tried again at each tick; the job stands still meanwhile.
// False: the program ends.
bool OpenScheduler::durable(const std::function<Result<void>()>& write) {
    bool told = false;
    while (true) {
        const auto written = write();
        if (written.ok()) return true;
        if (!std::exchange(told, true))
            log::error("a job cannot be recorded", {{"reason", written.error().describe()}});
        Lock lock(mutex_);
        const std::int64_t tick = ticks_;
        --busy_;
        changed_.notify_all();
        work_.wait(lock, [&] { return leaving_->load() || ticks_ != tick; });
        ++busy_;
        if (leaving_->load()) return false;
    }
}

void OpenScheduler::publish(const Shared& one, const Job& job) {
    const Lock lock(mutex_);
    one->job = job;
    show(job);
    changed_.notify_all();
}

void OpenScheduler::carry_out(const Shared& one) {
    Job job;
    {
        const Lock lock(mutex_);
        job = one->job;
    }
    if (job.state == JobState::Waiting) {
        job.state = JobState::Running;
        job.started_at = now().at;
        job.message.clear();
        if (!durable([&] { return records_->update(job); })) return;
        publish(one, job);
    }
    for (std::size_t place = 0; place < job.steps.size(); ++place) {
        if (leaving_->load()) return;
        if (!is_over(job.steps[place].state) && !carry_out_step(one, job, place)) return;
    }
    end(one, std::move(job));
}

// What is decided of a step without carrying it out.
bool OpenScheduler::is_over_before(const Shared& one, Job& job, std::size_t place) {
    const Step& declared = one->lane->trigger.steps[place];
    JobStep& step = job.steps[place];
    const bool failed = has_failed(job);
    const std::string time_up =
        "the job's time of " + format_duration_us(one->lane->trigger.timeout_us) + " was up";
    {
        const Lock lock(mutex_);
        if (one->cancel_asked) {
            over(step, JobState::Cancelled, "cancelled");
            return true;
        }
        if (one->timed_out && !is_handler(declared)) {
            over(step, failed ? JobState::Skipped : JobState::Failed, time_up);
            return true;
        }
        if (one->timed_out && one->deadline_us == 0) {
            one->cancelled = std::make_shared<std::atomic<bool>>(leaving_->load());
            one->deadline_us = now().us + options_.handlers_timeout_us;
        }
    }
    if (step.state == JobState::Running) return false;  // it had begun
    const bool handles = declared.when == When::Failure;
    if (declared.when != When::Always && handles != failed) {
        over(step, JobState::Skipped, handles ? "nothing failed" : "a step before it failed");
        return true;
    }
    if (declared.when != When::Condition) return false;
    const auto holds = parts_.holds(declared.condition);
    if (!holds.ok()) {
        over(step, JobState::Failed, "its condition: " + holds.error().describe());
    } else if (!*holds) {
        over(step, JobState::Skipped, "its condition does not hold");
    }
    return is_over(step.state);
}

StepOrder OpenScheduler::order_for(const Shared& one, const Job& job, std::size_t place) {
    const Trigger& trigger = one->lane->trigger;
    StepOrder order{
        trigger, trigger.steps[place], job.id, place + 1, job.due_at, job.date, job.params
    };
    order.resumed = one->resumed;
    order.runs = job.steps[place].runs;
    order.leaving = leaving_;
    const Lock lock(mutex_);
    order.cancelled = one->cancelled;
    return order;
}

// False: the program ends, and the step is left as it is.
bool OpenScheduler::carry_out_step(const Shared& one, Job& job, std::size_t place) {
    if (is_over_before(one, job, place)) {
        publish(one, job);
        return true;
    }
    JobStep& step = job.steps[place];
    if (step.state == JobState::Waiting) {
        one->resumed = false;
        step.state = JobState::Running;
        step.started_at = now().at;
        if (!durable([&] { return records_->update(job, place); })) return false;
        publish(one, job);
    }
    StepOrder order = order_for(one, job, place);
    order.note_run = [&](std::int64_t run) -> Result<void> {
        step.runs.push_back(run);
        TRY(records_->update(job, place));
        publish(one, job);
        return {};
    };
    const auto kind = std::ranges::find(parts_.kinds, step.kind, &StepKind::name);
    CHECK(kind != parts_.kinds.end());  // read_triggers saw it
    return conclude(one, job, place, (*kind)->carry_out(order));
}

bool OpenScheduler::conclude(
    const Shared& one, Job& job, std::size_t place, Result<StepResult> outcome
) {
    const bool good = outcome.ok() && !outcome->failed;
    if (!good && leaving_->load()) return false;
    JobStep& step = job.steps[place];
    bool cancelled = false;
    bool timed_out = false;
    {
        const Lock lock(mutex_);
        cancelled = one->cancel_asked;
        timed_out = one->timed_out && one->deadline_us == 0;
        one->resumed = false;
    }
    if (good) {
        over(step, JobState::Succeeded, outcome->message);
    } else if (cancelled) {
        over(step, JobState::Cancelled, "cancelled");
    } else if (timed_out) {
        const std::int64_t given_us = one->lane->trigger.timeout_us;
        over(step, JobState::Failed, "timed out after " + format_duration_us(given_us));
    } else if (outcome.ok()) {
        over(step, JobState::Failed, outcome->message);
        step.notice = outcome->notice;
    } else {
        over(step, JobState::Failed, outcome.error().describe());
    }
    step.finished_at = now().at;
    if (!durable([&] { return records_->update(job, place); })) return false;
    publish(one, job);
    return true;
}

void OpenScheduler::end(const Shared& one, Job job) {
    job.state = state_of(job);
    job.message = message_of(job);
    job.finished_at = now().at;
    if (!durable([&] { return records_->finish(job); })) return;
    (job.state == JobState::Failed ? failed_ : succeeded_).add();
    log::info(
        "a job is over",
        {{"job", job.id},
         {"schedule", job.package + ":" + job.trigger},
         {"state", to_string(job.state)}}
    );
    const Lock lock(mutex_);
    one->job = std::move(job);
    show(one->job);
    std::erase(one->lane->jobs, one);
    news_ = true;
    woken_ = true;
    wake_.notify_all();
    changed_.notify_all();
}

}  // namespace tradewind::schedule
