#include "base/metrics.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace tradewind {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

// HELP and TYPE once a name, its samples together, labels escaped as the format asks.
TEST(Metrics, PrometheusText) {
    MetricsRegistry registry;
    registry
        .counter("tradewind_records_total", "Records, \\ and\nlines.", {{"stream", "a\"b\\c\nd"}})
        .add(3);
    registry.gauge("tradewind_lag", "Lag.").set(-7);
    registry.counter("tradewind_records_total", "ignored", {{"stream", "second"}}).add();
    registry.gauge_function("tradewind_ratio", "Ratio.", {}, [] { return 0.25; });
    registry.gauge_function("tradewind_odd", "Odd.", {}, [] {
        return std::numeric_limits<double>::quiet_NaN();
    });
    EXPECT_EQ(
        registry.to_prometheus(),
        "# HELP tradewind_lag Lag.\n"
        "# TYPE tradewind_lag gauge\n"
        "tradewind_lag -7\n"
        "# HELP tradewind_odd Odd.\n"
        "# TYPE tradewind_odd gauge\n"
        "tradewind_odd NaN\n"
        "# HELP tradewind_ratio Ratio.\n"
        "# TYPE tradewind_ratio gauge\n"
        "tradewind_ratio 0.25\n"
        "# HELP tradewind_records_total Records, \\\\ and\\nlines.\n"
        "# TYPE tradewind_records_total counter\n"
        "tradewind_records_total{stream=\"a\\\"b\\\\c\\nd\"} 3\n"
        "tradewind_records_total{stream=\"second\"} 1\n"
    );
}

// A histogram's buckets are cumulative, in seconds, and end with +Inf, sum and count.
TEST(Metrics, Histogram) {
    MetricsRegistry registry;
    Histogram& histogram = registry.histogram("tradewind_fsync_seconds", "fsync.", {{"disk", "a"}});
    EXPECT_EQ(histogram.quantile_us(0.99), 0);
    for (const std::int64_t us : {-5, 0, 64, 65, 1'000'000, 200'000'000}) histogram.observe_us(us);
    const std::string text = registry.to_prometheus();
    EXPECT_NE(
        text.find("tradewind_fsync_seconds_bucket{disk=\"a\",le=\"6.4e-05\"} 3\n"),
        std::string::npos
    ) << text;
    EXPECT_NE(
        text.find("tradewind_fsync_seconds_bucket{disk=\"a\",le=\"0.000128\"} 4\n"),
        std::string::npos
    );
    EXPECT_NE(
        text.find("tradewind_fsync_seconds_bucket{disk=\"a\",le=\"67.108864\"} 5\n"),
        std::string::npos
    );
    EXPECT_NE(
        text.find("tradewind_fsync_seconds_bucket{disk=\"a\",le=\"+Inf\"} 6\n"), std::string::npos
    );
    EXPECT_NE(text.find("tradewind_fsync_seconds_sum{disk=\"a\"} 201.000129\n"), std::string::npos);
    EXPECT_NE(text.find("tradewind_fsync_seconds_count{disk=\"a\"} 6\n"), std::string::npos);
    EXPECT_EQ(count_of(text, "_bucket"), static_cast<std::size_t>(Histogram::bucket_count) + 1);
    EXPECT_EQ(histogram.quantile_us(0.5), 64);
    EXPECT_EQ(histogram.quantile_us(0.6), 128);
    EXPECT_EQ(histogram.quantile_us(1.0), 64 << 20);
}

// The same name and labels are the same metric, from any thread; nothing is lost.
TEST(Metrics, SharedBetweenThreads) {
    MetricsRegistry registry;
    std::atomic<std::size_t> printed = 0;
    const auto work = [&] {
        for (int i = 0; i < 1000; ++i) {
            registry.counter("tradewind_x_total", "X.", {{"p", std::to_string(i % 3)}}).add();
            if (i % 100 == 0) printed += registry.to_prometheus().size();
            registry.gauge_function("tradewind_f", "F.", {}, [i] { return i; });
        }
    };
    std::thread other(work);
    work();
    other.join();
    EXPECT_GT(printed, 0u);
    EXPECT_EQ(registry.counter("tradewind_x_total", "X.", {{"p", "0"}}).value(), 2 * 334);
}

// A gauge's function may itself ask the registry for metrics.
TEST(Metrics, FunctionMayUseRegistry) {
    MetricsRegistry registry;
    registry.gauge_function("tradewind_f", "F.", {}, [&] {
        return static_cast<double>(registry.counter("tradewind_c_total", "C.").value());
    });
    EXPECT_NE(registry.to_prometheus().find("tradewind_f 0\n"), std::string::npos);
}

// Names that Prometheus would refuse, and one name with two kinds, are bugs and stop the program.
TEST(MetricsDeathTest, RefusesBadNames) {
    MetricsRegistry registry;
    EXPECT_DEATH(registry.counter("with space", ""), "valid_name");
    EXPECT_DEATH(registry.counter("9lives", ""), "valid_name");
    EXPECT_DEATH(registry.counter("x", "", {{"le", "1"}}), "le");
    registry.counter("tradewind_x_total", "");
    EXPECT_DEATH(registry.gauge("tradewind_x_total", ""), "kind");
}

}  // namespace
}  // namespace tradewind
