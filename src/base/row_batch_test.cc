#include "base/row_batch.h"

#include <gtest/gtest.h>

namespace tradewind {
namespace {

std::vector<ColumnSpec> columns() {
    return {
        {"id", ColumnType::Text},
        {"n", ColumnType::Integer},
        {"x", ColumnType::Double},
        {"price", ColumnType::Decimal, 12, 4}
    };
}

// A row given up half-way leaves no trace in any column, text bytes included.
TEST(RowBatch, AbandonsHalfRows) {
    RowBatch batch(columns());
    batch.column(0).add_text("a");
    batch.column(1).add_integer(1);
    batch.column(2).add_real(0.5);
    batch.column(3).add_null();
    batch.commit_row({PartitionId(2), 7, Timestamp{5}});
    batch.column(0).add_text("half");
    batch.column(1).add_integer(9);
    batch.abandon_row();
    batch.column(0).add_null();
    batch.column(1).add_null();
    batch.column(2).add_null();
    batch.column(3).add_integer(25500);
    batch.commit_row({PartitionId(2), 8, Timestamp{6}});
    EXPECT_EQ(batch.row_count(), 2u);
    EXPECT_EQ(batch.column(0).text(0), "a");
    EXPECT_TRUE(batch.column(0).null(1));
    EXPECT_EQ(batch.column(0).text(1), "");
    EXPECT_TRUE(batch.column(3).null(0));
    EXPECT_EQ(batch.column(3).integer(1), 25500);
    EXPECT_EQ(batch.provenance(1).sequence, 8);
    batch.clear();
    EXPECT_EQ(batch.row_count(), 0u);
    EXPECT_EQ(batch.column(0).size(), 0u);
}

// A row with a value missing is a bug, and found at once.
TEST(RowBatchDeathTest, ChecksWholeRows) {
    RowBatch batch(columns());
    batch.column(0).add_text("a");
    EXPECT_DEATH(batch.commit_row({}), "size");
}

// Columns are found by their exact name and spelt as SQL does.
TEST(RowBatch, Columns) {
    const RowBatch batch(columns());
    EXPECT_EQ(batch.find("price"), 3);
    EXPECT_EQ(batch.find("PRICE"), -1);
    EXPECT_EQ(to_sql(batch.specs()[3]), "DECIMAL(12,4)");
    EXPECT_EQ(to_sql(batch.specs()[0]), "STRING");
}

}  // namespace
}  // namespace tradewind
