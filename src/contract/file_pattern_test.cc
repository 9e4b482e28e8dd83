// Which files a source takes by the names they have.
#include <gtest/gtest.h>

#include "base/time.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

// A pattern without folders speaks of the name alone, in any case, packed or not.
TEST(FilePattern, ANameAlone) {
    EXPECT_TRUE(file_fits("orders_2024.csv", "orders*.csv"));
    EXPECT_TRUE(file_fits("/data/x/Orders.CSV.gz", "orders*.csv"));
    EXPECT_TRUE(file_fits("a/orders.csv.zst", "*.csv"));
    EXPECT_TRUE(file_fits("orders.csv.gz", "orders.csv.gz"));
    EXPECT_FALSE(file_fits("orders.csv", "orders.csv.gz"));
    EXPECT_FALSE(file_fits("order_products.csv", "orders*.csv"));
    EXPECT_FALSE(file_fits("", "*.csv"));
}

// One with folders speaks of the last folders as well, one by one: a star does not reach over a
// slash.
TEST(FilePattern, FoldersToo) {
    EXPECT_TRUE(file_fits("/bucket/orders/part-0.csv", "orders/*.csv"));
    EXPECT_TRUE(file_fits("orders/day=1/part-0.csv.gz", "orders/*/*.csv"));
    EXPECT_FALSE(file_fits("/bucket/orders/2024/part-0.csv", "orders/*.csv"));
    EXPECT_FALSE(file_fits("/orders/products/part-0.csv", "orders/*.csv"));
    EXPECT_FALSE(file_fits("part-0.csv", "orders/*.csv"));
}

std::string date(std::string_view path, std::string_view pattern) {
    const auto days = file_date(path, pattern);
    return days ? format_date(*days) : "none";
}

// {date} is one date that exists, with dashes or without, packed or not, in any folder below which
// the file lies; and every {date} of a pattern is the same one.
TEST(FilePattern, TellsTheDate) {
    EXPECT_EQ(date("sales_2025-07-01.csv", "sales_{date}.csv"), "2025-07-01");
    EXPECT_EQ(date("/in/x/SALES_20250701.CSV.gz", "sales_{date}.csv"), "2025-07-01");
    EXPECT_EQ(date("sales_2025-07-01.csv.zst", "Sales_{Date}.csv"), "2025-07-01");
    EXPECT_EQ(date("sales_2025-07-01.csv.gz", "sales_{date}.csv.gz"), "2025-07-01");
    EXPECT_EQ(date("2024-02-29", "{date}"), "2024-02-29");
    EXPECT_EQ(date("date=2025-07-01/sales.csv", "date={date}/sales.csv"), "2025-07-01");
    EXPECT_EQ(date("2025-07-01/sales_20250701.csv", "{date}/sales_{date}.csv"), "2025-07-01");
    EXPECT_EQ(date("2025-07-01/sales_20250702.csv", "{date}/sales_{date}.csv"), "none");
    EXPECT_EQ(date("sales_2023-02-29.csv", "sales_{date}.csv"), "none");
    EXPECT_EQ(date("sales_20251301.csv", "sales_{date}.csv"), "none");
    EXPECT_EQ(date("sales_2025-7-1.csv", "sales_{date}.csv"), "none");
    EXPECT_EQ(date("sales_2025-07-01.csv.tmp", "sales_{date}.csv"), "none");
    EXPECT_EQ(date("sales_.csv", "sales_{date}.csv"), "none");
    EXPECT_EQ(date("", "{date}"), "none");
    EXPECT_EQ(date("sales.csv", "*.csv"), "none");
}

// Where a star leaves room for several, the first that fits is it; digits that are no date are
// passed by.
TEST(FilePattern, FirstDateThatFits) {
    EXPECT_EQ(date("a_2025-07-01_made_2025-07-02.csv", "*{date}*.csv"), "2025-07-01");
    EXPECT_EQ(date("a_2025-07-01_made_2025-07-02.csv", "*_made_{date}.csv"), "2025-07-02");
    EXPECT_EQ(date("99999999_20250701.csv", "*{date}.csv"), "2025-07-01");
    EXPECT_EQ(date("20250701123000.csv", "{date}*.csv"), "2025-07-01");
}

// A pattern with a date takes no file without one; a source tells the date by the first pattern
// that does.
TEST(FilePattern, OfASource) {
    EXPECT_TRUE(file_fits("sales_20250701.csv.gz", "sales_{date}.csv"));
    EXPECT_FALSE(file_fits("sales_today.csv", "sales_{date}.csv"));
    EXPECT_FALSE(file_fits("sales_{date}.csv.x", "sales_{date}.csv"));
    const auto contract = contract_of(
        "source: a\nkind: files\nfiles: [\"all.csv\", \"sales_{date}.csv\"]\nfields: {x: {type: "
        "text}}\n"
    );
    EXPECT_EQ(file_date(*contract, "in/sales_2025-07-01.csv").value_or(0), 20270);
    EXPECT_FALSE(file_date(*contract, "all.csv"));
    EXPECT_TRUE(takes_file(*contract, "all.csv"));
    EXPECT_FALSE(takes_file(*contract, "other_2025-07-01.csv"));
}

}  // namespace
}  // namespace tradewind::contract
