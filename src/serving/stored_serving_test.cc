// What the reference cannot show: exactly once across restarts, readers beside a writer, and the
// exact JSON that the API passes on.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/text.h"
#include "serving/stored_fixture.h"

namespace tradewind::serving {
namespace {

// An invoice is served as DESIGN.md §4 has it: items in line order, exact total, ISO time.
TEST_F(StoredServingTest, ServesAnInvoiceAsTheApiNeedsIt) {
    apply(
        make_lines({
            {"536365", "85123A", "WHITE \"HEART\" £", 6, "2010-12-01 08:27:00", 25500, "17850"},
            {"536365", "71053", std::nullopt, -2, "2010-12-01 08:26:00", 33900, "17850", "France"},
            {"536365", "85123A", "WHITE \"HEART\" £", 6, "2010-12-01 08:27:00", 25500, "17850"},
        }),
        {"sink", 3}
    );
    EXPECT_EQ(
        get("invoices", "536365"),
        R"({"invoice_no":"536365","invoice_date":"2010-12-01T08:26:00","customer_id":"17850",)"
        R"("country":"United Kingdom","cancelled":false,"total":23.82,"items":[)"
        R"({"stock_code":"85123A","description":"WHITE \"HEART\" £","quantity":6,"unit_price":2.55,"amount":15.3},)"
        R"({"stock_code":"71053","description":null,"quantity":-2,"unit_price":3.39,"amount":-6.78},)"
        R"({"stock_code":"85123A","description":"WHITE \"HEART\" £","quantity":6,"unit_price":2.55,"amount":15.3}]})"
    );
}

// A customer's summary counts cancellations among his invoices and on their own; the list is newest
// first, ties by number.
TEST_F(StoredServingTest, ServesACustomersHistory) {
    apply(
        make_lines({
            {"1", "a", "x", 2, "2010-12-01 08:00:00", 10000, "17850"},
            {"1", "a", "x", 2, "2010-12-01 08:00:00", 10000, "17850"},
            {"C3", "a", "x", -1, "2010-12-02 09:00:00", 10000, "17850"},
            {"2", "a", "x", 1, "2010-12-02 09:00:00", 5000, "17850"},
            {"9", "a", "x", 1, "2010-12-03 09:00:00", 5000, "1"},
        }),
        {"sink", 5}
    );
    EXPECT_EQ(
        get("customers", "17850"),
        R"({"customer_id":"17850","invoices":3,"cancellations":1,"spent":3.5,)"
        R"("first":"2010-12-01T08:00:00","last":"2010-12-02T09:00:00"})"
    );
    const auto page = serving_->list({"customers", "17850", 100, {}});
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(
        page->rows,
        (std::vector<std::string>{
            R"({"invoice_no":"2","invoice_date":"2010-12-02T09:00:00","cancelled":false,"total":0.5,"item_count":1})",
            R"({"invoice_no":"C3","invoice_date":"2010-12-02T09:00:00","cancelled":true,"total":-1,"item_count":1})",
            R"({"invoice_no":"1","invoice_date":"2010-12-01T08:00:00","cancelled":false,"total":4,"item_count":2})",
        })
    );
    EXPECT_FALSE(page->next_cursor.has_value());
}

// An invoice without customer is served and stands in no history; one with two customers stands in
// both, in each with that customer's lines.
TEST_F(StoredServingTest, HistoriesHoldTheCustomersOwnLines) {
    apply(make_lines({{"1", "a"}, {"2", "a"}, {"2", "b"}, {"2", "c"}}), {"sink", 1});
    EXPECT_NE(get("invoices", "1").find(R"("customer_id":null)"), std::string::npos);
    RowBatch rows = make_lines({
        {"3", "a", "x", 1, "2010-12-01", 10000, "A"},
        {"3", "a", "x", 1, "2010-12-02", 20000, "B"},
        {"3", "a", "x", 1, "2010-12-01", 40000, "A"},
    });
    apply(rows, {"sink", 2});
    EXPECT_NE(get("customers", "A").find(R"("spent":5,)"), std::string::npos);
    EXPECT_NE(get("customers", "B").find(R"("spent":2,)"), std::string::npos);
    EXPECT_NE(get("invoices", "3").find(R"("customer_id":"B")"), std::string::npos);
    std::size_t count = 0;
    MUST(serving_->scan("customers", [&](std::string_view) { return ++count > 0; }));
    EXPECT_EQ(count, 2u);
}

// What is not there is NotFound, with the nearest table's name for a misspelt one.
TEST_F(StoredServingTest, AnswersNotFound) {
    EXPECT_EQ(get_error("invoices", "1"), ErrorCode::NotFound);
    EXPECT_EQ(get_error("customers", ""), ErrorCode::NotFound);
    EXPECT_EQ(get_error("invoices", std::string("\0", 1)), ErrorCode::NotFound);
    EXPECT_EQ(serving_->list({"customers", "1", 10, {}}).error().code(), ErrorCode::NotFound);
    const auto unknown = serving_->get({"invoice", "1"});
    EXPECT_EQ(unknown.error().code(), ErrorCode::NotFound);
    EXPECT_EQ(unknown.error().hint(), "Did you mean 'invoices'?");
}

