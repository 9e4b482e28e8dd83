#include "schedule/lane.h"

#include "base/hash.h"
#include "base/time.h"
#include "os/random.h"

namespace tradewind::schedule {

namespace {

// The latest due time whose moment, put off by its jitter, has come. `last` is the latest of all.
std::optional<Timestamp> latest_ready(const Lane& lane, Timestamp last, Timestamp now) {
    constexpr int looked_at_max = 10'000;
    std::optional<Timestamp> due = last;
    for (int i = 0; due && *due >= *lane.due && i < looked_at_max; ++i) {
        if (due->micros + jitter_of(lane.trigger, *due) <= now.micros) return due;
        due = lane.trigger.times.front().last({due->micros - 1});
    }
    return std::nullopt;
}

}  // namespace

std::int64_t jitter_of(const Trigger& trigger, Timestamp due) {
    if (trigger.jitter_us <= 0) return 0;
    os::Random random(hash64(trigger.text() + "@" + std::to_string(due.micros)));
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(trigger.jitter_us)));
}

Job make_job(const Lane& lane, const Firing& firing, Timestamp now) {
    Job job;
    job.package = lane.trigger.package;
    job.trigger = lane.trigger.name;
    job.cause = firing.cause;
    job.date = firing.date;
    job.message = firing.message;
    job.params = firing.params;
    job.due_at = firing.due_at;
    job.queued_at = now;
    for (const Step& step : lane.trigger.steps) {
        JobStep one;
        one.kind = step.kind;
        job.steps.push_back(std::move(one));
    }
    return job;
}

Due due_now(Lane& lane, Timestamp now, std::int64_t on_time_us) {
    const Cron& time = lane.trigger.times.front();
    // The clock was set back: what has had its job is known by its cause.
    if (lane.memory.until > now) {
        lane.memory.until = now;
        lane.due.reset();
        lane.never = false;
    }
    if (!lane.due && !lane.never) {
        lane.due = time.next(lane.memory.until);
        lane.never = !lane.due;
    }
    Due due;
    if (!lane.due || *lane.due > now) return due;
    due.first = *lane.due;
    const bool all = lane.trigger.catch_up == CatchUp::All;
    const Timestamp last = all ? *lane.due : time.last(now).value_or(*lane.due);
    const auto ready = latest_ready(lane, last, now);
    if (!ready) return due;
    const std::int64_t late_us = now.micros - ready->micros - jitter_of(lane.trigger, *ready);
    const bool too_late = lane.trigger.catch_up == CatchUp::None && late_us > on_time_us;
    if (too_late || *ready <= lane.memory.forgotten_until) {
        due.passed = ready;
    } else {
        due.start = ready;
    }
    return due;
}

}  // namespace tradewind::schedule
