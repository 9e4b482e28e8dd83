// Outbox<T>: items on their way to somebody who may be slow, away or broken. They wait in a bounded
// queue; a thread of its own hands them over in their order and tries again after what passes. Who
// adds one never waits: what finds no room is dropped, which is told in the log and counted.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/web_client.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

template <typename T>
class Outbox {
public:
    // Unavailable: tried again for as long as it takes; ResourceExhausted: up to attempts_max
    // times; any other error: the item is dropped. It gives up when asked to.
    using HandOver = std::function<Result<void>(const T& item, const os::GiveUp& give_up)>;

    Outbox(
        std::string name,
        const OutboxOptions& options,
        os::Clock& clock,
        Counter& handed_over,
        Counter& dropped,
        HandOver hand_over
    )
        : name_(std::move(name)),
          options_(options),
          clock_(clock),
          handed_over_(handed_over),
          dropped_(dropped),
          hand_over_(std::move(hand_over)),
          thread_([this] { work(); }) {}
    ~Outbox() { stop(); }
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    // Any thread.
    void add(T item, std::size_t bytes) {
        std::lock_guard lock(mutex_);
        if (stopping_ || bytes_ + bytes > options_.bytes_max) {
            drop_one("too many wait already");
            return;
        }
        bytes_ += bytes;
        items_.emplace_back(std::move(item), bytes);
        changed_.notify_all();
    }

    void stop() {
        {
            std::lock_guard lock(mutex_);
            if (stopping_) return;
            stopping_ = true;
            deadline_us_ = clock_.monotonic_us() + options_.stop_timeout_us;
        }
        changed_.notify_all();
        thread_.join();
        if (unsaid_drops_ > 0) tell_drops();
    }

private:
    void work() {
        while (std::optional<T> item = next()) hand_over(*item);
    }

    std::optional<T> next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || !items_.empty(); });
        if (items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front().first));
        bytes_ -= items_.front().second;
        items_.pop_front();
        return item;
    }

    void hand_over(const T& item) {
        const os::GiveUp give_up = [this] { return clock_.monotonic_us() > deadline_us_; };
        std::int64_t delay_us = options_.retry_first_us;
        for (int attempt = 1;; ++attempt) {
            // Whoever was away when all ended is not asked again for each that waits.
            const bool last = stopping_;
            const Result<void> done =
                last && (away_ || give_up())
                    ? Result<void>(Error(ErrorCode::Cancelled, "the platform ended before"))
                    : hand_over_(item, give_up);
            if (done.ok()) return note_success();
            const ErrorCode code = done.error().code();
            const bool again =
                code == ErrorCode::Unavailable ||
                (code == ErrorCode::ResourceExhausted && attempt < options_.attempts_max);
            if (!again || last) {
                away_ = away_ || code == ErrorCode::Unavailable;
                std::lock_guard lock(mutex_);
                return drop_one(done.error().describe());
            }
            note_failure(done.error());
            wait(delay_us);
            delay_us = std::min(2 * delay_us, options_.retry_max_us);
        }
    }

    void wait(std::int64_t delay_us) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::microseconds(delay_us), [&] { return !!stopping_; });
    }

    void note_success() {
        handed_over_.add();
        std::lock_guard lock(mutex_);
        if (failing_) log::info("events are taken again", {{"by", name_}});
        failing_ = false;
        if (unsaid_drops_ > 0) tell_drops();
        said_drop_ = false;
    }

    // The first of a row of failures is told: the others would say the same.
    void note_failure(const Error& error) {
        std::lock_guard lock(mutex_);
        if (!failing_) log::warn("events wait", {{"for", name_}, {"reason", error.describe()}});
        failing_ = true;
    }

    // With the lock held.
    void drop_one(const std::string& reason) {
        dropped_.add();
        if (said_drop_) {
            ++unsaid_drops_;
            return;
        }
        log::warn("an event was dropped", {{"for", name_}, {"reason", reason}});
        said_drop_ = true;
    }
    void tell_drops() {
        log::warn(
            "more events were dropped", {{"for", name_}, {"count", std::exchange(unsaid_drops_, 0)}}
        );
    }

    const std::string name_;  // for the log
    const OutboxOptions options_;
    os::Clock& clock_;
    Counter& handed_over_;
    Counter& dropped_;
    const HandOver hand_over_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<T, std::size_t>> items_;
    std::size_t bytes_ = 0;
    bool failing_ = false;
    bool said_drop_ = false;
    std::size_t unsaid_drops_ = 0;
    bool away_ = false;  // the thread's own: nobody was there at the last attempt
    std::atomic<bool> stopping_{false};
    std::atomic<std::int64_t> deadline_us_{std::numeric_limits<std::int64_t>::max()};
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace tradewind::pipeline
