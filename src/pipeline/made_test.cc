// Exports and views with checks are left as they are only where a run would come to the same: what
// the clock, chance, a view between or a check decides has them made again.
#include <set>

#include "pipeline/check_text.h"
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

class MadeTest : public PipelineTest {
protected:
    void SetUp() override { deliver("('b', 'FR', '2026-01-01', 5), ('a', 'DE', '2026-01-01', 7)"); }

    RunState made(const std::string& asset) { return of(run(), asset).state; }
    // What the second run in which nothing changed does with it.
    RunState second(const std::map<std::string, std::string>& sql, const std::string& asset) {
        start(sql);
        const RunReport first = run();
        EXPECT_EQ(of(first, asset).state, RunState::Succeeded) << of(first, asset).message;
        return made(asset);
    }
    RunState second_export(const std::string& select) {
        return second({{"out", "/* asset: {materialize: export} */ " + select}}, "out");
    }
    static std::string view(const std::string& checks, const std::string& select) {
        return "/* asset: {materialize: view, checks: [" + checks + "]} */ " + select;
    }
};

// An export whose rows are of this day, or drawn, is written by each run though nothing came in.
TEST_F(MadeTest, ExportsOfTheClockAndOfChanceAreWritten) {
    for (const char* select :
         {"SELECT order_no FROM raw.orders WHERE day < current_date - 7",
          "SELECT order_no FROM raw.orders WHERE day < Current_Date\n",
          "SELECT order_no, now() AS at FROM raw.orders",
          "SELECT order_no, \"now\" () AS at FROM raw.orders",
          "SELECT order_no, now /* the run's */ () AS at FROM raw.orders",
          "SELECT order_no, get_current_timestamp() AS at FROM raw.orders",
          "SELECT order_no, localtimestamp AS at FROM raw.orders",
          "SELECT order_no, year(age(CAST(day AS TIMESTAMP))) AS at FROM raw.orders",
          "SELECT order_no, ago(INTERVAL 1 DAY) AS at FROM raw.orders",
          "SELECT order_no FROM raw.orders ORDER BY random()",
          "SELECT order_no, uuidv7() AS id FROM raw.orders",
          "SELECT order_no FROM raw.orders USING SAMPLE 1 ROWS",
          "SELECT order_no FROM raw.orders TABLESAMPLE reservoir(1)"})
        EXPECT_EQ(second_export(select), RunState::Succeeded) << select;
}

// Columns that are called alike are no questions of the time.
TEST_F(MadeTest, NamesThatOnlySoundSoAreNot) {
    for (const char* select :
         {"SELECT order_no, amount AS age, day AS today FROM raw.orders",
          "SELECT order_no AS uuid, lower(country) AS known_now, avg(amount) AS \"now\" FROM "
          "raw.orders GROUP BY ALL",
          "SELECT order_no, day AS current_day FROM raw.orders -- what is open now"})
        EXPECT_EQ(second_export(select), RunState::Skipped) << select;
}

// The clock is asked in a view that the export or its check reads, or in the text of a check.
TEST_F(MadeTest, TheClockInViewsAndChecksCounts) {
    const std::string recent =
        "/* asset: {materialize: view} */ SELECT * FROM raw.orders WHERE day < current_date";
    const std::string plain = "SELECT order_no, country, day, amount FROM raw.orders";
    EXPECT_EQ(
        second(
            {{"recent", recent},
             {"between", "/* asset: {materialize: view} */ SELECT * FROM recent"},
             {"out", "/* asset: {materialize: export} */ SELECT order_no FROM between"}},
            "out"
        ),
        RunState::Succeeded
    );
    for (const char* checks :
         {"{row_count: {equals: recent}}",
          "{expression: day < current_date, name: past}",
          "{not_null: {columns: [order_no], where: day < today()}}",
          "{relationships: {column: order_no, to: raw.orders, to_where: day < now()}}",
          "{sql: SELECT * FROM v WHERE random() > 2, name: drawn}"}) {
        EXPECT_EQ(
            second({{"recent", recent}, {"v", view(checks, plain)}}, "v"), RunState::Succeeded
        ) << checks;
    }
}

// A check that looks at what is made after its view is asked by each run: of that, only the run
// after sees what became.
TEST_F(MadeTest, ChecksAgainstWhatIsMadeLaterAreAskedAgain) {
    start(
        {{"v", view("{row_count: {equals: later}, blocking: false}", "SELECT * FROM raw.orders")},
         {"later", "SELECT * FROM v WHERE amount > 0"}}
    );
    for (int i = 0; i < 3; ++i) EXPECT_EQ(made("v"), RunState::Succeeded) << i;
    // The first found nothing to look at yet.
    EXPECT_EQ(
        query("SELECT state, count(*) FROM system.check_results GROUP BY state ORDER BY state"),
        "error,1\npassed,2\n"
    );
}

// A view that only a check reads has another statement: it is asked again.
TEST_F(MadeTest, ViewsThatOnlyAChecksReadsCount) {
    const auto with = [](const std::string& where) -> std::map<std::string, std::string> {
        return {
            {"known", "/* asset: {materialize: view} */ SELECT order_no FROM raw.orders" + where},
            {"v", view("{relationships: {column: order_no, to: known}}", "SELECT * FROM raw.orders")
            }
        };
    };
    EXPECT_EQ(second(with(""), "v"), RunState::Skipped);
    start(with(" WHERE amount > 6"));
    EXPECT_EQ(made("v"), RunState::Failed);
}

// A claim that did not hold, or could not be answered, is looked at again though it blocks nothing.
TEST_F(MadeTest, WhatDidNotHoldIsAskedAgain) {
    for (const char* checks :
         {"{max: {column: amount, value: 6}, blocking: false}",
          "{expression: CAST(country AS BIGINT) > 0, name: wrong, blocking: false}"}) {
        const auto sql = view(checks, "SELECT * FROM raw.orders");
        EXPECT_EQ(second({{"v", sql}}, "v"), RunState::Succeeded) << checks;
    }
    start({{"v", view("{max: {column: amount, value: 7}}", "SELECT * FROM raw.orders")}});
    EXPECT_EQ(made("v"), RunState::Succeeded);
    EXPECT_EQ(of(run(), "v").message, "a view: all its checks held, and nothing changed since");
}

// Each word of a claim counts, also from what and by which column a drift takes its rows.
TEST_F(MadeTest, EachWordOfACheckCounts) {
    const auto words = [](auto... change) {
        quality::Check check;
        (change(check), ...);
        return text_of(check);
    };
    const std::set<std::string> different{
        words(),
        words([](auto& check) { check.newer_by = "day"; }),
        words([](auto& check) { check.model = "day"; }),
        words([](auto& check) { check.max_age_us = 5; }),
        words([](auto& check) { check.rows_max = 5; }),
        words([](auto& check) { check.columns = {"day"}; }),
        words([](auto& check) { check.fields = {"day"}; }),
        words([](auto& check) { check.values = {{"day", false}}; }),
        words([](auto& check) { check.values = {{"day", true}}; }),
    };
    EXPECT_EQ(different.size(), 9u);
    EXPECT_EQ(words([](auto& check) { check.description = "told"; }), words());
}

}  // namespace
}  // namespace tradewind::pipeline