// Limits and cursors that no page gave are refused.
TEST_F(StoredServingTest, RefusesListsThatMakeNoSense) {
    std::vector<Line> lines;
    for (int i = 0; i < 10; ++i)
        lines.push_back({std::to_string(i), "a", "x", 1, "2010-12-01", 1, i < 5 ? "A" : "B"});
    apply(make_lines(lines), {"sink", 1});
    const auto code = [&](const ListRequest& request) {
        const auto page = serving_->list(request);
        return page.ok() ? std::string("ok") : std::string(to_string(page.error().code()));
    };
    EXPECT_EQ(code({"customers", "A", 0, {}}), "invalid_argument");
    EXPECT_EQ(code({"customers", "A", -1, {}}), "invalid_argument");
    EXPECT_EQ(code({"customers", "A", list_limit_max + 1, {}}), "invalid_argument");
    EXPECT_EQ(code({"customers", "A", list_limit_max, {}}), "ok");
    EXPECT_EQ(code({"invoices", "1", 1, {}}), "invalid_argument");
    const std::string cursor = serving_->list({"customers", "A", 2, {}})->next_cursor.value();
    EXPECT_EQ(code({"customers", "A", 2, cursor}), "ok");
    EXPECT_EQ(code({"customers", "B", 2, cursor}), "invalid_argument");
    for (const std::string& bad :
         {std::string(),
          std::string("x"),
          std::string("%%%"),
          cursor + "AAAA",
          cursor.substr(1),
          cursor.substr(0, cursor.size() - 4)}) {
        EXPECT_EQ(code({"customers", "A", 2, bad}), "invalid_argument") << bad;
    }
}

// A page's cursor shows neither a row twice nor skips one when newer invoices arrive between pages.
TEST_F(StoredServingTest, CursorStaysRightWhileInvoicesArrive) {
    const auto invoice = [](int number, int day) {
        return Line{
            "N" + std::to_string(number), "a", "x", 1, "2010-12-" + std::to_string(10 + day), 1, "A"
        };
    };
    std::vector<Line> lines;
    for (int i = 0; i < 9; ++i) lines.push_back(invoice(i, i));
    apply(make_lines(lines), {"sink", 1});
    ListRequest request{"customers", "A", 2, {}};
    std::string seen;
    for (int page_number = 0; page_number < 20; ++page_number) {
        const auto page = serving_->list(request);
        ASSERT_TRUE(page.ok());
        for (const std::string& row : page->rows) seen += row.substr(16, 1);
        if (!page->next_cursor) break;
        request.cursor = page->next_cursor;
        // One newer than all, and one older than all, which belongs at the end.
        apply(make_lines({invoice(50 + page_number, 20)}), {"sink", 2 + page_number});
    }
    EXPECT_EQ(seen, "876543210");
}

// A batch whose cursor is not beyond the stored one changes nothing, after a restart too.
TEST_F(StoredServingTest, AppliesABatchOnce) {
    const RowBatch rows = make_lines({{"1", "a", "x", 2, "2010-12-01", 10000, "A"}});
    apply(rows, {"sink", 10});
    const std::string once = get("invoices", "1");
    for (const std::int64_t value : {10, 9, -1}) apply(rows, {"sink", value});
    reopen(shipped());
    apply(rows, {"sink", 10});
    EXPECT_EQ(get("invoices", "1"), once);
    EXPECT_EQ(*serving_->cursor("sink"), 10);
    apply(rows, {"other", 10});
    EXPECT_NE(get("invoices", "1"), once);
    EXPECT_EQ(*serving_->cursor("nobody"), std::nullopt);
}

