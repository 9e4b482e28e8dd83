// Time comes from a Clock, so that a simulation can own it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/ids.h"

namespace tradewind::os {

class Clock {
public:
    virtual ~Clock() = default;
    // Wall-clock time, UTC; may jump.
    virtual Timestamp now() = 0;
    // Microseconds from some start; never goes back.
    virtual std::int64_t monotonic_us() = 0;
};

std::unique_ptr<Clock> make_system_clock();

// Stands still until told to move. For tests and simulations; any thread.
class ManualClock : public Clock {
public:
    explicit ManualClock(Timestamp start) : now_us_(start.micros) {}
    Timestamp now() override { return Timestamp{now_us_.load()}; }
    std::int64_t monotonic_us() override { return elapsed_us_.load(); }
    // Time goes by.
    void advance_us(std::int64_t micros) {
        now_us_ += micros;
        elapsed_us_ += micros;
    }
    // Somebody sets the clock.
    void set(Timestamp at) { now_us_ = at.micros; }

private:
    std::atomic<std::int64_t> now_us_;
    std::atomic<std::int64_t> elapsed_us_{0};
};

}  // namespace tradewind::os
