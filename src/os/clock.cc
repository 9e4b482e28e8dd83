#include "os/clock.h"

#include <chrono>

namespace tradewind::os {

namespace {

class SystemClock : public Clock {
public:
    Timestamp now() override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Timestamp{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
    }
    std::int64_t monotonic_us() override {
        const auto since = std::chrono::steady_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
    }
};

}  // namespace

std::unique_ptr<Clock> make_system_clock() {
    return std::make_unique<SystemClock>();
}

}  // namespace tradewind::os
