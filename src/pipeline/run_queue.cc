#include "pipeline/run_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tradewind::pipeline {

namespace {

bool overlap(const Run& a, const Run& b) {
    if (a.package == b.package) return true;
    return std::ranges::any_of(a.assets, [&](const AssetRun& one) {
        return std::ranges::find(b.assets, one.asset, &AssetRun::asset) != b.assets.end();
    });
}

}  // namespace

Result<void> RunQueue::add(const std::function<Result<JobPointer>()>& record) {
    std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::Unavailable, "the platform is stopping");
    if (waiting_.size() >= waiting_max_) {
        return Error(ErrorCode::ResourceExhausted, "too many runs wait already")
            .with_hint("Wait until some of them are done, or cancel them.");
    }
    waiting_.push_back(TRY(record()));
    changed_.notify_all();
    return {};
}

JobPointer RunQueue::take_locked() {
    for (auto waiting = waiting_.begin(); waiting != waiting_.end(); ++waiting) {
        const Run run = (*waiting)->snapshot();
        const bool held = std::ranges::any_of(running_, [&](const JobPointer& job) {
            return overlap(run, job->snapshot());
        });
        if (held) continue;
        JobPointer job = *waiting;
        waiting_.erase(waiting);
        running_.push_back(job);
        return job;
    }
    return nullptr;
}

JobPointer RunQueue::take() {
    std::unique_lock lock(mutex_);
    JobPointer job;
    changed_.wait(lock, [&] { return stopping_ || (job = take_locked()) != nullptr; });
    return job;
}

void RunQueue::done(const JobPointer& job) {
    std::lock_guard lock(mutex_);
    std::erase(running_, job);
    changed_.notify_all();
}

Result<bool> RunQueue::withdraw(
    std::int64_t run, const std::function<Result<void>(const RunJob&)>& record
) {
    std::lock_guard lock(mutex_);
    const auto waiting =
        std::ranges::find_if(waiting_, [&](const JobPointer& job) { return job->id == run; });
    if (waiting == waiting_.end()) return false;
    TRY(record(**waiting));
    waiting_.erase(waiting);
    changed_.notify_all();
    return true;
}

JobPointer RunQueue::find_locked(std::int64_t run) const {
    const auto is_it = [&](const JobPointer& job) { return job->id == run; };
    const auto running = std::ranges::find_if(running_, is_it);
    if (running != running_.end()) return *running;
    const auto waiting = std::ranges::find_if(waiting_, is_it);
    return waiting == waiting_.end() ? nullptr : *waiting;
}

JobPointer RunQueue::find(std::int64_t run) const {
    std::lock_guard lock(mutex_);
    return find_locked(run);
}

bool RunQueue::busy(const std::string& package) const {
    std::lock_guard lock(mutex_);
    const auto of_package = [&](const JobPointer& job) { return job->package == package; };
    return std::ranges::any_of(running_, of_package) || std::ranges::any_of(waiting_, of_package);
}

JobPointer RunQueue::only_one(const std::string& package) const {
    std::lock_guard lock(mutex_);
    const auto of_package = [&](const JobPointer& job) { return job->package == package; };
    if (std::ranges::any_of(waiting_, of_package)) return nullptr;
    const auto running = std::ranges::find_if(running_, of_package);
    return running == running_.end() ? nullptr : *running;
}

void RunQueue::wait_for_end(std::int64_t run, std::int64_t timeout_us) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return stopping_ || find_locked(run) == nullptr;
    });
}

bool RunQueue::wait_until_idle(std::int64_t timeout_us) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return stopping_ || (running_.empty() && waiting_.empty());
    });
}

bool RunQueue::wait_for_stop(std::int64_t timeout_us) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return stopping_;
    });
}

void RunQueue::stop() {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const JobPointer& job : running_) {
        job->cut_off = !*job->cancelled;
        *job->cancelled = true;
    }
    changed_.notify_all();
}

}  // namespace tradewind::pipeline
