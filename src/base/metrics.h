// Counters, gauges and histograms, printed in Prometheus' text format. A Registry is made once by
// the composition root and passed down; metrics live as long as it. All methods: any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradewind {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
public:
    void add(std::int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

// Durations in microseconds, in buckets of powers of two from 64 µs to 67 s.
class Histogram {
public:
    static constexpr int bucket_count = 21;
    void observe_us(std::int64_t micros);
    std::int64_t count() const { return count_.load(std::memory_order_relaxed); }
    // Upper bound of the bucket that holds the quantile, in microseconds.
    std::int64_t quantile_us(double q) const;

private:
    friend class MetricsRegistry;
    std::array<std::atomic<std::int64_t>, bucket_count> buckets_{};
    std::atomic<std::int64_t> count_{0};
    std::atomic<std::int64_t> sum_us_{0};
};

class MetricsRegistry {
public:
    // The same name and labels give the same metric. Names follow Prometheus: tradewind_…_total,
    // …_seconds, …_bytes.
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});
    // A gauge that is asked for its value when printed. The function must outlive the registry's
    // use.
    void gauge_function(
        std::string_view name, std::string_view help, Labels labels, std::function<double()> read
    );

    std::string to_prometheus() const;

private:
    struct Entry;
    Entry& entry(std::string_view name, std::string_view help, const Labels& labels, char kind);

    mutable std::mutex mutex_;
    std::deque<std::shared_ptr<Entry>> entries_;
};

}  // namespace tradewind
