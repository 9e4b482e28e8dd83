#include "api/call_metrics.h"

#include <utility>

#include "base/check.h"

namespace tradewind::api {

OperationMetrics::OperationMetrics(MetricsRegistry& registry, std::string operation)
    : registry_(registry),
      operation_(std::move(operation)),
      duration_(registry.histogram(
          "tradewind_api_request_seconds",
          "Time from the whole request to its answer.",
          {{"operation", operation_}}
      )) {}

void OperationMetrics::count(int status, std::int64_t duration_us) {
    counter(status).add();
    duration_.observe_us(duration_us);
}

Counter& OperationMetrics::counter(int status) {
    CHECK(status >= status_first && status < status_first + status_count);
    std::atomic<Counter*>& slot = by_status_[static_cast<std::size_t>(status - status_first)];
    Counter* known = slot.load(std::memory_order_acquire);
    if (known == nullptr) {
        known = &registry_.counter(
            "tradewind_api_requests_total",
            "Answers by operation and status.",
            {{"operation", operation_}, {"status", std::to_string(status)}}
        );
        slot.store(known, std::memory_order_release);
    }
    return *known;
}

}  // namespace tradewind::api
