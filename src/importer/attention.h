// What the importing thread must notice while it works or waits: stop, or cancel this import.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tradewind::importer {

// Any thread.
class Attention {
public:
    void stop() {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        raised_.notify_all();
    }
    // False: too late, the import is being published. One that waits for its record does nothing
    // meanwhile, whatever it was about to do.
    bool cancel() {
        std::lock_guard lock(mutex_);
        if (committing_ && !waits_) return false;
        cancelled_ = true;
        raised_.notify_all();
        return true;
    }
    // False: somebody wanted it cancelled, or the importer stops. From then on it cannot be
    // cancelled, not even after a commit that failed: some targets may have published, so it can
    // only go on (stop waits for it).
    bool begin_commit() {
        std::lock_guard lock(mutex_);
        if (wanted()) return false;
        committing_ = true;
        return true;
    }
    // For the next import.
    void clear() {
        std::lock_guard lock(mutex_);
        cancelled_ = false;
        committing_ = false;
        waits_ = false;
    }

    // The import cannot go on until its record can be written.
    void set_waits(bool waits) {
        std::lock_guard lock(mutex_);
        waits_ = waits;
    }
    bool waits() {
        std::lock_guard lock(mutex_);
        return waits_;
    }

    bool stopped() const { return stopped_; }
    bool cancelled() const { return cancelled_; }
    bool wanted() const { return stopped_ || cancelled_; }

    // Returns early when attention is wanted.
    void sleep_us(std::int64_t micros) {
        std::unique_lock lock(mutex_);
        raised_.wait_for(lock, std::chrono::microseconds(micros), [&] { return wanted(); });
    }
    // Returns early on stop alone: for what must be done even when the import is cancelled.
    void sleep_until_stop_us(std::int64_t micros) {
        std::unique_lock lock(mutex_);
        raised_.wait_for(lock, std::chrono::microseconds(micros), [&] { return stopped(); });
    }

private:
    std::atomic<bool> stopped_{false};
    std::atomic<bool> cancelled_{false};
    bool committing_ = false;
    bool waits_ = false;
    std::mutex mutex_;
    std::condition_variable raised_;
};

}  // namespace tradewind::importer
