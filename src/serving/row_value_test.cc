#include "serving/row_value.h"

#include <gtest/gtest.h>

#include <map>

#include "os/random.h"
#include "serving/row.h"
#include "serving/table_batch.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

std::string operand_of(const TableSpec& table, const RowBatch& rows) {
    std::string out;
    MUST(visit_operands(table, rows, [&](std::string_view, std::string_view operand) {
        EXPECT_TRUE(out.empty()) << "one key was meant";
        out = operand;
    }));
    return out;
}

std::string fold_all(const std::vector<std::string>& values) {
    std::vector<std::string_view> views(values.begin(), values.end());
    std::string out;
    EXPECT_TRUE(fold(views, out));
    return out;
}

std::string json_of(const TableSpec& table, std::string_view value) {
    Row row;
    row.key.partition_key = Cell::of(std::string_view("1"));
    std::string out;
    EXPECT_TRUE(read_row_value(value, table, row));
    EXPECT_TRUE(append_row_json(out, table, row, KeyShown::Yes));
    return out;
}

// Lines of one invoice, each as an operand of its own, over some origins.
std::vector<std::string> random_operands(const TableSpec& table, os::Random& random, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
        Line line;
        line.invoice_no = "1";
        line.stock_code = "s" + std::to_string(i);
        if (random.chance(0.5)) line.customer_id = "c" + std::to_string(random.below(5));
        line.quantity = static_cast<std::int64_t>(random.below(2000)) - 1000;
        line.price = static_cast<std::int64_t>(random.below(1'000'000'000'000));
        line.invoice_date = "2010-12-0" + std::to_string(1 + random.below(3));
        const OriginId origin(static_cast<std::int64_t>(random.below(3)));
        out.push_back(operand_of(table, make_lines({line}, origin, i)));
    }
    return out;
}

std::string fold_grouped(std::vector<std::string> values, os::Random& random) {
    while (values.size() > 1) {
        const std::size_t begin = random.below(values.size());
        const std::size_t end = begin + 1 + random.below(values.size() - begin);
        const std::vector<std::string> some(values.begin() + begin, values.begin() + end);
        values[begin] = fold_all(some);
        values.erase(values.begin() + begin + 1, values.begin() + end);
    }
    return values.front();
}

// However operands are grouped and ordered on their way, the value is the same to the byte.
TEST(RowValue, FoldingDoesNotDependOnGroupingOrOrder) {
    os::Random random(11);
    const auto table = shipped_table("invoices");
    for (int round = 0; round < 300; ++round) {
        auto operands = random_operands(*table, random, 12);
        const std::string expected = fold_all(operands);
        for (int i = 0; i < 5; ++i) {
            for (std::size_t at = operands.size() - 1; at > 0; --at) {
                std::swap(operands[at], operands[random.below(at + 1)]);
            }
            EXPECT_EQ(fold_grouped(operands, random), expected);
        }
    }
}

// Taking an origin out gives the value that the others alone would have made.
TEST(RowValue, RemovingAnOriginLeavesTheOthersAsTheyWere) {
    const auto table = shipped_table("invoices");
    const auto a = operand_of(*table, make_lines({{"1", "a"}, {"1", "b"}}, OriginId(1), 1));
    const auto b = operand_of(*table, make_lines({{"1", "c"}}, OriginId(2), 1));
    const auto stream = operand_of(*table, make_lines({{"1", "d"}}));
    const std::string all = fold_all({b, stream, a});
    std::string rest;
    EXPECT_EQ(remove_origin(all, OriginId(2), rest), Removal::Changed);
    EXPECT_EQ(rest, fold_all({stream, a}));
    rest.clear();
    EXPECT_EQ(remove_origin(all, OriginId(3), rest), Removal::Unchanged);
    rest.clear();
    EXPECT_EQ(remove_origin(stream, stream_origin, rest), Removal::NothingLeft);
}

