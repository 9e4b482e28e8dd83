// What a stream shows on /metrics.
#pragma once

#include <string>

#include "base/metrics.h"

namespace tradewind::stream {

struct StreamMetrics {
    StreamMetrics(MetricsRegistry& registry, const std::string& stream);

    Counter& appended_records;
    Counter& appended_bytes;
    Counter& blocks;
    Counter& failures;
    Counter& damage;
    Histogram& sync_time;
    Gauge& queued_bytes;
    Gauge& durable_position;
    Gauge& segments;
    Gauge& bytes;
};

}  // namespace tradewind::stream
