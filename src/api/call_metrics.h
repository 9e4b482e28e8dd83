// What is counted of each operation: answers by status, and how long they took.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "base/metrics.h"

namespace tradewind::api {

// Any thread. Counters of statuses appear in the registry when first needed, then cost no look-up.
class OperationMetrics {
public:
    OperationMetrics(MetricsRegistry& registry, std::string operation);
    void count(int status, std::int64_t duration_us);

private:
    static constexpr int status_first = 100;
    static constexpr int status_count = 500;

    Counter& counter(int status);

    MetricsRegistry& registry_;
    std::string operation_;
    Histogram& duration_;
    std::array<std::atomic<Counter*>, status_count> by_status_{};
};

}  // namespace tradewind::api
