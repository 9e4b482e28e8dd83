// Which files a source takes by the names they have.
#include <gtest/gtest.h>

#include "contract/contract.h"

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

}  // namespace
}  // namespace tradewind::contract
