// Every kind of check on rows that pass and rows that fail, by the engine itself.
#include <gmock/gmock.h>

#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

using ChecksTest = QualityTest;
using testing::HasSubstr;
using testing::StartsWith;

struct Case {
    const char* check;
    const char* expected;
};

constexpr const char* lines =
    "SELECT * FROM (VALUES"
    " (1, 1, 'A-1', 'red', 5, 1.50, TIMESTAMP '2026-01-15 10:00:00', 'plain', '12'),"
    " (1, 2, 'B-2', 'blue', -2, 2.25, TIMESTAMP '2026-01-14 09:00:00', 'Â£5', 'x'),"
    " (2, 1, 'B2', NULL, 7, 0.00, NULL, 'caf\u00e9', '1.5'),"
    " (2, 1, 'C-33', 'green', NULL, 9.99, TIMESTAMP '2026-01-10 00:00:00', 'caf\u00c3\u00a9', "
    "NULL),"
    " (NULL, 9, NULL, 'red', 1, 3.00, TIMESTAMP '2026-01-01 00:00:00', 'bad \ufffd', '4'))"
    " AS t(order_id, line, sku, colour, quantity, price, sold_at, note, code)";

// A hand-made shift: shares 0.5/0.5 against 0.9/0.1 in two bins are (0.4 ln 1.8) + (-0.4 ln 0.2) =
// 0.8789; equal shares are 0 whatever the order of rows; deciles of a shifted distribution fail, of
// the same one pass; nulls and values that are new are bins too.
TEST_F(ChecksTest, DriftIsTheStabilityIndexOfBins) {
    add("shop.then",
        "SELECT i % 100 AS x, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS t, "
        "CASE WHEN i % 2 = 0 THEN 1 END AS n FROM range(1000) r(i)");
    add("shop.now",
        "SELECT (999 - i) % 100 AS x, (i % 100) * 1.5 AS shifted, CASE WHEN i % 10 = 0 "
        "THEN 'b' ELSE 'a' END AS t, CASE WHEN i % 10 = 0 THEN 'c' ELSE 'a' END AS u, "
        "1 AS n FROM range(500) r(i)");
    add("shop.none", "SELECT 1 AS x WHERE false");
    EXPECT_EQ(
        outcome("shop.now", "- drift: {column: x, to: then}"),
        "passed 0/500: population stability index 0.0000"
    );
    EXPECT_THAT(
        outcome("shop.now", "- drift: {column: shifted, to: then, field: x}"),
        StartsWith("failed 1/500: population stability index ")
    );
    EXPECT_EQ(
        outcome("shop.now", "- drift: {column: t, to: then, max_psi: 0.5}"),
        "failed 1/500: population stability index 0.8789, more than 0.5: t has moved from shop.then"
    );
    EXPECT_EQ(
        outcome("shop.now", "- drift: {column: t, to: then, max_psi: 0.9}"),
        "passed 0/500: population stability index 0.8789"
    );
    EXPECT_THAT(
        outcome("shop.now", "- drift: {column: u, to: then, field: t}"), StartsWith("failed 1/500")
    );
    EXPECT_THAT(outcome("shop.now", "- drift: {column: n, to: then}"), StartsWith("failed 1/500"));
    EXPECT_EQ(
        text_of(run("shop.now", "- drift: {columns: [x, t], to: then}").results.back()),
        "failed 1/500: population stability index 0.8789, more than 0.25: t has moved from "
        "shop.then"
    );
    EXPECT_EQ(
        outcome("shop.now", "- drift: {column: x, to: none}"),
        "failed 1/500: shop.none has no rows to compare with"
    );
    EXPECT_EQ(outcome("shop.none", "- drift: {column: x, to: then}"), "passed 0/0");
    EXPECT_THAT(
        outcome("shop.now", "- {drift: {column: x, to_where: x < 50}, where: x >= 50}"),
        HasSubstr("has moved from rows where x < 50")
    );
}

