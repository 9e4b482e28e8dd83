// What a run publishes, and when: partitions that stay, tables that go together, files as
// parameters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

constexpr const char* by_day =
    "/* asset:\n  materialize: insert_overwrite\n  partition_by: day\n*/\n"
    "SELECT day, sum(amount) AS amount FROM raw.orders GROUP BY day";

// The days of the newest input are replaced, those of inputs that are gone stay as they were.
TEST_F(PipelineTest, OverwritesTheDaysThatItHas) {
    start({{"daily", by_day}});
    const std::string first = deliver("('a', 'FR', '2026-01-01', 5), ('b', 'FR', '2026-01-02', 7)");
    EXPECT_EQ(run().state, RunState::Succeeded);
    const auto before = files_of("mart/shop/daily");
    deliver("('c', 'FR', '2026-01-02', 70), ('d', 'FR', '2026-01-03', 9)", {first});
    EXPECT_EQ(run().state, RunState::Succeeded);
    EXPECT_EQ(
        query("SELECT * FROM shop.daily ORDER BY day"),
        "2026-01-01,5\n2026-01-02,70\n2026-01-03,9\n"
    );
    EXPECT_EQ(files_of("mart/shop/daily").find("2026-01-01")->second, before.begin()->second);
    EXPECT_EQ(of(run(), "daily").state, RunState::Skipped);
    // Also by force: what it has no rows of is not its business.
    EXPECT_EQ(run({}, true).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT count(*) FROM shop.daily"), "3\n");
}

// Other columns do not fit beside the earlier partitions: refused, unless it is to begin anew.
TEST_F(PipelineTest, OtherColumnsBeginAnew) {
    start({{"daily", by_day}});
    const std::string first = deliver("('a', 'FR', '2026-01-01', 5)");
    EXPECT_EQ(run().state, RunState::Succeeded);
    deliver("('b', 'FR', '2026-01-02', 7)", {first});
    const std::string header(by_day, std::string(by_day).find("SELECT"));
    start(
        {{"daily",
          header + "SELECT day, count(*) AS n, sum(amount) AS amount FROM raw.orders "
                   "GROUP BY day"}}
    );
    const auto refused = run();
    EXPECT_EQ(refused.state, RunState::Failed);
    EXPECT_NE(of(refused, "daily").message.find("--force"), std::string::npos);
    EXPECT_EQ(query("SELECT * FROM shop.daily"), "2026-01-01,5\n");
    EXPECT_EQ(run({}, true).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT * FROM shop.daily"), "2026-01-02,1,7\n");
}

// Faults of its header are told with their place.
TEST_F(PipelineTest, OverwriteNeedsPartitions) {
    const auto unpartitioned =
        read({{"daily", "/* asset: {materialize: insert_overwrite} */ SELECT 1 AS n"}});
    ASSERT_FALSE(unpartitioned.ok());
    EXPECT_THAT(unpartitioned.error().describe(), testing::HasSubstr("needs partition_by"));
    const auto twice = read(
        {{"a", "/* asset: {dataset: same} */ SELECT 1 AS n"},
         {"b", "/* asset: {dataset: same} */ SELECT 1 AS n"}}
    );
    ASSERT_FALSE(twice.ok());
    EXPECT_THAT(twice.error().describe(), testing::HasSubstr("the same place, mart/shop/same"));
}

class TogetherTest : public PipelineTest {
protected:
    TogetherTest() { manifest_ = "{name: shop, publish: together}"; }

    static std::map<std::string, std::string> assets(const std::string& most) {
        return {
            {"total", "SELECT sum(amount) AS n FROM raw.orders"},
            {"half",
             "/* asset:\n  checks:\n    - max: {column: n, value: " + most +
                 "}\n*/\nSELECT n / 2 AS n FROM total"},
            {"file", "/* asset: {materialize: export} */ SELECT n FROM half"},
        };
    }
};

// Tables that read each other are published after the last of them was made, with the versions that
// they were made from; what others get is written then.
TEST_F(TogetherTest, PublishesAll) {
    deliver("('a', 'FR', '2026-01-01', 6)");
    start(assets("100"));
    const auto made = run();
    EXPECT_EQ(made.state, RunState::Succeeded) << made.message;
    EXPECT_EQ(of(made, "total").version, 1);
    EXPECT_EQ(of(made, "half").rows_out, 1);
    EXPECT_GE(of(made, "total").finished_at, of(made, "half").started_at);
    EXPECT_EQ(query("SELECT n FROM shop.half"), "3.0\n");
    const auto version = take(lake_->current("mart/shop/half"));
    EXPECT_THAT(
        catalog::provenance_from(version.extra).inputs,
        testing::ElementsAre(testing::Field(&catalog::InputVersion::version, 1))
    );
    const std::string file = take(os::read_file(*files_, of(made, "file").message, 1000));
    EXPECT_EQ(file, "n\n3.0\n");
    EXPECT_EQ(of(run(), "half").state, RunState::Skipped);
}

// One that its checks refuse holds all of them back, those that succeeded too; mended, the run is
// gone on with.
TEST_F(TogetherTest, PublishesNone) {
    deliver("('a', 'FR', '2026-01-01', 6)");
    start(assets("100"));
    EXPECT_EQ(run().state, RunState::Succeeded);
    deliver("('b', 'FR', '2026-01-01', 1000)");
    const auto failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_EQ(of(failed, "total").state, RunState::Cancelled);
    EXPECT_NE(of(failed, "total").message.find("not published"), std::string::npos);
    EXPECT_EQ(of(failed, "file").state, RunState::Cancelled);
    EXPECT_EQ(query("SELECT n FROM shop.total"), "6\n");
    EXPECT_EQ(take(lake_->current("mart/shop/total")).number, 1);
    start(assets("1000"));
    take(pipeline_->resume(failed.id));
    EXPECT_EQ(take(pipeline_->wait(failed.id, 60'000'000)).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT n FROM shop.half"), "503.0\n");
}

// A process that ended between two commits of one publication: the first is taken back before
// anybody reads it; a publication that had ended is not touched.
TEST_F(TogetherTest, TakesBackWhatWasCutOff) {
    const std::string first = deliver("('a', 'FR', '2026-01-01', 6)");
    start(assets("100"));
    EXPECT_EQ(run().state, RunState::Succeeded);
    const auto files = files_of("mart/shop/total");
    pipeline_.reset();
    lake::Commit half;
    for (const auto& [key, file] : files) half.remove.push_back(file);
    half.run = "77";
    half.extra = json::Value::object();
    take(lake_->commit("mart/shop/total", half, 1));
    take(database_->run("INSERT INTO run_publishing VALUES (77, 'mart/shop/total', 1)"));
    take(database_->run("INSERT INTO run_publishing VALUES (77, 'mart/shop/half', 1)"));
    start(assets("100"));
    EXPECT_EQ(files_of("mart/shop/total"), files);
    EXPECT_EQ(query("SELECT n FROM shop.total"), "6\n");
    EXPECT_EQ(take(lake_->current("mart/shop/half")).number, 1);
    EXPECT_EQ(take(database_->run("SELECT count(*) FROM run_publishing")).size(), 1u);
    // The table goes on from there.
    deliver("('b', 'FR', '2026-01-01', 10)");
    EXPECT_EQ(run().state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT n FROM shop.total"), "16\n");
}

TEST_F(TogetherTest, PublishIsEachOrTogether) {
    manifest_ = "{name: shop, publish: at_once}";
    const auto graph = read({});
    ASSERT_FALSE(graph.ok());
    EXPECT_THAT(graph.error().describe(), testing::HasSubstr("each or together"));
}

// What is in the lake and cannot be shown is told so: neither as done, nor as if nothing was made.
TEST_F(PipelineTest, TellsWhatIsPublishedAndNotShown) {
    engine::LiveTableOptions taken;
    taken.schema = "shop";
    taken.name = "t";
    taken.columns = {{"n", ColumnType::Integer}};
    const auto live = take(engine_->create_live_table(taken, {}));
    start({{"t", "SELECT 1 AS n"}});
    const auto told = run();
    EXPECT_EQ(told.state, RunState::Failed);
    EXPECT_EQ(of(told, "t").version, 1);
    EXPECT_EQ(of(told, "t").attempts, 1);
    EXPECT_THAT(of(told, "t").message, testing::HasSubstr("version 1 is published, but queries"));
    EXPECT_EQ(take(lake_->current("mart/shop/t")).number, 1);
}

// An asset that is made on request is left out of runs that do not name it; an export may have
// another name than its asset; SQL reads the package's time zone.
TEST_F(PipelineTest, OnRequest) {
    manifest_ = "{name: shop, timezone: America/New_York}";
    start(
        {{"t", "SELECT value AS zone FROM run.params WHERE name = 'timezone'"},
         {"t_csv",
          "/* asset: {materialize: export, on_request: true, export: {file: data}} */ "
          "SELECT zone FROM t"}}
    );
    EXPECT_EQ(run().assets.size(), 1u);
    EXPECT_EQ(run({"t+"}).assets.size(), 1u);
    const auto made = run({"t_csv"});
    EXPECT_EQ(of(made, "t_csv").message, path("exports/shop/data.csv"));
    EXPECT_EQ(
        take(os::read_file(*files_, path("exports/shop/data.csv"), 1000)),
        "zone\nAmerica/New_York\n"
    );
}

// What is asked for with + before it brings what it needs along, made on request or not; without +
// it is made alone, and what depends on it brings none of them.
TEST_F(PipelineTest, WhatIsAskedForBringsWhatItNeeds) {
    start(
        {{"t", "SELECT 1 AS a"},
         {"between", "/* asset: {on_request: true} */ SELECT a FROM t"},
         {"end", "/* asset: {on_request: true} */ SELECT a FROM between"}}
    );
    EXPECT_EQ(run({"t+"}).assets.size(), 1u);
    const auto made = run({"+end"});
    EXPECT_EQ(made.assets.size(), 3u);
    EXPECT_EQ(of(made, "between").state, RunState::Succeeded);
    EXPECT_EQ(run({"end"}).assets.size(), 1u);
}

// A run that is given a file reads the table as that file left it, whatever came since; gone on
// with, it reads the same.
TEST_F(PipelineTest, ReadsTheFileThatItWasGiven) {
    const std::string first = deliver("('a', 'FR', '2026-01-01', 5)");
    deliver("('b', 'FR', '2026-01-02', 700)", {first});
    std::vector<std::string> asked;
    resolve_parameter_ = [&](const std::string& package,
                             const std::string& name,
                             const std::string& value,
                             const std::atomic<bool>&) -> Result<std::optional<TableAt>> {
        asked.push_back(package + " " + name + " " + value);
        if (name != "orders") return std::optional<TableAt>();
        if (value != "/first.csv") return Error(ErrorCode::NotFound, "no such file");
        return std::optional(TableAt{{"raw", "orders"}, 1});
    };
    start({{"total", "SELECT sum(amount) AS n FROM raw.orders"}});
    RunRequest request;
    request.package = "shop";
    request.params = {{"orders", "/first.csv"}, {"x", "y"}};
    EXPECT_EQ(run_request(request).state, RunState::Succeeded);
    EXPECT_THAT(asked, testing::ElementsAre("shop orders /first.csv", "shop x y"));
    EXPECT_EQ(query("SELECT n FROM shop.total"), "5\n");
    EXPECT_EQ(run().state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT n FROM shop.total"), "700\n");
    request.params = {{"orders", "/other.csv"}};
    const auto failed = run_request(request);
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_NE(failed.message.find("parameter orders"), std::string::npos) << failed.message;
}

}  // namespace
}  // namespace tradewind::pipeline
