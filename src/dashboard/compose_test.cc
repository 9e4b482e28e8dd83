// The statement that runs: what filters leave of the tables stands before it, and nothing that a
// reader sends becomes part of it but as a literal.
#include "dashboard/compose.h"

#include "base/sql_text.h"
#include "dashboard/test_support.h"

namespace tradewind::dashboard {
namespace {

class ComposeTest : public testing::Test {
protected:
    SetFilter period(const std::string& from, const std::string& to) {
        return {definition.find_filter("period"), {from, to}, {}, false};
    }
    SetFilter chosen(
        const std::string& filter, std::vector<std::string> literals, bool null = false
    ) {
        return {definition.find_filter(filter), {}, std::move(literals), null};
    }
    std::string sql(
        const std::string& statement,
        const std::set<std::string>& tables,
        const std::vector<SetFilter>& set = {}
    ) {
        return compose(definition, statement, tables, set).sql;
    }

    const Definition definition = must_parse(small_dashboard);
};

// Without filters the package's tables are there by their names, whole.
TEST_F(ComposeTest, BareNamesAreThePackagesTables) {
    EXPECT_EQ(
        sql("SELECT 1 FROM sales", {"sales"}),
        "WITH sales AS (SELECT * FROM shop.sales)\nSELECT 1 FROM sales"
    );
    EXPECT_EQ(sql("SELECT 1", {}), "SELECT 1");
}

// Each filter is a condition on the tables that it knows; the last day counts in whole.
TEST_F(ComposeTest, FiltersAreConditionsOfTables) {
    EXPECT_EQ(
        sql("SELECT 1 FROM sales",
            {"sales"},
            {period("2011-01-01", "2011-12-31"), chosen("country", {"'france'", "'spain'"})}),
        "WITH sales AS (SELECT * FROM shop.sales WHERE day >= DATE '2011-01-01' AND day < DATE "
        "'2012-01-01' AND country IN ('france', 'spain'))\nSELECT 1 FROM sales"
    );
    EXPECT_EQ(condition_of(period("", "2011-01-01"), "day"), "day < DATE '2011-01-02'");
    EXPECT_EQ(condition_of(period("2011-01-01", ""), "day"), "day >= DATE '2011-01-01'");
    EXPECT_EQ(condition_of(chosen("country", {}, true), "c"), "c IS NULL");
    EXPECT_EQ(condition_of(chosen("country", {"1"}, true), "c"), "(c IN (1) OR c IS NULL)");
}

// A filter of one table reaches another through it, whether or not the statement reads both.
TEST_F(ComposeTest, FiltersReachThroughTables) {
    const std::string through =
        "WITH store AS (SELECT * FROM shop.store WHERE region IN ('east')),\n"
        "sales AS (SELECT * FROM shop.sales WHERE store_key IN (SELECT store_key FROM store))\n";
    const auto composed =
        compose(definition, "SELECT 1 FROM sales", {"sales"}, {chosen("region", {"'east'"})});
    EXPECT_EQ(composed.sql, through + "SELECT 1 FROM sales");
    EXPECT_EQ(composed.tables, (std::set<std::string>{"sales", "store"}));
    EXPECT_EQ(
        sql("SELECT 1 FROM store, sales", {"sales", "store"}, {chosen("region", {"'east'"})}),
        through + "SELECT 1 FROM store, sales"
    );
}

// It is told which filters a tile's tables know.
TEST_F(ComposeTest, TellsWhichFiltersApply) {
    const auto composed = compose(
        definition,
        "SELECT 1 FROM store",
        {"store"},
        {period("2011-01-01", ""), chosen("region", {"'east'"})}
    );
    EXPECT_EQ(composed.applied, std::vector<std::string>{"region"});
    EXPECT_EQ(composed.ignored, std::vector<std::string>{"period"});
}

// CTEs of the statement's own come after; comments before them and RECURSIVE are no obstacle, and
// names that only begin with WITH are none. Places stay known.
TEST_F(ComposeTest, KeepsTheStatementsOwnCtes) {
    const std::string ours = "sales AS (SELECT * FROM shop.sales)";
    EXPECT_EQ(
        sql("-- a\n/* b */ with\n t AS (SELECT 1 FROM sales) SELECT 1 FROM t", {"sales"}),
        "WITH " + ours + ",\n\n t AS (SELECT 1 FROM sales) SELECT 1 FROM t"
    );
    EXPECT_EQ(
        sql("WITH RECURSIVE t AS (SELECT 1) SELECT 1 FROM t, sales", {"sales"}),
        "WITH RECURSIVE " + ours + ",\n t AS (SELECT 1) SELECT 1 FROM t, sales"
    );
    EXPECT_EQ(sql("/* WITH", {"sales"}), "WITH " + ours + "\n/* WITH");
    EXPECT_EQ(sql("", {"sales"}), "WITH " + ours + "\n");
    EXPECT_EQ(compose(definition, "SELECT\n1", {"sales", "store"}, {}).lines_before, 2);
    EXPECT_EQ(compose(definition, "-- a\nWITH t AS (SELECT 1)", {"sales"}, {}).lines_before, 0);
}

// A value is a literal of the filter's type or it is refused.
TEST_F(ComposeTest, ValuesAreLiterals) {
    EXPECT_EQ(*literal_of("STRING", "it's"), "'it''s'");
    EXPECT_EQ(*literal_of("STRING", "'); DROP TABLE x; --"), "'''); DROP TABLE x; --'");
    EXPECT_EQ(*literal_of("STRING", "\\"), "'\\'");
    EXPECT_EQ(*literal_of("STRING", ""), "''");
    EXPECT_EQ(*literal_of("BIGINT", "-5"), "-5");
    EXPECT_EQ(*literal_of("DECIMAL(12,4)", "1.50"), "1.50");
    EXPECT_EQ(*literal_of("DATE", "2011-12-09"), "DATE '2011-12-09'");
    const std::pair<const char*, const char*> refused[] = {
        {"BIGINT", "1 OR 1=1"},
        {"BIGINT", "1;"},
        {"BIGINT", "0x10"},
        {"BIGINT", ""},
        {"BIGINT", "99999999999999999999"},
        {"DOUBLE", "nan"},
        {"DOUBLE", "1e5) OR (1=1"},
        {"DATE", "2011-12-09' OR '1'='1"},
        {"TIMESTAMP", "2011-12-09"},
        {"BLOB", "x"},
    };
    for (const auto& [type, value] : refused)
        EXPECT_FALSE(literal_of(type, value).ok()) << type << " " << value;
    EXPECT_FALSE(literal_of("STRING", std::string_view("a\0b", 3)).ok());
    EXPECT_FALSE(literal_of("STRING", "\xff").ok());
}

// What people type is looked for in values and labels, and is text whatever it is.
TEST_F(ComposeTest, SearchesValuesAndLabels) {
    EXPECT_EQ(
        search_sql(
            "SELECT a AS value, b AS label FROM t;\n", {{"value", ""}, {"label", ""}}, "o'x"
        ),
        "SELECT * FROM (\nSELECT a AS value, b AS label FROM t\n) AS choices WHERE "
        "instr(lower(CAST(value AS STRING)), lower('o''x')) > 0 OR "
        "instr(lower(CAST(label AS STRING)), lower('o''x')) > 0"
    );
}

}  // namespace
}  // namespace tradewind::dashboard
