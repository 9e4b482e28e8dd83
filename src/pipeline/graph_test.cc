// What becomes of faults: each leaves out its asset and what reads it, is told with its place, and
// stops nothing else.
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::HasSubstr;

class GraphTest : public PipelineTest {
protected:
    static std::string names(const std::vector<Asset>& assets) {
        std::string text;
        for (const Asset& asset : assets) text += asset.name.table + " ";
        return text;
    }
    static std::string told(const AssetGraph& graph) {
        std::string text;
        for (const Error& fault : graph.own_faults()) text += fault.describe() + "\n";
        return text;
    }
};

// Every fault is found at once, and what does not depend on it is there.
TEST_F(GraphTest, TellsEveryFaultAndKeepsTheRest) {
    const AssetGraph graph = take(read_all(
        {{"good", "SELECT * FROM raw.orders"},
         {"reader", "SELECT * FROM good"},
         {"slip", "SELEC 1"},
         {"nowhere", "SELECT 1 AS x\nFROM raw.ordres"},
         {"behind", "SELECT 1 AS one,\n  x FROM nowhere"},
         {"header", "/* asset:\n  layr: mart\n*/\nSELECT 1"},
         {"a", "SELECT 1 AS n\nFROM b"},
         {"b", "SELECT 1 AS n\n\nFROM a"}}
    ));
    EXPECT_EQ(names(graph.assets), "good reader ");
    EXPECT_EQ(graph.faulty.size(), 6u);
    const std::string text = told(graph);
    EXPECT_EQ(graph.own_faults().size(), 4u) << text;
    EXPECT_THAT(
        text, HasSubstr("b.sql:3:6: assets read each other in a circle. shop.a reads shop.b")
    );
    EXPECT_THAT(text, HasSubstr("nowhere.sql:2:6: there is no table raw.ordres"));
    EXPECT_THAT(text, HasSubstr("slip.sql:1"));
    EXPECT_THAT(text, HasSubstr("layer"));
    EXPECT_FALSE(graph.find_faulty({"shop", "behind"})->own);
    EXPECT_THAT(
        graph.find_faulty({"shop", "behind"})->error.describe(),
        HasSubstr("behind.sql:2:10: it reads shop.nowhere, which has a fault")
    );
}

// A run of the package makes the others and fails for what it could not; a run of the faulty one is
// refused with its fault. What was made of it before can be read.
TEST_F(GraphTest, RunsGoOnWithoutTheFaulty) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::string orders = "SELECT * FROM raw.orders";
    start({{"good", orders}, {"later_bad", orders}, {"reader", "SELECT * FROM later_bad"}});
    run();
    deliver("('b', 'FR', '2026-01-01', 6)");
    start(
        {{"good", orders},
         {"later_bad", "SELECT * FRM raw.orders"},
         {"reader", "SELECT * FROM later_bad"}}
    );
    EXPECT_EQ(query("SELECT count(*) FROM shop.later_bad"), "1\n");
    const RunReport made = run();
    EXPECT_EQ(made.state, RunState::Failed);
    EXPECT_EQ(of(made, "good").state, RunState::Succeeded);
    EXPECT_EQ(of(made, "later_bad").state, RunState::Failed);
    EXPECT_THAT(of(made, "later_bad").message, HasSubstr("later_bad.sql:1"));
    EXPECT_THAT(
        of(made, "reader").message, HasSubstr("it reads shop.later_bad, which has a fault")
    );
    EXPECT_EQ(query("SELECT count(*) FROM shop.good"), "2\n");
    RunRequest alone;
    alone.package = "shop";
    alone.assets = {"later_bad"};
    const auto refused = pipeline_->submit(alone);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().describe(), HasSubstr("later_bad.sql:1"));
    EXPECT_EQ(run({"good"}).state, RunState::Succeeded);
    EXPECT_EQ(pipeline_->resume(made.id).error().code(), ErrorCode::InvalidArgument);
}

// Checks that cannot be read stop the table that they are of, and no other; where nobody knows of
// which they are, all of the package.
TEST_F(GraphTest, UnreadableChecksStopPublication) {
    const auto faulty = [&](const std::string& file) {
        package::Package package;
        package.name = "shop";
        package.folder = "/w/packages/shop";
        package.manifest = take(yaml::parse(manifest_, package.folder + "/package.yml"));
        package.assets = {
            {"a", "assets/a.sql", "", {}, "SELECT * FROM raw.orders"},
            {"b", "assets/b.sql", "", {}, "SELECT * FROM raw.orders"}
        };
        auto document = yaml::parse(file, "/w/packages/shop/checks/c.yml");
        if (document.ok()) {
            package.checks.push_back({"checks/c.yml", *document});
        } else {
            package.faults.push_back({"checks", "c", "checks/c.yml", document.error()});
        }
        const AssetGraph graph = read_assets({package}, *engine_, [](const auto& name) {
            return name == catalog::TableName{"raw", "orders"};
        });
        return names(graph.assets) + "/ " + std::to_string(graph.own_faults().size());
    };
    EXPECT_EQ(faulty("table: a\nchecks:\n  - not_null: amount\n"), "a b / 0");
    EXPECT_EQ(faulty("table: a\nchecks:\n  - not_nul: amount\n"), "b / 1");
    EXPECT_EQ(faulty("table: raw.orders\nchecks:\n  - not_nul: amount\n"), "a b / 1");
    EXPECT_EQ(faulty("tabel: a\nchecks:\n  - not_null: amount\n"), "/ 1");
    EXPECT_EQ(faulty("table: 'a\nchecks:\n  - not_null: amount\n"), "/ 1");
}

// What a header names and the result has not is told at its own place, with the nearest there is.
TEST_F(GraphTest, NamedColumnsHavePlaces) {
    const AssetGraph graph = take(read(
        {{"by",
          "/* asset:\n  layer: mart\n  partition_by: [day, contry]\n*/\nSELECT * FROM raw.orders"},
         {"told",
          "/* asset:\n  columns:\n    day: When.\n    amuont: How much.\n*/\nSELECT * FROM "
          "raw.orders"}}
    ));
    const auto faults = validate_assets(graph, *engine_, [](const catalog::TableName&) {
        return Result<std::vector<catalog::Column>>(orders().columns);
    });
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_EQ(
        faults[0].describe(),
        "/w/packages/shop/assets/by.sql:3:23: the result has no column contry. Did you mean "
        "country?"
    );
    EXPECT_EQ(
        faults[1].describe(),
        "/w/packages/shop/assets/told.sql:4:5: the result has no column amuont. Did you mean "
        "amount?"
    );
}

}  // namespace
}  // namespace tradewind::pipeline