// One table, every kind, counted by hand.
TEST_F(ChecksTest, CountEveryKind) {
    add("shop.lines", lines);
    add("shop.orders", "SELECT * FROM (VALUES (1, 6.75), (3, 9.99)) AS t(id, total)");
    // Numbers that lie too far apart for a bit each, fewer bits, and no whole numbers.
    add("shop.far", "SELECT * FROM (VALUES (-9223372036854775808), (1), (2), (9)) AS t(id)");
    add("shop.wide", "SELECT CAST(i AS SMALLINT) AS id FROM range(-3, 99) AS t(i)");
    add("shop.decimals", "SELECT * FROM (VALUES (1.0), (2.0), (NULL)) AS t(id)");
    const Case cases[] = {
        {"- not_null: order_id", "failed 1/5: 1 row: order_id is null"},
        {"- not_null: line", "passed 0/5"},
        {"- {not_null: order_id, where: line < 9}", "passed 0/4"},
        {"- unique: [order_id, line]", "failed 2/5: 2 rows: order_id, line stands more than once"},
        {"- {unique: [order_id, line], where: price > 1}", "passed 0/4"},
        {"- unique: sku", "passed 0/5"},
        {"- accepted_values: {column: colour, values: [red, blue]}",
         "failed 1/5: 1 row: colour is none of red, blue"},
        {"- accepted_values: {column: colour, values: [red, blue, green]}", "passed 0/5"},
        {"- accepted_values: {column: line, values: [1, 2, 9]}", "passed 0/5"},
        {"- accepted_values: {column: line, values: [1, 3, 4, 5, 6, 7, 8, 10, 11, 12]}",
         "failed 2/5: 2 rows: line is none of 1, 3, 4, 5, 6, 7, 8, 10, …"},
        {"- {accepted_values: {column: colour, values: [red, b, c, d, e, f, g, h, i]}, where: line "
         "< 9}",
         "failed 2/4"},
        {"- accepted_values: {column: colour, values: [red, blue, green, d, e, f, g, h, i]}",
         "passed 0/5"},
        {"- accepted_values: {column: code, values: [12, x, 1.5, 4]}", "passed 0/5"},
        {"- relationships: {column: order_id, to: shop.orders, field: id}",
         "failed 2/5: 2 rows: order_id is not in shop.orders (id)"},
        {"- {relationships: {column: order_id, to: shop.orders, field: id}, where: order_id = 1}",
         "passed 0/2"},
        {"- relationships: {column: order_id, to: shop.orders, field: id, to_where: id > 1}",
         "failed 4/5: 4 rows: order_id is not in shop.orders (id)"},
        {"- {relationships: {column: order_id, to: shop.orders, field: id}, where: order_id < 1}",
         "passed 0/0"},
        {"- relationships: {column: order_id, to: shop.orders, field: id, to_where: id > 9}",
         "failed 4/5: 4 rows: order_id is not in shop.orders (id)"},
        {"- relationships: {column: line, to: shop.far, field: id}", "passed 0/5"},
        {"- relationships: {column: line, to: shop.wide, field: id}", "passed 0/5"},
        {"- relationships: {column: order_id, to: shop.decimals, field: id}", "passed 0/5"},
        {"- relationships: {column: sku, to: shop.lines, field: sku}", "passed 0/5"},
        {"- min: {column: quantity, value: 0}", "failed 1/5: 1 row: quantity is less than 0"},
        {"- min: {column: quantity, value: -2}", "passed 0/5"},
        {"- {min: {column: quantity, value: 0}, where: line = 1}", "passed 0/3"},
        {"- max: {column: price, value: 3}", "failed 1/5: 1 row: price is more than 3"},
        {"- max: {column: sold_at, value: 2026-01-15}",
         "failed 1/5: 1 row: sold_at is more than 2026-01-15"},
        {"- max: {column: sold_at, value: 2026-02-01}", "passed 0/5"},
        {"- pattern: {column: sku, regex: '[A-Z]-[0-9]+'}",
         "failed 1/5: 1 row: sku does not match [A-Z]-[0-9]+"},
        {"- pattern: {column: sku, regex: '[A-Z]-?[0-9]+'}", "passed 0/5"},
        {"- pattern: {column: line, regex: '[0-9]'}", "passed 0/5"},
        {"- row_count: 5", "passed 0/5"},
        {"- row_count: {min: 6}", "failed 1/5: 5 rows, expected at least 6 rows"},
        {"- {row_count: {max: 2}, where: order_id = 1}", "passed 0/2"},
        {"- row_count: {equals: shop.orders}", "failed 1/5: 5 rows, and shop.orders has 2"},
        {"- row_count: {equals: shop.orders, tolerance: 3}", "passed 0/5"},
        {"- type: {column: quantity, is: INT}", "passed 0/5"},
        {"- type: {column: price, is: DOUBLE}", "failed 1/5: it is DECIMAL(3,2), expected DOUBLE"},
        {"- type: {column: code, casts_to: 'DECIMAL(12,4)'}",
         "failed 1/5: 1 row: code cannot be read as DECIMAL(12,4)"},
        {"- encoding: note", "failed 3/5: 3 rows: note holds text in a wrong encoding"},
        {"- encoding: colour", "passed 0/5"},
        {"- freshness: {column: sold_at, max_age: 3h}", "passed 0/5"},
        {"- freshness: {column: sold_at, max_age: 1h}",
         "failed 1/5: the newest is 2026-01-15 10:00:00, older than 1 h"},
        {"- {freshness: {column: sold_at, max_age: 5d}, where: order_id = 2}", "failed 1/2"},
        {"- sum_equals: {column: price, value: 16.74}", "passed 0/5"},
        {"- sum_equals: {column: price, to: shop.orders, field: total}", "passed 0/5"},
        {"- sum_equals: {column: price, value: 16.75}",
         "failed 1/5: the sum is 16.74, expected 16.75"},
        {"- sum_equals: {column: price, value: 16.75, tolerance: 0.01}", "passed 0/5"},
        {"- sum_equals: {expression: quantity * price, value: 6}", "passed 0/5"},
        {"- {sum_equals: {column: price, to: shop.orders, field: total}, where: order_id = 1}",
         "failed 1/2: the sum is 3.75, expected 16.74 as in shop.orders"},
        {"- expression: (quantity < 0) = (line = 2)", "passed 0/5"},
        {"- expression: price > 0 -- of what is sold", "failed 1/5: 1 row: not true: price > 0"},
        {"- sql: SELECT order_id, count(*) AS n FROM shop.lines GROUP BY 1 HAVING n = 1",
         "failed 1/5: 1 row: found by sql"},
        {"- sql: SELECT * FROM shop.lines WHERE line > 100", "passed 0/5"},
    };
    for (const Case& c : cases)
        EXPECT_THAT(outcome("shop.lines", c.check), StartsWith(c.expected)) << c.check;
}

