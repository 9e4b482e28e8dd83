// Checks as people write them, and what is said when they slip.
#include <gtest/gtest.h>

#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

std::string refusal(const std::string& text) {
    const auto document = yaml::parse(text, "checks/orders.yml");
    if (!document.ok()) return document.error().describe();
    const auto checks = parse_checks(*document);
    return checks.ok() ? "accepted" : checks.error().describe();
}

// Every kind in its usual form: names, columns and parameters arrive where they belong.
TEST(ParseChecks, ReadsEveryKind) {
    const auto checks = checks_of(R"yaml(
- not_null: [a, b]
- unique: [order_id, product_id]
- accepted_values: {column: eval_set, values: [prior, train, 3, "4"]}
- relationships: {column: order_id, to: basket.orders, field: id, to_where: "eval_set = 'prior'"}
- min: {column: order_dow, value: 0}
- max: {column: order_dow, value: 6, blocking: false}
- pattern: {column: sku, regex: "[0-9]{5}[A-Z]*"}
- row_count: {min: 1, max: 10}
- type: {column: price, is: "DECIMAL(12,4)"}
- type: {column: raw_price, casts_to: "DECIMAL(12,4)"}
- encoding: description
- freshness: {column: invoice_date, max_age: 2d}
- sum_equals: {column: amount, to: raw.lines, tolerance: 0.01}
- expression: (days_since IS NULL) = (order_number = 1)
  name: first_order_has_no_days
  where: eval_set <> 'test'
  description: Only a first order comes after none.
- sql: SELECT user_id FROM basket.orders GROUP BY 1 HAVING max(order_number) <> count(*)
- row_count: 5
- row_count: {equals: raw.orders}
)yaml");
    ASSERT_EQ(checks.size(), 18u);
    EXPECT_EQ(checks[0].name, "not_null_a");
    EXPECT_EQ(checks[1].name, "not_null_b");
    EXPECT_EQ(checks[2].columns, (std::vector<std::string>{"order_id", "product_id"}));
    EXPECT_EQ(checks[2].name, "unique_order_id_product_id");
    EXPECT_EQ(checks[3].values.size(), 4u);
    EXPECT_TRUE(checks[3].values[2].number);
    EXPECT_FALSE(checks[3].values[3].number);
    EXPECT_EQ(checks[4].to->text(), "basket.orders");
    EXPECT_EQ(checks[4].fields, std::vector<std::string>{"id"});
    EXPECT_EQ(checks[5].bound->text, "0");
    EXPECT_FALSE(checks[6].blocking);
    EXPECT_TRUE(checks[5].blocking);
    EXPECT_EQ(checks[8].rows_max, 10);
    EXPECT_EQ(checks[10].casts_to, "DECIMAL(12,4)");
    EXPECT_EQ(checks[12].max_age_us, 2LL * 24 * 3600 * 1'000'000);
    EXPECT_EQ(checks[13].fields, std::vector<std::string>{"amount"});
    EXPECT_EQ(checks[14].name, "first_order_has_no_days");
    EXPECT_EQ(checks[14].where, "eval_set <> 'test'");
    EXPECT_EQ(checks[14].at.line, 15);
    EXPECT_EQ(checks[16].rows_min, 5);
    EXPECT_EQ(checks[16].rows_max, 5);
    EXPECT_EQ(checks[17].to->text(), "raw.orders");
}

