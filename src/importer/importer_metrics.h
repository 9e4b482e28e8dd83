// What the importer counts.
#pragma once

#include <map>
#include <string>

#include "base/metrics.h"
#include "importer/importer.h"

namespace tradewind::importer {

// Any thread.
class ImporterMetrics {
public:
    explicit ImporterMetrics(MetricsRegistry& registry);
    void set_waiting(std::size_t count) { waiting_.set(static_cast<std::int64_t>(count)); }
    void count(const Import& ended, int retry_count);

private:
    MetricsRegistry& registry_;
    Gauge& waiting_;
    Counter& retries_;
    Histogram& seconds_;
};

}  // namespace tradewind::importer
