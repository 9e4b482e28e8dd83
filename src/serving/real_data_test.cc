// The real file, whole: the figures that two independent tools agreed on (golden.json).
#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "serving/retail_file.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

// The sum of a member over all rows of a table, exact to 10^-4.
struct Totals {
    std::int64_t rows = 0;
    std::int64_t items = 0;
    std::int64_t total = 0;
};

Totals add_up(Serving& serving, const std::string& table) {
    Totals sum;
    MUST(serving.scan(table, [&](std::string_view text) {
        const json::Value row = MUST(json::parse(text));
        ++sum.rows;
        sum.total += MUST(parse_decimal(row.find("total")->text(), 18, 4, ExcessDigits::Refuse));
        const json::Value* items = row.find("items");
        sum.items += items != nullptr ? static_cast<std::int64_t>(items->items().size())
                                      : MUST(row.find("item_count")->as_integer());
        return true;
    }));
    return sum;
}

std::int64_t count_customers(Serving& serving) {
    std::int64_t count = 0;
    std::string last;
    MUST(serving.scan("customers", [&](std::string_view text) {
        const std::string id = MUST(json::parse(text)).find("customer_id")->text();
        count += id != last ? 1 : 0;
        last = id;
        return true;
    }));
    return count;
}

json::Value golden(const std::string& folder) {
    const auto files = os::make_posix_filesystem();
    return MUST(
        json::parse(MUST(os::read_file(*files, folder + "/online_retail/golden.json", 16u << 20)))
    );
}

// The golden lines are sorted, the served ones in file order: both as a sorted set of texts.
std::vector<std::string> golden_items(const json::Value& golden) {
    std::vector<std::string> out;
    for (const json::Value& line : golden.find("invoice_536365")->items()) {
        out.push_back(
            line.items()[0].text() + "|" + line.items()[1].text() + "|" + line.items()[2].text()
        );
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> served_items(const json::Value& invoice) {
    std::vector<std::string> out;
    for (const json::Value& item : invoice.find("items")->items()) {
        out.push_back(
            item.find("stock_code")->text() + "|" + item.find("description")->text() + "|" +
            item.find("quantity")->text()
        );
    }
    return out;
}

void expect_golden(Serving& serving, const std::string& folder) {
    const json::Value expected = golden(folder);
    const Totals invoices = add_up(serving, "invoices");
    EXPECT_EQ(invoices.rows, *expected.find("distinct")->find("InvoiceNo")->as_integer());
    EXPECT_EQ(invoices.items, 541'909);
    EXPECT_EQ(format_decimal_short(invoices.total, 4), expected.find("sum_amount")->text());
    EXPECT_EQ(
        count_customers(serving), *expected.find("distinct")->find("CustomerID")->as_integer()
    );
    EXPECT_EQ(add_up(serving, "customers").items, 541'909 - 135'080);
    const json::Value invoice = MUST(json::parse(MUST(serving.get({"invoices", "536365"}))));
    EXPECT_EQ(invoice.find("total")->text(), "139.12");
    EXPECT_EQ(invoice.find("invoice_date")->text(), "2010-12-01T08:26:00");
    auto items = served_items(invoice);
    ASSERT_EQ(items.size(), 7u);
    EXPECT_TRUE(items.front().starts_with("85123A|WHITE HANGING HEART T-LIGHT HOLDER|6"));
    std::sort(items.begin(), items.end());
    EXPECT_EQ(items, golden_items(expected));
}

// Changes when any byte that is served does.
std::uint32_t checksum(Serving& serving) {
    std::uint32_t sum = 0;
    for (const char* table : {"invoices", "customers"}) {
        MUST(serving.scan(table, [&](std::string_view row) {
            sum = crc32c(row, sum);
            return true;
        }));
    }
    return sum;
}

// The whole file gives the golden figures; another delivery that is taken back leaves every byte as
// it was; without the first nothing is left.
TEST(RealData, WholeFileServesTheGoldenFigures) {
    const auto data = test_data_folder();
    if (!data) GTEST_SKIP() << "the real data is absent: TRADEWIND_TEST_DATA names its folder";
    const TemporaryFolder folder;
    MetricsRegistry metrics;
    ServingOptions options;
    options.folder = folder.file("serving");
    auto serving =
        MUST(open_serving(options, {shipped_table("invoices"), shipped_table("customers")}, metrics)
        );
    auto batches = read_retail_file(*data, 50'000, OriginId(1));
    std::int64_t row = 0;
    for (const RowBatch& batch : batches) {
        row += static_cast<std::int64_t>(batch.row_count());
        MUST(serving->apply("online_retail", batch, {"import/1", row}, row == 541'909));
    }
    expect_golden(*serving, *data);
    const std::uint32_t before = checksum(*serving);
    // The first batches once more, as a delivery that is then taken back.
    for (std::size_t i = 0; i < 3; ++i) {
        batches[i].origin = OriginId(2);
        MUST(serving->apply(
            "online_retail", batches[i], {"import/2", static_cast<std::int64_t>(i) + 1}, false
        ));
    }
    EXPECT_NE(checksum(*serving), before);
    MUST(serving->drop_origin("online_retail", OriginId(2)));
    EXPECT_EQ(checksum(*serving), before);
    MUST(serving->drop_origin("online_retail", OriginId(1)));
    EXPECT_EQ(add_up(*serving, "invoices").rows + add_up(*serving, "customers").rows, 0);
}

}  // namespace
}  // namespace tradewind::serving