// Each slip is named with its place and what was probably meant.
TEST(ParseChecks, NamesEverySlip) {
    const std::pair<const char*, const char*> cases[] = {
        {"- notnull: [a]", "checks/orders.yml:1:3: unknown check 'notnull'. Did you mean not_null?"
        },
        {"- xyzzy: [a]", "There are not_null, unique,"},
        {"a: b", "checks is a list"},
        {"- a", "a check is written as its kind"},
        {"- name: x", "no kind of check is named here"},
        {"- {}", "no kind of check is named here"},
        {"- not_null:", "not_null needs parameters:"},
        {"- not_null: []", "not_null needs column:"},
        {"- not_null: {colum: a}", "unknown key 'colum' of not_null. Did you mean column?"},
        {"- not_null: {column: a, columns: [b]}", "give column: or columns:, not both"},
        {"- not_null: {columns: [a, a]}", "a column is named twice"},
        {"- {not_null: a, unique: b}", "two checks in one entry: not_null and unique"},
        {"- {not_null: {column: a, name: x}, name: y}", "name is said twice"},
        {"- {not_null: a, blocking: perhaps}", "blocking"},
        {"- {not_null: a, where: ''}", "where is empty"},
        {"- min: a", "min has parameters by name"},
        {"- min: {column: a}", "min needs value:"},
        {"- accepted_values: {column: a}", "accepted_values needs values:"},
        {"- accepted_values: {column: a, values: x}", "values is a list"},
        {"- accepted_values: {column: a, values: []}", "no value is accepted"},
        {"- relationships: {column: a}", "relationships needs to:"},
        {"- relationships: {column: a, to: a.b.c}", "'a.b.c' is no table's name"},
        {"- relationships: {columns: [a, b], to: x.y, field: c}", "as many fields as columns"},
        {"- pattern: {column: a}", "pattern needs regex:"},
        {"- row_count: {}", "row_count needs min:, max: or equals:"},
        {"- row_count: {min: 5, max: 4}", "min is greater than max"},
        {"- row_count: many", "integer"},
        {"- type: {column: a}", "type needs is: or casts_to:"},
        {"- type: {column: a, is: FLAOT}", "no type: 'FLAOT'"},
        {"- type: {column: a, casts_to: 'INTEGER); DROP TABLE x'}", "no type:"},
        {"- type: {column: a, casts_to: 'DECIMAL(1,2) OR 1'}", "no type:"},
        {"- freshness: {column: a}", "freshness needs max_age:"},
        {"- freshness: {column: a, max_age: soon}", "'soon' is not a duration"},
        {"- freshness: {column: a, max_age: 0s}", "'0s' is not a duration"},
        {"- sum_equals: {column: a}", "sum_equals needs value: or to:"},
        {"- sum_equals: {value: 1}", "sum_equals needs column: or expression:"},
        {"- sum_equals: {column: a, value: x}", "'x' is not a number"},
        {"- sum_equals: {column: a, value: 1, tolerance: -1}", "a tolerance is not negative"},
        {"- sum_equals: {column: a, value: '1'}", "'1' is not a number"},
        {"- expression: ' '", "expression"},
        {"- {sql: SELECT 1, where: a}", "where does not go with sql"},
        {"- {not_null: a, name: x}\n- {unique: a, name: x}", "two checks are called 'x'"},
    };
    for (const auto& [text, expected] : cases) {
        const std::string answer = refusal(text);
        EXPECT_NE(answer.find(expected), std::string::npos) << text << "\n" << answer;
    }
}

// Names that nobody gave are told apart by number, in the order of the file.
TEST(ParseChecks, NumbersEqualNames) {
    const auto checks = checks_of("- min: {column: a, value: 1}\n- min: {column: a, value: 0}\n");
    EXPECT_EQ(checks[0].name, "min_a");
    EXPECT_EQ(checks[1].name, "min_a_2");
}

// A file of checks: a bare table is the package's own.
TEST(ParseChecks, ReadsAFile) {
    const auto read = [](const std::string& text) {
        return parse_checks_file("shop", *yaml::parse(text, "checks/orders.yml"));
    };
    const auto bare = read("table: orders\nchecks:\n- unique: order_id\n");
    ASSERT_TRUE(bare.ok()) << bare.error().describe();
    EXPECT_EQ(bare->table.text(), "shop.orders");
    EXPECT_EQ(read("table: raw.orders\nchecks: [{unique: id}]")->table.text(), "raw.orders");
    EXPECT_FALSE(read("table: orders\n").ok());
    EXPECT_FALSE(read("checks: [{unique: id}]\n").ok());
    EXPECT_FALSE(read("table: a.b.c\nchecks: [{unique: id}]\n").ok());
    EXPECT_FALSE(read("table: orders\ncheks: []\n").ok());
    EXPECT_FALSE(read("[]").ok());
}

}  // namespace
}  // namespace tradewind::quality
