#include "engine/watchdog.h"

#include <algorithm>
#include <chrono>

namespace tradewind::engine {

namespace {
constexpr std::chrono::milliseconds repeat_every{10};
// How long a client may be gone before his query notices.
constexpr std::chrono::milliseconds flag_every{20};
// Without queries the thread sleeps until one comes.
constexpr std::chrono::hours idle_wait{1};
}  // namespace

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::unique_ptr<Watchdog::Guard> Watchdog::watch(
    std::int64_t timeout_us,
    std::shared_ptr<const std::atomic<bool>> cancelled,
    std::function<void()> interrupt
) {
    std::lock_guard lock(mutex_);
    const std::int64_t number = next_number_++;
    const Time deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(timeout_us);
    entries_.emplace(number, Entry{deadline, std::move(cancelled), std::move(interrupt)});
    changed_.notify_all();
    return std::make_unique<Guard>(*this, number);
}

void Watchdog::forget(std::int64_t number) {
    std::lock_guard lock(mutex_);
    entries_.erase(number);
}

// Interrupts what is due; returns when to look again.
Watchdog::Time Watchdog::fire_due(Time now) {
    Time next = now + idle_wait;
    for (const auto& [number, entry] : entries_) next = std::min(next, look_at(entry, now));
    return next;
}

Watchdog::Time Watchdog::look_at(const Entry& entry, Time now) {
    const bool flagged = entry.cancelled != nullptr && *entry.cancelled;
    if (flagged || entry.deadline <= now) {
        entry.interrupt();
        return now + repeat_every;
    }
    return entry.cancelled == nullptr ? entry.deadline : std::min(entry.deadline, now + flag_every);
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const Time next = fire_due(std::chrono::steady_clock::now());
        changed_.wait_until(lock, next);
    }
}

}  // namespace tradewind::engine