// A check that cannot be answered is an error of its own: the others are answered.
TEST_F(ChecksTest, ErrorsStayAlone) {
    add("shop.lines", lines);
    const Report report = run("shop.lines", R"yaml(
- not_null: order_id
- not_null: ordr_id
- expression: CAST(code AS INTEGER) > 0
- expression: no_such_column > 0
- expression: (SELECT 1) = 1
- expression: {condition: "true) OR (true", name: breaks_out}
- pattern: {column: sku, regex: "("}
- relationships: {column: line, to: shop.nowhere}
- sql: DELETE FROM shop.lines
- sql: SELECT * FROM read_csv('/etc/passwd')
- sum_equals: {column: sku, value: 0}
- freshness: {column: line, max_age: 1d}
- encoding: line
- max: {column: line, value: 9}
)yaml");
    ASSERT_EQ(report.results.size(), 14u);
    EXPECT_EQ(text_of(report.results.front()), "failed 1/5: 1 row: order_id is null");
    EXPECT_EQ(text_of(report.results.back()), "passed 0/5");
    for (std::size_t i = 1; i + 1 < report.results.size(); ++i) {
        EXPECT_EQ(report.results[i].state, State::Error) << report.results[i].name;
        EXPECT_FALSE(report.results[i].message.empty());
    }
    EXPECT_THAT(report.results[1].message, HasSubstr("Did you mean order_id?"));
    EXPECT_TRUE(report.blocked());
    EXPECT_EQ(report.row_count, 5);
}

