// Checks that look at other tables: in which order these are made, and which of their rows count.
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::HasSubstr;

class CheckOrderTest : public PipelineTest {
protected:
    // `named` comes after the asset in the alphabet, and is made of the same rows.
    static std::map<std::string, std::string> related(const std::string& kind) {
        return {
            {"asset",
             "/* asset:\n  checks:\n    - " + kind +
                 "\n*/\nSELECT order_no, country FROM raw.orders"},
            {"named", "SELECT DISTINCT country FROM raw.orders"}
        };
    }
};

// Each way to name another table waits for it: the first run finds it, and later ones find the rows
// of the same run, whether tables are published one by one or together.
TEST_F(CheckOrderTest, WhatAChecksNamesIsMadeFirst) {
    const std::string ways[] = {
        "relationships: {column: country, to: named}",
        "sql: SELECT * FROM asset WHERE country NOT IN (SELECT country FROM named)",
        "row_count: {equals: named}"
    };
    for (const char* publish : {"each", "together"}) {
        manifest_ = std::string("publish: ") + publish;
        for (const std::string& way : ways) {
            const std::string folder = path("lake/mart");
            pipeline_.reset();
            std::filesystem::remove_all(folder_ / "lake");
            std::filesystem::create_directories(folder_ / "lake");
            catalog_.reset();
            quality_.reset();
            open_stores();
            deliver("('a', 'FR', '2026-01-01', 5)");
            start(related(way));
            EXPECT_EQ(run().state, RunState::Succeeded) << way << " " << publish;
            deliver("('b', 'DE', '2026-01-01', 5)");
            const RunReport second = run();
            EXPECT_EQ(second.state, RunState::Succeeded)
                << way << " " << publish << " " << of(second, "asset").message;
            EXPECT_EQ(query("SELECT count(*) FROM shop.asset"), "2\n");
        }
    }
}

// A table that cannot be made holds up what is checked against it, as what reads it.
TEST_F(CheckOrderTest, AFailureHoldsItUp) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    auto assets = related("relationships: {column: country, to: named}");
    assets["named"] = "SELECT DISTINCT country, CAST(country AS BIGINT) AS n FROM raw.orders";
    start(assets);
    const RunReport failed = run();
    EXPECT_EQ(of(failed, "named").state, RunState::Failed);
    EXPECT_EQ(of(failed, "asset").state, RunState::Cancelled);
}

// A check that blocks cannot look at what is made of the asset itself, directly or by another
// check; one that does not block can, and is answered by what was there before.
TEST_F(CheckOrderTest, CirclesAreTold) {
    std::map<std::string, std::string> assets{
        {"made",
         "/* asset:\n  checks:\n    - row_count: {equals: reader}\n*/\nSELECT * FROM raw.orders"},
        {"reader", "SELECT * FROM made"}
    };
    const AssetGraph refused = take(read_all(assets));
    ASSERT_EQ(refused.own_faults().size(), 1u);
    const std::string told = refused.own_faults()[0].describe();
    EXPECT_THAT(told, HasSubstr("made.sql"));
    EXPECT_THAT(told, HasSubstr("looks at shop.reader, which is made after it"));
    EXPECT_THAT(told, HasSubstr("Declare the check for shop.reader"));

    assets["made"] =
        "/* asset:\n  checks:\n    - row_count: {equals: reader}\n      blocking: "
        "false\n*/\nSELECT "
        "* FROM raw.orders";
    const AssetGraph graph = take(read(assets));
    EXPECT_TRUE(validate_assets(graph, *engine_, [](const catalog::TableName&) {
                    return Result<std::vector<catalog::Column>>(orders().columns);
                }).empty());

    const std::string mutual = "SELECT * FROM raw.orders";
    const AssetGraph both = take(read_all(
        {{"a", "/* asset:\n  checks:\n    - row_count: {equals: b}\n*/\n" + mutual},
         {"b", "/* asset:\n  checks:\n    - row_count: {equals: a}\n*/\n" + mutual}}
    ));
    ASSERT_EQ(both.faulty.size(), 1u);
    EXPECT_EQ(both.faulty[0].asset.name.table, "b");
}

// Views and exports are looked at too: what reads a view with a fault is not made, and the file of
// an export stays as it was.
TEST_F(CheckOrderTest, ViewsAndExportsAreChecked) {
    const std::string checked =
        "  checks:\n    - max: {column: amount, value: 10}\n*/\nSELECT * FROM ";
    deliver("('a', 'FR', '2026-01-01', 5)");
    start(
        {{"v", "/* asset:\n  materialize: view\n" + checked + "raw.orders"},
         {"down", "SELECT count(*) AS n FROM v"},
         {"out", "/* asset:\n  materialize: export\n" + checked + "raw.orders"}}
    );
    ASSERT_EQ(run().state, RunState::Succeeded);
    const auto file = std::filesystem::file_size(path("exports/shop/out.csv"));
    deliver("('b', 'FR', '2026-01-01', 50)");
    const RunReport failed = run();
    EXPECT_EQ(of(failed, "v").state, RunState::Failed);
    EXPECT_EQ(of(failed, "out").state, RunState::Failed);
    EXPECT_THAT(of(failed, "out").message, HasSubstr("max"));
    EXPECT_EQ(of(failed, "down").state, RunState::Cancelled);
    EXPECT_EQ(query("SELECT n FROM shop.down"), "1\n");
    EXPECT_EQ(std::filesystem::file_size(path("exports/shop/out.csv")), file);
}

// New files are followed through whatever the engine writes of a statement: operators that have no
// place in the text, and numbers of all widths.
TEST_F(CheckOrderTest, FilesFollowAnyExpression) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', NULL, '2026-01-01', 6)");
    start(
        {{"f",
          "/* asset:\n  materialize: files\n  partition_by: g\n*/\nSELECT order_no, amount, "
          "coalesce(country, 'unknown') AS g, amount * 1e5 AS wide, CAST(amount + "
          "99999999999999999999 - "
          "99999999999999999999 AS BIGINT) AS whole, [amount, 7][2] AS second FROM raw.orders "
          "WHERE amount < "
          "2.5e3"}}
    );
    ASSERT_EQ(run().state, RunState::Succeeded);
    deliver("('c', NULL, '2026-01-01', 9)");
    const RunReport second = run();
    ASSERT_EQ(second.state, RunState::Succeeded) << of(second, "f").message;
    EXPECT_EQ(
        query("SELECT g, count(*), CAST(sum(wide) AS BIGINT), max(whole), max(second) FROM shop.f "
              "GROUP BY g ORDER "
              "BY g"),
        "FR,1,500000,5,7\nunknown,2,1500000,9,7\n"
    );
}

}  // namespace
}  // namespace tradewind::pipeline
