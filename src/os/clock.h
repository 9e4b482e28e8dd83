// Time comes from a Clock, so that a simulation can own it.
#pragma once

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

// Stands still until told to move. For tests and simulations; not thread-safe.
class ManualClock : public Clock {
public:
    explicit ManualClock(Timestamp start) : now_(start) {}
    Timestamp now() override { return now_; }
    std::int64_t monotonic_us() override { return elapsed_us_; }
    void advance_us(std::int64_t micros) {
        now_.micros += micros;
        elapsed_us_ += micros;
    }

private:
    Timestamp now_;
    std::int64_t elapsed_us_ = 0;
};

}  // namespace tradewind::os