// What goes below all of the baseline has moved, and so has what was not known before.
TEST_F(ChecksTest, DriftBelowTheLeastAndFromNothing) {
    add("shop.base", "SELECT 5 AS x, CAST(NULL AS INTEGER) AS y FROM range(500)");
    add("shop.now", "SELECT -1000 AS x, 5 AS same, 7 AS y FROM range(500)");
    const auto outcome = [&](const std::string& check) {
        return to_string(run("shop.now", check).results.front().state);
    };
    EXPECT_STREQ(outcome("- drift: {column: x, to: base}"), "failed");
    EXPECT_STREQ(outcome("- drift: {column: y, to: base}"), "failed");
    EXPECT_STREQ(outcome("- drift: {column: same, to: base, field: x}"), "passed");
}

// What a model learnt from is the table of its name; before the first training there is nothing to
// compare with, and that is no fault. newer_by: leaves out the rows that were there by then.
TEST_F(ChecksTest, DriftFromWhatAModelLearntFrom) {
    add("shop.now", "SELECT i AS x, i AS day FROM range(1000) r(i)");
    EXPECT_EQ(
        outcome("shop.now", "- drift: {column: x, model: wants}"),
        "passed 0/1000: the model wants has not been trained yet"
    );
    EXPECT_THAT(outcome("shop.now", "- drift: {column: x, to: wants_learnt}"), StartsWith("error"));
    add("shop.wants_learnt", "SELECT i AS x, i AS day, i < 200 AS held_out FROM range(800) r(i)");
    EXPECT_THAT(outcome("shop.now", "- drift: {column: x, model: wants}"), StartsWith("passed"));
    EXPECT_THAT(
        outcome("shop.now", "- drift: {column: x, model: shop.wants, newer_by: day}"),
        HasSubstr("x has moved from shop.wants_learnt")
    );
    EXPECT_THAT(
        outcome("shop.now", "- {drift: {column: x, model: wants, newer_by: day}, where: x < 500}"),
        "passed 0/500: no row is newer than those of shop.wants_learnt"
    );
    EXPECT_THAT(
        outcome("shop.now", "- drift: {column: x, model: wants, to_where: held_out}"),
        StartsWith("failed 1/1000")
    );
}

// Which rows the condition chooses is another matter each time that it is asked.
TEST_F(ChecksTest, ReferencesToRowsByChance) {
    add("shop.base", "SELECT range AS id FROM range(100000)");
    add("shop.few", "SELECT 50000 AS id");
    const char* check =
        "- relationships: {column: id, to: base, field: id, to_where: 'random() < 0.0005'}";
    for (int i = 0; i < 20; ++i)
        EXPECT_NE(run("shop.few", check).results.front().state, State::Error);
}

