#include <cstdlib>

#include "crawl/test_kit.h"

namespace tradewind::crawl {

namespace {

using Instacart = testing::CrawlTest;

TEST_F(Instacart, TheRealSampleHasTheRightTypesAndRows) {
    // Proves on real files that ids are numbers, names text with their quotes, and all rows are
    // there.
    const char* set = std::getenv("TRADEWIND_TEST_DATA");
    const std::string data = set != nullptr ? set : TRADEWIND_ROOT "/../shared/data";
    if (!std::filesystem::exists(data + "/instacart"))
        GTEST_SKIP() << "no " << data << "/instacart";
    for (const char* part : {"combined", "reference"}) {
        for (const auto& entry : std::filesystem::directory_iterator(data + "/instacart/" + part)) {
            std::filesystem::create_directories(in("instacart"));
            std::filesystem::copy(
                entry.path(), in("instacart/" + entry.path().filename().string())
            );
        }
    }
    const CrawlReport report = crawl();
    EXPECT_TRUE(report.findings.empty());
    for (const auto& table : report.tables) EXPECT_EQ(table.problem, "") << table.name.text();
    EXPECT_EQ(
        columns("products"),
        "product_id BIGINT, product_name STRING, aisle_id BIGINT, department_id BIGINT"
    );
    EXPECT_EQ(query("SELECT count(*) FROM raw.products"), "49688\n");
    EXPECT_EQ(table("products").version.row_count, 49'688);
    EXPECT_EQ(query("SELECT count(*) FROM raw.products WHERE product_name LIKE '%\\\"%'"), "120\n");
    EXPECT_EQ(
        columns("orders"),
        "order_id BIGINT, user_id BIGINT, eval_set STRING, order_number BIGINT, order_dow BIGINT, "
        "order_hour_of_day BIGINT, days_since_prior_order DECIMAL(18,1)"
    );
    EXPECT_EQ(query("SELECT count(*), count(DISTINCT user_id) FROM raw.orders"), "17968,1064\n");
    EXPECT_EQ(query("SELECT count(*) - count(days_since_prior_order) FROM raw.orders"), "1064\n");
    EXPECT_EQ(query("SELECT count(*) FROM raw.order_products"), "164800\n");
    EXPECT_EQ(query("SELECT count(*) FROM raw.aisles"), "134\n");
    EXPECT_EQ(query("SELECT count(*) FROM raw.departments"), "21\n");
}

}  // namespace

}  // namespace tradewind::crawl
