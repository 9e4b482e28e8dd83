// Counts what is under way, so that a stop can wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tradewind::api {

// Any thread. enter and leave cost one atomic step each: they are on every request's way.
class RequestsUnderWay {
public:
    void enter() { count_.fetch_add(1); }
    void leave() {
        if (count_.fetch_sub(1) == 1 && stopping_.load()) {
            std::lock_guard lock(mutex_);
            none_left_.notify_all();
        }
    }
    bool stopping() const { return stopping_.load(); }
    void begin_stop() { stopping_.store(true); }
    void wait_until_none() {
        std::unique_lock lock(mutex_);
        none_left_.wait(lock, [this] { return count_.load() == 0; });
    }

private:
    std::atomic<std::int64_t> count_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable none_left_;
};

}  // namespace tradewind::api
