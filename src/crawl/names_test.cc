#include "crawl/names.h"

#include <gtest/gtest.h>

namespace tradewind::crawl {

namespace {

TEST(SnakeCase, MakesANameOfAnything) {
    // Proves that headers and folders come out as plain names.
    EXPECT_EQ(snake_case("Order ID"), "order_id");
    EXPECT_EQ(snake_case("CustomerID"), "customer_id");
    EXPECT_EQ(snake_case("unitPrice"), "unit_price");
    EXPECT_EQ(snake_case("HTTPStatus"), "http_status");
    EXPECT_EQ(snake_case("order_products__prior"), "order_products_prior");
    EXPECT_EQ(snake_case("2024 Sales!"), "_2024_sales");
    EXPECT_EQ(snake_case(" -- "), "");
    EXPECT_EQ(snake_case("Größe"), "größe");
    EXPECT_EQ(
        snake_case("a\xFF"
                   "b"),
        "ab"
    );
}

TEST(ColumnNames, AreDistinctAndNeverEmpty) {
    // Proves that a header of odd names still names each column.
    EXPECT_EQ(
        column_names({"Total", "total", "", "TOTAL "}),
        (std::vector<std::string>{"total", "total_2", "column_3", "total_3"})
    );
}

TEST(Stems, AreWhatNamesBeginWith) {
    // Proves how tables are called by their files.
    EXPECT_EQ(stem_of("orders.csv.gz"), "orders");
    EXPECT_EQ(stem_of("a.b.PARQUET"), "a.b");
    EXPECT_EQ(stem_of(".csv"), ".csv");
    EXPECT_EQ(common_stem({"sales_2024-01", "sales_2024-02"}), "sales");
    EXPECT_EQ(common_stem({"order_products__prior", "order_products__train"}), "order_products");
    EXPECT_EQ(common_stem({"a", "b"}), "");
    EXPECT_EQ(common_stem({"sales_2024"}), "sales_2024");
}

TEST(Folders, ThatArePartOfATable) {
    // Proves which folders are partitions, and which only say when.
    EXPECT_EQ(hive_folder("country=united%20kingdom").value, "united kingdom");
    EXPECT_EQ(hive_folder("=x").key, "");
    EXPECT_EQ(hive_folder("a=b=c").value, "b=c");
    EXPECT_TRUE(is_dated_folder("2024"));
    EXPECT_TRUE(is_dated_folder("2024-01-02"));
    EXPECT_FALSE(is_dated_folder("2024-sales"));
    EXPECT_FALSE(is_dated_folder(""));
    EXPECT_FALSE(is_dated_folder("12345678901"));
}

}  // namespace

}  // namespace tradewind::crawl
