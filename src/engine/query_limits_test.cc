// The limits of a user query: rows, time, memory, and its client's patience. The API answers by the
// code alone: DeadlineExceeded is 408, ResourceExhausted 422.
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "engine/engine_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* endless =
    "SELECT count(*) FROM range(1000000000000000) a WHERE a.range % 7 = 8";

class QueryLimitsTest : public EngineTest {
protected:
    std::string limited(const std::string& sql, QueryRequest request) {
        return run_query(*engine, sql, ResultFormat::Csv, std::move(request));
    }
    // The process's memory now, in MiB.
    static std::int64_t resident_mib() {
        std::ifstream status("/proc/self/statm");
        std::int64_t all = 0;
        std::int64_t resident = 0;
        status >> all >> resident;
        return resident * 4096 / (1 << 20);
    }
};

// Rows beyond the limit are cut off and the result says so; exactly as many are no truncation.
TEST_F(QueryLimitsTest, Rows) {
    for (const std::int64_t limit : {0, 1, 2047, 2048, 2049, 5000, 5001}) {
        QueryRequest request;
        request.sql = "SELECT range FROM range(5000)";
        request.rows_max = limit;
        auto result = MUST(engine->query(request));
        std::string out;
        std::int64_t count = 0;
        while (const std::int64_t more = MUST(result->append_rows(ResultFormat::Csv, out)))
            count += more;
        EXPECT_EQ(count, std::min<std::int64_t>(limit, 5000)) << limit;
        EXPECT_EQ(result->truncated(), limit < 5000) << limit;
    }
    QueryRequest all;
    EXPECT_EQ(limited("SELECT range FROM range(30000)", all).size(), 168'890u);
    QueryRequest negative;
    negative.rows_max = -1;
    EXPECT_THAT(limited("SELECT 1", negative), StartsWith("invalid_argument: the row limit"));
    QueryRequest no_time;
    no_time.timeout_us = 0;
    EXPECT_THAT(limited("SELECT 1", no_time), StartsWith("invalid_argument: the time limit"));
}

// Whatever a query does when its time is up, it ends, and says that it was the time.
TEST_F(QueryLimitsTest, Time) {
    for (const char* sql : {
             endless,
             "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM "
             "r",
             "SELECT count(*) FROM range(10000000) a, range(10000000) b",
             "SELECT max(a.range) OVER (ORDER BY b.range) FROM range(3000000) a, range(5) b",
             "SELECT range FROM range(1000000000000000)",
         }) {
        QueryRequest request;
        request.timeout_us = 200'000;
        const auto begun = std::chrono::steady_clock::now();
        const std::string answer = limited(sql, request);
        EXPECT_THAT(answer, StartsWith("deadline_exceeded: the query took longer than")) << sql;
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20)) << sql;
    }
    EXPECT_EQ(query("SELECT 1"), "1\n");
}

// More memory than user SQL may have is an error of that query alone, and stays near the limit.
TEST_F(QueryLimitsTest, Memory) {
    EngineOptions options;
    options.temp_folder = folder.path("small");
    options.memory_bytes_max = 128u << 20;
    options.user_memory_bytes_max = 64u << 20;
    options.temp_bytes_max = 16u << 20;
    MetricsRegistry small_metrics;
    const auto small = MUST(open_engine(options, small_metrics));
    const std::int64_t before = resident_mib();
    for (const char* sql : {
             "SELECT list(range) FROM range(1000000000)",
             "SELECT string_agg(range::VARCHAR, '') FROM range(1000000000)",
             "WITH RECURSIVE r AS (SELECT 'x' AS t UNION ALL SELECT t || t FROM r) "
             "SELECT max(length(t)) FROM r",
         }) {
        EXPECT_THAT(run_query(*small, sql), StartsWith("resource_exhausted: the query needs more"))
            << sql;
    }
    // Far more than the limit, as freed memory is kept for a while by the sanitizer.
    EXPECT_LT(resident_mib() - before, 1024);
    EXPECT_EQ(run_query(*small, "SELECT count(*) FROM range(1000000)"), "1000000\n");
}

// A client that is gone ends its query, before it begins, while it runs, and while it streams.
TEST_F(QueryLimitsTest, Cancel) {
    const auto gone = std::make_shared<std::atomic<bool>>(true);
    QueryRequest request;
    request.timeout_us = 600'000'000;
    request.cancelled = gone;
    EXPECT_THAT(limited("SELECT 1", request), StartsWith("cancelled: "));

    *gone = false;
    std::thread client([&] {
        // The watchdog's own counter tells nothing here: any moment of the query will do.
        *gone = true;
    });
    EXPECT_THAT(limited(endless, request), StartsWith("cancelled: "));
    client.join();

    *gone = false;
    request.sql = "SELECT range FROM range(1000000000000000)";
    auto streaming = MUST(engine->query(request));
    std::string out;
    EXPECT_GT(MUST(streaming->append_rows(ResultFormat::Csv, out)), 0);
    *gone = true;
    Result<std::int64_t> last = std::int64_t{1};
    while (last.ok() && *last > 0) {
        out.clear();
        last = streaming->append_rows(ResultFormat::Csv, out);
    }
    ASSERT_FALSE(last.ok());
    EXPECT_EQ(last.error().code(), ErrorCode::Cancelled);
}

// interrupt() from another thread does the same.
TEST_F(QueryLimitsTest, Interrupt) {
    QueryRequest request;
    request.sql = "SELECT range FROM range(1000000000000000)";
    auto result = MUST(engine->query(request));
    std::thread other([&] { result->interrupt(); });
    other.join();
    Result<std::int64_t> last = std::int64_t{1};
    std::string out;
    for (int i = 0; i < 1000 && last.ok() && *last > 0; ++i) {
        out.clear();
        last = result->append_rows(ResultFormat::Csv, out);
    }
    ASSERT_FALSE(last.ok());
    EXPECT_EQ(last.error().code(), ErrorCode::Cancelled);
}

// A value that cannot be computed is the sender's mistake, also after the first rows.
TEST_F(QueryLimitsTest, FailsInARow) {
    EXPECT_THAT(
        query("SELECT CAST(CASE WHEN range = 9000 THEN 'x' ELSE '1' END AS INTEGER) FROM "
              "range(10000)"),
        AllOf(StartsWith("invalid_argument: "), HasSubstr("'x'"))
    );
}

}  // namespace
}  // namespace tradewind::engine
