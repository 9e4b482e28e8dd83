// What becomes of stored rows when an import is taken out, a source is cleared, or a table is
// changed, added or declared twice.
#include <gtest/gtest.h>

#include "serving/stored_fixture.h"

namespace tradewind::serving {
namespace {

using StoredTablesTest = StoredServingTest;

// An import that is taken out leaves no trace: its keys are not found, what it shared is as before.
TEST_F(StoredTablesTest, DroppedImportLeavesNoTrace) {
    apply(make_lines({{"1", "a", "x", 1, "2010-12-05", 10000, "A"}}), {"sink", 1});
    const std::string before = get("invoices", "1");
    const Line shared{"1", "b", "x", 5, "2010-12-01", 10000, "B"};
    const Line own{"2", "b", "x", 5, "2010-12-01", 10000, "C"};
    apply(make_lines({shared, own}, OriginId(7), 1), {"import/7", 2});
    apply(make_lines({own}, OriginId(8), 1), {"import/8", 1});
    EXPECT_NE(get("invoices", "1"), before);
    for (int times = 0; times < 2; ++times) {
        ASSERT_TRUE(serving_->drop_origin(source, OriginId(7)).ok());
        EXPECT_EQ(get("invoices", "1"), before);
        EXPECT_EQ(get_error("customers", "B"), ErrorCode::NotFound);
        EXPECT_NE(get("customers", "C").find(R"("spent":5,)"), std::string::npos);
        reopen(shipped());
    }
    ASSERT_TRUE(serving_->drop_origin(source, OriginId(8)).ok());
    EXPECT_EQ(get_error("customers", "C"), ErrorCode::NotFound);
    EXPECT_EQ(get_error("invoices", "2"), ErrorCode::NotFound);
    EXPECT_EQ(
        serving_->drop_origin(source, stream_origin).error().code(), ErrorCode::InvalidArgument
    );
    // The correction comes under an identity of its own.
    apply(make_lines({own}, OriginId(9), 1), {"import/9", 1});
    EXPECT_NE(get("customers", "C").find(R"("spent":5,)"), std::string::npos);
}

// Clearing a source takes its tables and the cursors that moved with them, and no others.
TEST_F(StoredTablesTest, ClearTakesASourcesRowsAndCursors) {
    apply(
        make_lines({{"1", "a", "x", 1, "2010-12-05", 10000, "A"}}, OriginId(3), 1), {"import/3", 1}
    );
    ASSERT_TRUE(serving_->set_cursor({"skipped", 5}).ok());
    ASSERT_TRUE(serving_->apply("other_source", make_lines({}), {"other", 7}, false).ok());
    ASSERT_TRUE(serving_->clear(source).ok());
    EXPECT_EQ(get_error("invoices", "1"), ErrorCode::NotFound);
    EXPECT_EQ(*serving_->cursor("import/3"), std::nullopt);
    EXPECT_EQ(*serving_->cursor("skipped"), std::nullopt);
    EXPECT_EQ(*serving_->cursor("other"), 7);
    // No index entry of before makes a later drop touch what is new.
    apply(make_lines({{"1", "a", "x", 1, "2010-12-05", 10000, "A"}}), {"sink", 1});
    const std::string fresh = get("invoices", "1");
    ASSERT_TRUE(serving_->drop_origin(source, OriginId(3)).ok());
    EXPECT_EQ(get("invoices", "1"), fresh);
}

std::shared_ptr<const TableSpec> totals_table(const std::string& totals) {
    return make_table(
        "table: totals\nsource: online_retail\npartition_key: country\n" + totals, retail_columns()
    );
}

// A changed definition is stale: not read, not filled, until the source is cleared and applied
// again.
TEST_F(StoredTablesTest, ChangedDefinitionWaitsForARebuild) {
    reopen({totals_table("totals: {n: {count: true}}")});
    const RowBatch rows = make_lines({{"1", "a", "x", 3}});
    apply(rows, {"sink", 1});
    EXPECT_EQ(get("totals", "United Kingdom"), R"({"country":"United Kingdom","n":1})");
    const auto changed = totals_table("totals: {n: {sum: quantity}}");
    for (int times = 0; times < 2; ++times) {
        reopen({changed});
        EXPECT_EQ(serving_->stale_tables(), std::vector<std::string>{"totals"});
        EXPECT_EQ(get_error("totals", "United Kingdom"), ErrorCode::Unavailable);
        apply(rows, {"sink", 2 + times});
    }
    ASSERT_TRUE(serving_->clear(source).ok());
    EXPECT_TRUE(serving_->stale_tables().empty());
    EXPECT_EQ(get_error("totals", "United Kingdom"), ErrorCode::NotFound);
    apply(rows, {"sink", 1});
    reopen({changed});
    EXPECT_TRUE(serving_->stale_tables().empty());
    EXPECT_EQ(get("totals", "United Kingdom"), R"({"country":"United Kingdom","n":3})");
}

// A table that is new to a source with history has missed rows, and so has one that comes back.
TEST_F(StoredTablesTest, NewTableOfAFilledSourceIsStale) {
    apply(make_lines({{"1", "a"}}), {"sink", 1});
    auto more = shipped();
    more.push_back(totals_table("totals: {n: {count: true}}"));
    reopen(more);
    EXPECT_EQ(serving_->stale_tables(), std::vector<std::string>{"totals"});
    reopen({shipped_table("invoices")});
    EXPECT_TRUE(serving_->stale_tables().empty());
    apply(make_lines({{"2", "a"}}), {"sink", 2});
    reopen(shipped());
    EXPECT_EQ(serving_->stale_tables(), std::vector<std::string>{"customers"});
    EXPECT_NE(get("invoices", "1").find(R"("invoice_no":"1")"), std::string::npos);
}

// Two tables of one name, and two programs on one folder, are refused.
TEST_F(StoredTablesTest, RefusesTwoOfAKind) {
    ServingOptions options;
    options.folder = folder_.file("serving");
    const auto second = open_serving(options, shipped(), metrics_);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), ErrorCode::Conflict) << second.error().describe();
    const auto twice = try_open({shipped_table("invoices"), shipped_table("invoices")});
    ASSERT_FALSE(twice.ok());
    EXPECT_EQ(twice.error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace tradewind::serving