// Damaged bytes are noticed or give some value, but never crash, hang or read beyond their end.
TEST(RowValue, SurvivesAnyDamage) {
    os::Random random(13);
    const auto table = shipped_table("invoices");
    const std::string whole = fold_all(random_operands(*table, random, 6));
    int noticed = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::string bytes = whole;
        for (auto flips = 1 + random.below(3); flips > 0; --flips) {
            bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        }
        if (random.chance(0.3)) bytes.resize(random.below(bytes.size() + 1));
        // On the heap and of exact size, so that the address sanitizer sees its end.
        const std::vector<char> exact(bytes.begin(), bytes.end());
        const std::string_view view(exact.data(), exact.size());
        Row row;
        std::string out;
        const bool readable =
            read_row_value(view, *table, row) && append_row_json(out, *table, row, KeyShown::Yes);
        noticed += readable ? 0 : 1;
        out.clear();
        const std::string_view both[] = {view, whole};
        (void)fold(both, out);
        out.clear();
        (void)remove_origin(view, OriginId(1), out);
    }
    EXPECT_GT(noticed, 50'000);
}

// A key that grows without end stops keeping lines of that origin, whatever the grouping, and keeps
// its totals; without that origin it is whole again.
TEST(RowValue, KeepsTotalsWhenTheLinesAreTooMany) {
    const auto table = shipped_table("invoices");
    Line line{"1", "code"};
    line.description = std::string(1u << 20, 'x');
    const auto other = operand_of(*table, make_lines({{"1", "small"}}));
    std::vector<std::string> values = {other};
    for (int i = 0; i < 12; ++i) {
        values.push_back(operand_of(*table, make_lines({line}, OriginId(5), i)));
    }
    const std::string all = fold_all(values);
    EXPECT_LT(all.size(), 1000u);
    EXPECT_NE(json_of(*table, all).find(R"("total":13,"items":null)"), std::string::npos);
    EXPECT_EQ(
        fold_all(
            {fold_all(
                 {values[1],
                  values[2],
                  values[3],
                  values[4],
                  values[5],
                  values[6],
                  values[7],
                  values[8],
                  values[9],
                  values[10]}
             ),
             values[0],
             values[11],
             values[12]}
        ),
        all
    );
    std::string rest;
    EXPECT_EQ(remove_origin(all, OriginId(5), rest), Removal::Changed);
    EXPECT_EQ(rest, other);
    const auto at_once = operand_of(*table, make_lines(std::vector<Line>(12, line), OriginId(5)));
    EXPECT_EQ(fold_all({other, at_once}), all);
}

// Null event times are older than all others, equal times are decided by provenance, and a null
// value never wins.
TEST(RowValue, LatestComparesEventTimeThenProvenance) {
    const std::vector<ColumnSpec> columns = {
        {"id", ColumnType::Text, 0, 0},
        {"at", ColumnType::Timestamp, 0, 0},
        {"value", ColumnType::Text, 0, 0},
    };
    const auto table = make_table(
        "table: t\nsource: s\npartition_key: id\nevent_time: at\nattributes:\n  value: {latest: "
        "value}\n",
        columns
    );
    using Time = std::optional<std::int64_t>;
    const auto one = [&](Time at,
                         std::optional<std::string> value,
                         std::int64_t origin,
                         int partition,
                         int sequence) {
        RowBatch rows(columns);
        rows.origin = OriginId(origin);
        rows.column(0).add_text("1");
        if (at) rows.column(1).add_integer(*at);
        if (!at) rows.column(1).add_null();
        add_text(rows.column(2), value);
        rows.commit_row({PartitionId(partition), sequence, Timestamp{}});
        return operand_of(*table, rows);
    };
    const auto value = [&](const std::vector<std::string>& operands) {
        return json_of(*table, fold_all(operands));
    };
    EXPECT_EQ(
        value({one(5, "new", 0, 0, 0), one(4, "old", 7, 9, 9)}), R"({"id":"1","value":"new"})"
    );
    EXPECT_EQ(
        value({one({}, "timeless", 7, 9, 9), one(-4, "old", 0, 0, 0)}),
        R"({"id":"1","value":"old"})"
    );
    EXPECT_EQ(
        value({one(5, "later", 0, 1, 0), one(5, "before", 0, 0, 9)}),
        R"({"id":"1","value":"later"})"
    );
    EXPECT_EQ(
        value({one(5, "import", 1, 0, 0), one(5, "stream", 0, 8, 8)}),
        R"({"id":"1","value":"import"})"
    );
    EXPECT_EQ(value({one(5, "x", 0, 0, 0), one(9, {}, 0, 0, 1)}), R"({"id":"1","value":"x"})");
    EXPECT_EQ(value({one(9, {}, 0, 0, 1)}), R"({"id":"1","value":null})");
}

}  // namespace
}  // namespace tradewind::serving