// Rows of another shape are a caller's mistake: nothing is written and the cursor stays.
TEST_F(StoredServingTest, RefusesRowsOfAnotherShape) {
    auto columns = retail_columns();
    columns[5].scale = 2;
    EXPECT_EQ(
        serving_->apply(source, RowBatch(columns), {"sink", 1}, false).error().code(),
        ErrorCode::InvalidArgument
    );
    columns.erase(columns.begin());
    EXPECT_EQ(
        serving_->apply(source, RowBatch(columns), {"sink", 1}, false).error().code(),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(*serving_->cursor("sink"), std::nullopt);
}

// Columns may come in any order, and more than a table needs.
TEST_F(StoredServingTest, TakesColumnsByName) {
    auto columns = retail_columns();
    std::swap(columns[0], columns[7]);
    columns.push_back({"extra", ColumnType::Text, 0, 0});
    RowBatch rows(columns);
    const RowBatch line = make_lines({{"1", "a", "x", 2, "2010-12-01", 10000, "A"}});
    for (std::size_t i = 0; i < 8; ++i) {
        const std::size_t at = i == 0 ? 7 : i == 7 ? 0 : i;
        if (columns[at].type == ColumnType::Text) rows.column(at).add_text(line.column(i).text(0));
        if (columns[at].type != ColumnType::Text)
            rows.column(at).add_integer(line.column(i).integer(0));
    }
    rows.column(8).add_null();
    rows.commit_row(line.provenance(0));
    apply(rows, {"sink", 1});
    EXPECT_NE(get("invoices", "1").find(R"("country":"United Kingdom")"), std::string::npos);
}

// A checkpoint is a whole store of its own; an existing folder is not overwritten.
TEST_F(StoredServingTest, CheckpointOpensAsAStore) {
    apply(make_lines({{"1", "a", "x", 3, "2010-12-05", 10000, "A"}}), {"sink", 4});
    const std::string invoice = get("invoices", "1");
    ASSERT_TRUE(serving_->checkpoint(folder_.file("copy")).ok());
    EXPECT_FALSE(serving_->checkpoint(folder_.file("copy")).ok());
    apply(make_lines({{"1", "b"}}), {"sink", 5});
    serving_.reset();
    ServingOptions options;
    options.folder = folder_.file("copy");
    serving_ = MUST(open_serving(options, shipped(), metrics_));
    EXPECT_EQ(get("invoices", "1"), invoice);
    EXPECT_EQ(*serving_->cursor("sink"), 4);
}

// A row larger than the whole cache is read beside it.
TEST_F(StoredServingTest, ServesRowsLargerThanTheCache) {
    serving_.reset();
    ServingOptions options;
    options.folder = folder_.file("serving");
    options.cache_bytes = 256u << 10;
    options.memtable_bytes = 1u << 20;
    serving_ = MUST(open_serving(options, shipped(), metrics_));
    Line line{"1", "code"};
    line.description = std::string(4000, 'x');
    line.customer_id = "A";
    for (int i = 0; i < 10; ++i) {
        apply(make_lines(std::vector<Line>(100, line), stream_origin, i * 100), {"sink", i + 1});
    }
    serving_.reset();
    serving_ = MUST(open_serving(options, shipped(), metrics_));
    EXPECT_GT(get("invoices", "1").size(), 4'000'000u);
    std::size_t size = 0;
    MUST(serving_->scan("invoices", [&](std::string_view json) {
        return (size += json.size()) > 0;
    }));
    EXPECT_GT(size, 4'000'000u);
}

// Readers beside a writer see whole batches only: an invoice's total is that of its items.
TEST_F(StoredServingTest, ReadersSeeWholeBatches) {
    std::atomic<bool> done{false};
    std::atomic<int> torn{0};
    std::thread reader([&] {
        while (!done) {
            const auto json = serving_->get({"invoices", "1"});
            if (!json.ok()) continue;
            const auto items = split(*json, '{').size() - 2;
            const std::string total = R"("total":)" + std::to_string(items) + ",";
            if (items % 3 != 0 || json->find(total) == std::string::npos) ++torn;
        }
    });
    const Line line{"1", "a", std::nullopt, 1, "2010-12-01", 10000, "A"};
    for (int i = 0; i < 300; ++i) {
        apply(make_lines({line, line, line}, stream_origin, i * 3), {"sink", i + 1});
    }
    done = true;
    reader.join();
    EXPECT_EQ(torn, 0);
}

// The reference in memory forgets what was not durable, in order, as a simulation needs it.
TEST(ReferenceServing, LosesUnsyncedWritesInOrder) {
    const auto reference = make_reference_serving(shipped());
    const auto one = [](const char* number) { return make_lines({{number, "a"}}); };
    ASSERT_TRUE(reference->apply(source, one("1"), {"sink", 1}, true).ok());
    ASSERT_TRUE(reference->apply(source, one("2"), {"sink", 2}, false).ok());
    ASSERT_TRUE(reference->apply(source, one("3"), {"sink", 3}, false).ok());
    EXPECT_EQ(reference->unsynced_writes(), 2u);
    for (std::size_t kept = 0; kept < 4; ++kept) {
        const auto after = reference->after_power_loss(kept);
        const auto reached = std::min<std::int64_t>(3, 1 + static_cast<std::int64_t>(kept));
        EXPECT_EQ(*after->cursor("sink"), reached);
        EXPECT_EQ(after->get({"invoices", "3"}).ok(), reached == 3);
        EXPECT_EQ(after->unsynced_writes(), 0u);
    }
    ASSERT_TRUE(reference->flush().ok());
    EXPECT_EQ(*reference->after_power_loss(0)->cursor("sink"), 3);
}

}  // namespace
}  // namespace tradewind::serving
