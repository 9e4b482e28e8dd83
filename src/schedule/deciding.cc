// What begins now: under the scheduler's lock, durable before it is handed over.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "schedule/fact_watch.h"
#include "schedule/open_scheduler.h"

namespace tradewind::schedule {

namespace {

// Old jobs are looked for once in so many.
constexpr std::int64_t jobs_between_cleanings = 50;

}  // namespace

void OpenScheduler::tick() {
    const std::lock_guard one_at_a_time(ticking_);
    bool news = false;
    {
        const Lock lock(mutex_);
        ++ticks_;
        decide(now());
        news = std::exchange(news_, false);
        work_.notify_all();
        changed_.notify_all();
    }
    if (news && !leaving_->load()) tell_all();
}

void OpenScheduler::decide(Instant at) {
    std::vector<Fresh> fresh;
    if (options_.watch) {
        for (Lane* lane : order_) decide_lane(*lane, at, fresh);
    }
    const auto recorded = record(fresh);
    if (!recorded.ok()) {
        // Nothing of it has begun, and it is due again at the next tick.
        if (std::exchange(trouble_, recorded.error().message()) != recorded.error().message())
            log::error("jobs cannot be recorded", {{"reason", recorded.error().describe()}});
        return;
    }
    trouble_.clear();
    stop_late_jobs(at);
    hand_over(at);
}

void OpenScheduler::decide_lane(Lane& lane, Instant at, std::vector<Fresh>& fresh) {
    if (lane.paused()) return;
    switch (lane.trigger.kind) {
        case Kind::Time:
            return decide_time(lane, at, fresh);
        case Kind::Files:
            return decide_files(lane, at, fresh);
        case Kind::Table:
        case Kind::Run:
            return decide_fact(lane, at, fresh);
        case Kind::Http:
            return;
    }
}

void OpenScheduler::note_trouble(Lane& lane, const Error& error) {
    std::string reason = error.describe();
    if (reason == lane.trouble) return;
    log::warn("a sensor cannot look", {{"sensor", lane.trigger.text()}, {"reason", reason}});
    lane.trouble = std::move(reason);
}

void OpenScheduler::decide_time(Lane& lane, Instant at, std::vector<Fresh>& fresh) {
    const Due due = due_now(lane, at.at, options_.on_time_us);
    if (!due.start && !due.passed) return;
    if (!lane.jobs.empty()) {
        lane.why = "due since " + format_iso(due.first) + "Z; job " +
                   std::to_string(lane.jobs.front()->job.id) + " of it is still under way";
        return;
    }
    Fresh one;
    one.lane = &lane;
    one.memory = lane.memory;
    one.memory.until = due.start ? *due.start : *due.passed;
    if (due.start) {
        Firing firing;
        firing.cause = "at " + format_iso(*due.start) + "Z";
        firing.date = local_date(*lane.trigger.zone, *due.start);
        firing.due_at = *due.start;
        if (due.first < *due.start)
            firing.message = "stands for all that was due since " + format_iso(due.first) + "Z";
        one.job = make_job(lane, firing, at.at);
    } else {
        log::warn(
            "a due time was passed by: catch_up is none",
            {{"schedule", lane.trigger.text()}, {"due", format_iso(*due.passed)}}
        );
    }
    fresh.push_back(std::move(one));
}

void OpenScheduler::decide_files(Lane& lane, Instant at, std::vector<Fresh>& fresh) {
    auto ready = lane.files->tick(at, lane.memory.until);
    for (Examination& one : lane.files->take_examinations())
        tasks_.push_back({&lane, std::move(one)});
    news_ = lane.files->take_news() || news_;
    if (!ready.ok()) {
        return note_trouble(lane, ready.error());
    }
    lane.trouble.clear();
    if (!*ready) return;
    Fresh one;
    one.lane = &lane;
    one.memory = lane.memory;
    one.date = lane.files->record();
    one.job = make_job(lane, {"date " + one.date->date, one.date->date, at.at, "", **ready}, at.at);
    fresh.push_back(std::move(one));
}

void OpenScheduler::decide_fact(Lane& lane, Instant at, std::vector<Fresh>& fresh) {
    if (at.us < lane.next_poll_us || !lane.jobs.empty()) return;
    lane.next_poll_us = at.us + lane.trigger.every_us;
    const auto look = lane.trigger.kind == Kind::Table ? look_at_tables : look_at_runs;
    const auto fact = look(lane.trigger, lane.memory.seen, parts_);
    if (!fact.ok()) {
        return note_trouble(lane, fact.error());
    }
    lane.trouble.clear();
    if (fact->cause.empty() && fact->seen == lane.memory.seen) return;
    Fresh one;
    one.lane = &lane;
    one.memory = lane.memory;
    one.memory.seen = fact->seen;
    if (!fact->cause.empty()) {
        const std::string date = local_date(*lane.trigger.zone, at.at);
        one.job = make_job(lane, {fact->cause, date, at.at, "", fact->params}, at.at);
    }
    fresh.push_back(std::move(one));
}

Result<void> OpenScheduler::record_one(Fresh& one) {
    one.added = false;
    if (!one.job.cause.empty()) one.added = TRY(records_->add(one.job));
    if (one.date) {
        if (one.added) one.date->job = one.job.id;
        TRY(records_->note_started(one.lane->key, *one.date));
    }
    if (one.added && one.job.id % jobs_between_cleanings == 0)
        TRY(records_->forget_old(one.lane->key, now().at, one.memory));
    return records_->remember(one.lane->key, one.memory);
}

Result<void> OpenScheduler::record(std::vector<Fresh>& fresh) {
    if (fresh.empty()) return {};
    TRY(records_->together([&]() -> Result<void> {
        for (Fresh& one : fresh) TRY(record_one(one));
        return {};
    }));
    for (Fresh& one : fresh) {
        Lane& lane = *one.lane;
        lane.memory = one.memory;
        lane.due.reset();
        lane.why.clear();
        if (lane.files) lane.files->read_again();
        if (one.added) enqueue(lane, one.job);
    }
    return {};
}

void OpenScheduler::enqueue(Lane& lane, Job job) {
    auto one = std::make_shared<JobUnderWay>();
    one->lane = &lane;
    one->job = std::move(job);
    show(one->job);
    lane.jobs.push_back(std::move(one));
}

std::string OpenScheduler::held_back(const Lane& lane) const {
    for (const std::string& name : lane.trigger.waits_for) {
        const auto other = lanes_.find({lane.key.package, name});
        if (other == lanes_.end() || other->second->jobs.empty()) continue;
        return "waits for job " + std::to_string(other->second->jobs.front()->job.id) + " of " +
               name;
    }
    return "";
}

void OpenScheduler::hand_over(Instant at) {
    for (Lane* lane : order_) {
        if (lane->jobs.empty() || lane->jobs.front()->handed) continue;
        const Shared& one = lane->jobs.front();
        const std::string why = held_back(*lane);
        if (!why.empty()) {
            if (std::exchange(one->job.message, why) != why) show(one->job);
            continue;
        }
        one->handed = true;
        one->deadline_us = at.us + lane->trigger.timeout_us;
        ready_.push_back(one);
    }
}

void OpenScheduler::stop_late_jobs(Instant at) {
    for (Lane* lane : order_) {
        if (lane->jobs.empty()) continue;
        JobUnderWay& one = *lane->jobs.front();
        if (!one.handed || one.deadline_us == 0 || at.us < one.deadline_us) continue;
        one.timed_out = true;
        one.deadline_us = 0;
        one.stop();
    }
}

}  // namespace tradewind::schedule
