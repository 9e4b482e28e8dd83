#include <gmock/gmock.h>

#include <filesystem>

#include "engine/engine_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using LiveTableTest = EngineTest;

// A table with neither files nor rows has all its columns with their types, and no rows.
TEST_F(LiveTableTest, EmptyTableHasTypedColumns) {
    auto table = MUST(engine->create_live_table(order_table(), {}));
    EXPECT_EQ(query("SELECT count(*) FROM raw.orders"), "0\n");
    const auto columns = MUST(engine->explain_columns("SELECT * FROM raw.orders"));
    std::string described;
    for (const ResultColumn& column : columns) described += column.name + " " + column.type + "; ";
    EXPECT_EQ(
        described,
        "invoice_no STRING; quantity INTEGER; unit_price DECIMAL(12,4); invoice_date TIMESTAMP; "
        "_source STRING; "
        "_partition INTEGER; _offset BIGINT; _import BIGINT; _row BIGINT; _received_at TIMESTAMP; "
    );
}

// A file that was cut off or is gone is damage, not a fault of whoever asks.
TEST_F(LiveTableTest, AFileThatCannotBeReadIsDamage) {
    auto table = MUST(engine->create_live_table(order_table(), {}));
    MUST(table->append(order_rows(0, 5000)));
    MUST(table->seal());
    MUST(table->write_sealed(lake("1.parquet")));
    MUST(table->publish({lake("1.parquet")}));
    const auto size = std::filesystem::file_size(lake("1.parquet"));
    std::filesystem::resize_file(lake("1.parquet"), size - 10);
    EXPECT_THAT(query("SELECT sum(quantity) FROM orders"), StartsWith("corruption:"));
    std::filesystem::remove(lake("1.parquet"));
    EXPECT_THAT(query("SELECT sum(quantity) FROM orders"), StartsWith("corruption:"));
}

// Rows are seen when append returns, stay seen through seal, write and publish, and are never
// counted twice.
TEST_F(LiveTableTest, RowsAreSeenThroughTheirWholeLife) {
    auto table = MUST(engine->create_live_table(order_table(), {}));
    const std::string count = "SELECT count(*), sum(quantity), sum(unit_price) FROM orders";
    MUST(table->append(order_rows(0, 5000)));
    EXPECT_EQ(query(count), "5000,12497500,7500.0000\n");
    EXPECT_EQ(MUST(table->seal()), 5000);
    MUST(table->append(order_rows(5000, 10)));
    EXPECT_EQ(query(count), "5010,12547545,7515.0000\n");
    MUST(table->write_sealed(lake("1.parquet")));
    EXPECT_EQ(query(count), "5010,12547545,7515.0000\n");
    MUST(table->publish({lake("1.parquet")}));
    EXPECT_EQ(query(count), "5010,12547545,7515.0000\n");
    EXPECT_EQ(table->hot_row_count(), 10);
    EXPECT_EQ(
        query("SELECT _source, _partition, _offset, _import, _row, _received_at FROM orders WHERE "
              "quantity = 7"),
        "stream,0,7,,,2023-11-14 22:13:20.000007\n"
    );
}

}  // namespace
}  // namespace tradewind::engine