// The engine's own casts round, and take the beginning of a text.
TEST_F(ChecksTest, CastsToIsStrict) {
    const struct {
        const char* type;
        const char* good;
        const char* bad;
    } cases[] = {
        {"INTEGER",
         "('7'), (' -7 '), ('+0'), (NULL)",
         "('1.5'), ('1_000'), ('1e3'), ('99999999999')"},
        {"'DECIMAL(12,2)'",
         "('1'), ('-1.2'), ('.5'), ('1.2300'), ('1.')",
         "('1.234'), ('1e3'), ('.')"},
        {"'DECIMAL(5)'", "('12345'), ('1.0')", "('1.5'), ('123456')"},
        {"DATE",
         "('2024-01-31'), ('2024-01-31 12:30:00')",
         "('2024-01-31xyz'), ('2024-01-31 25:61:00'), ('2024-02-30')"},
        {"DOUBLE", "('1e3'), ('0.1')", "('x')"},
        {"TIMESTAMP", "('2024-01-31 12:30:00'), ('2024-01-31')", "('2024-01-31 25:00:00'), ('x')"},
    };
    int number = 0;
    for (const auto& one : cases) {
        const std::string table = "shop.c" + std::to_string(++number);
        const std::string check = "- type: {column: v, casts_to: " + std::string(one.type) + "}";
        const auto rows = [](const char* values) {
            return "SELECT v FROM (VALUES " + std::string(values) + ") AS t(v)";
        };
        add(table + "_good", rows(one.good));
        add(table + "_bad", rows(one.bad));
        EXPECT_EQ(run(table + "_good", check).results.front().failing, 0) << one.type;
        const CheckResult bad = run(table + "_bad", check).results.front();
        EXPECT_EQ(bad.failing, bad.total) << one.type;
    }
    add("shop.doubles", "SELECT CAST(v AS DOUBLE) AS v FROM (VALUES (1.0), (1.5)) AS t(v)");
    EXPECT_EQ(
        run("shop.doubles", "- type: {column: v, casts_to: INTEGER}").results.front().failing, 1
    );
}

// "100" comes before "20": what was meant is asked for.
TEST_F(ChecksTest, ANumberIsNoBoundOfText) {
    add("shop.t", "SELECT '100' AS t");
    const CheckResult result = run("shop.t", "- max: {column: t, value: 20}").results.front();
    EXPECT_EQ(result.state, State::Error);
    EXPECT_THAT(result.message, testing::HasSubstr("t is text, and 20 a number"));
    EXPECT_EQ(
        text_of(run("shop.t", "- max: {column: t, value: '20'}").results.front()), "passed 0/1"
    );
}

// An empty table and one of nulls only: no division by nothing, and what is not there is not wrong.
TEST_F(ChecksTest, EmptyAndNull) {
    const char* checks = R"yaml(
- not_null: a
- unique: a
- accepted_values: {column: a, values: [x]}
- relationships: {column: a, to: shop.t, field: b}
- min: {column: n, value: 1}
- max: {column: n, value: 1}
- pattern: {column: a, regex: x}
- type: {column: a, casts_to: INTEGER}
- encoding: a
- sum_equals: {column: n, value: 0}
- expression: n > 0
)yaml";
    const std::string columns =
        "SELECT CAST(NULL AS STRING) AS a, CAST(NULL AS STRING) AS b, CAST(NULL AS INTEGER) AS n";
    add("shop.t", columns + " WHERE false");
    for (const CheckResult& result : run("shop.t", checks).results)
        EXPECT_EQ(text_of(result), "passed 0/0") << result.name;
    EXPECT_THAT(
        outcome("shop.t", "- row_count: {min: 1}"), HasSubstr("0 rows, expected at least 1 row")
    );
    add("shop.t", columns + " FROM range(3)");
    const Report report = run("shop.t", checks);
    EXPECT_EQ(text_of(report.results[0]), "failed 3/3: 3 rows: a is null");
    for (std::size_t i = 1; i < report.results.size(); ++i)
        EXPECT_EQ(text_of(report.results[i]), "passed 0/3") << report.results[i].name;
}

