// Runs that wait and runs that are under way: which may begin, and who waits for which.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/run_job.h"

namespace tradewind::pipeline {

using JobPointer = std::shared_ptr<RunJob>;

// Any thread.
class RunQueue {
public:
    explicit RunQueue(std::size_t waiting_max) : waiting_max_(waiting_max) {}

    // `record` makes the run durable before anybody can take it. Unavailable: stopping;
    // ResourceExhausted: too many wait; what `record` fails with.
    Result<void> add(const std::function<Result<JobPointer>()>& record);
    // Waits for one that may begin; null: stopping. The runs of a package follow each other, and no
    // asset is made twice at once.
    JobPointer take();
    void done(const JobPointer& job);

    // Takes out one that waits, once `record` has made durable what becomes of it. False: it does
    // not wait. What `record` fails with.
    Result<bool> withdraw(
        std::int64_t run, const std::function<Result<void>(const RunJob&)>& record
    );

    // Null: it neither waits nor is under way.
    JobPointer find(std::int64_t run) const;
    bool busy(const std::string& package) const;
    // The run of the package that is under way; null: there is none, or others wait for its end.
    JobPointer only_one(const std::string& package) const;
    // Until the run is over, the queue stops, or the time is up.
    void wait_for_end(std::int64_t run, std::int64_t timeout_us);
    // True: no run waits or is under way; false: the time is up.
    bool wait_until_idle(std::int64_t timeout_us);
    // True: the queue stops; false: the time is up.
    bool wait_for_stop(std::int64_t timeout_us);
    // Runs under way are cut off; those that wait are left to the next start.
    void stop();

private:
    JobPointer find_locked(std::int64_t run) const;
    JobPointer take_locked();

    const std::size_t waiting_max_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<JobPointer> waiting_;
    std::vector<JobPointer> running_;
    bool stopping_ = false;
};

}  // namespace tradewind::pipeline