// Names with quotes, blanks, words of SQL and other alphabets are names; so are values.
TEST_F(ChecksTest, HostileNames) {
    add("shop.order",
        "SELECT 1 AS \"select\", 'x''y' AS \"a b\", 2 AS \"it's\", 3 AS \"größe\", NULL AS "
        "\"q\"\"q\"");
    const Report report = run("shop.order", R"yaml(
- not_null: [select, a b, it's, größe]
- not_null: 'q"q'
- accepted_values: {column: a b, values: ["x'y"]}
- unique: [select, a b]
- {min: {column: größe, value: 4}, name: "'; DROP TABLE x --"}
- {max: {column: it's, value: 1}, name: "<b>"}
- relationships: {columns: [select, it's], to: shop.order, fields: [select, größe]}
)yaml");
    std::string states;
    for (const CheckResult& result : report.results)
        states += std::string(to_string(result.state)) + " ";
    EXPECT_EQ(states, "passed passed passed passed failed passed passed failed failed failed ");
    EXPECT_EQ(query("SELECT count(*) FROM quarantine.shop__order"), "4\n");
}

// B2's rules on orders of a grocery: what is conditional, what spans rows, and keys both ways.
TEST_F(ChecksTest, GroceryRules) {
    const char* checks = R"yaml(
- expression: (days_since IS NULL) = (order_number = 1)
  name: days_since_first
- sql: >
    SELECT user_id FROM basket.orders GROUP BY user_id
    HAVING max(order_number) <> count(*) OR count(DISTINCT order_number) <> count(*)
  name: order_number_gap_free
- sql: SELECT l.order_id FROM basket.lines l JOIN basket.orders o USING (order_id) WHERE o.eval_set = 'test'
  name: test_orders_have_no_lines
- relationships: {column: order_id, to: basket.lines}
  where: eval_set <> 'test'
)yaml";
    const std::string names = " AS t(order_id, user_id, order_number, days_since, eval_set)";
    add("basket.lines", "SELECT * FROM (VALUES (1, 7), (2, 7)) AS t(order_id, product_id)");
    add("basket.orders",
        "SELECT * FROM (VALUES (1, 1, 1, NULL, 'prior'), (2, 1, 2, 3, 'train'), (3, 2, 1, NULL, "
        "'test'))" +
            names);
    for (const CheckResult& result : run("basket.orders", checks).results)
        EXPECT_EQ(result.state, State::Passed) << result.name << ": " << result.message;
    add("basket.orders",
        "SELECT * FROM (VALUES (1, 1, 1, 4, 'test'), (2, 1, 3, 3, 'train'), (9, 2, 1, NULL, "
        "'prior'))" +
            names);
    for (const CheckResult& result : run("basket.orders", checks).results)
        EXPECT_EQ(text_of(result).substr(0, 8), "failed 1")
            << result.name << ": " << result.message;
}

// Hundreds of checks take few scans; the bad one among them is found by halving.
TEST_F(ChecksTest, ManyChecksAtOnce) {
    options.aggregates_per_scan = 50;
    open();
    add("shop.many", "SELECT range AS a FROM range(100)");
    std::string yaml = "- expression: CAST('x' || a AS INTEGER) > 0\n";
    for (int i = 0; i < 300; ++i) yaml += "- expression: a % 100 < " + std::to_string(i) + "\n";
    const Report report = run("shop.many", yaml);
    ASSERT_EQ(report.results.size(), 301u);
    EXPECT_EQ(report.results[0].state, State::Error);
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(report.results[static_cast<std::size_t>(i) + 1].failing, std::max(0, 100 - i))
            << i;
    }
}

// Whoever asks is gone: the run ends with that, and leaves no result.
TEST_F(ChecksTest, Cancelled) {
    add("shop.t", "SELECT 1 AS a");
    work->interrupt();
    const catalog::TableName name{"shop", "t"};
    const auto report =
        quality->run_checks(*work, name, {name, "shop", checks_of("- not_null: a"), {}}, context);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(query("SELECT count(*) FROM system.checks"), "0\n");
}

}  // namespace
}  // namespace tradewind::quality
