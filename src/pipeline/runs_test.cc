// Runs: several assets at once, going on after a failure, parameters, time-outs, what goes wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

// A diamond: the middle assets are made at once, the end after both; each is there once.
TEST_F(PipelineTest, MakesSeveralAtOnce) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-02', 7)");
    std::map<std::string, std::string> assets{{"clean", clean}};
    std::string all = "SELECT 0 AS n";
    for (int i = 0; i < 20; ++i) {
        const std::string name = "m" + std::to_string(i);
        assets[name] = "SELECT count(*) AS n FROM clean";
        all += " UNION ALL SELECT n FROM " + name;
    }
    assets["total"] = "SELECT sum(n) AS n FROM (" + all + ") t";
    PipelineOptions options;
    options.parallel = 4;
    start(assets, options);
    const auto made = run();
    EXPECT_EQ(made.state, RunState::Succeeded) << made.message;
    EXPECT_EQ(query("SELECT n FROM shop.total"), "40\n");
    for (const AssetRun& one : made.assets) {
        EXPECT_EQ(one.attempts, 1);
        const bool middle = one.asset != "shop.clean" && one.asset != "shop.total";
        if (!middle) continue;
        EXPECT_GE(one.started_at, of(made, "clean").finished_at);
        EXPECT_LE(one.finished_at, of(made, "total").started_at);
    }
    std::vector<std::string> told;
    for (const RunLogLine& line : take(pipeline_->log(made.id)))
        told.push_back(line.asset + " " + line.level);
    EXPECT_EQ(told.size(), 23u);
    EXPECT_EQ(told.back(), " info");
}

// A run's number is never given twice, also when meta.sqlite is lost: files and versions bear it.
TEST_F(PipelineTest, NumbersGoOnWithoutTheirRecords) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"clean", clean}});
    ASSERT_EQ(run().state, RunState::Succeeded);
    deliver("('b', 'FR', '2026-01-02', 7)");
    const auto before = run();
    ASSERT_EQ(before.state, RunState::Succeeded) << before.message;
    pipeline_->stop();
    for (const char* table : {"runs", "run_assets", "sqlite_sequence"})
        ASSERT_TRUE(database_->run("DELETE FROM " + std::string(table)).ok());
    start({{"clean", clean}});
    deliver("('c', 'FR', '2026-01-03', 9)");
    const auto after = run();
    EXPECT_EQ(after.state, RunState::Succeeded) << after.message;
    EXPECT_GT(after.id, before.id);
    EXPECT_EQ(query("SELECT count(*) FROM shop.clean"), "3\n");
}

// A table that a damaged file was taken out of is made again, whole, when the program starts.
TEST_F(PipelineTest, WhatWasDamagedIsMadeAgain) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-02', 7)");
    const std::map<std::string, std::string> assets{
        {"clean", clean}, {"total", "SELECT sum(amount) AS n FROM clean"}
    };
    start(assets);
    ASSERT_EQ(run().state, RunState::Succeeded);
    pipeline_->stop();
    const auto made = take(lake_->current("clean/shop/clean"));
    std::filesystem::resize_file(lake_->absolute(made.files[0].path), 10);
    EXPECT_EQ(lake_->quarantine_changed().error().code(), ErrorCode::Corruption);
    refresh_ = true;
    start(assets);
    const auto again = take(pipeline_->wait(take(pipeline_->list(1)).at(0).id, 60'000'000));
    EXPECT_EQ(again.state, RunState::Succeeded) << again.message;
    EXPECT_EQ(query("SELECT n FROM shop.total"), "12\n");
    EXPECT_EQ(query("SELECT count(*) FROM shop.clean"), "2\n");
}

// What fails is gone on with once it can succeed, over the versions that the run had pinned; what
// was made is not made again.
TEST_F(PipelineTest, GoesOnWithTheRest) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::string broken =
        "SELECT CASE WHEN amount < 0 THEN CAST(country AS BIGINT) ELSE amount END AS n FROM clean";
    deliver("('b', 'FR', '2026-01-01', -1)");
    start({{"clean", clean}, {"broken", broken}, {"last", "SELECT sum(n) AS n FROM broken"}});
    const auto failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_EQ(of(failed, "last").state, RunState::Cancelled);
    const std::string mended = "SELECT abs(amount) AS n FROM clean";
    start({{"clean", clean}, {"broken", mended}, {"last", "SELECT sum(n) AS n FROM broken"}});
    deliver("('c', 'FR', '2026-01-01', 100)");
    const auto queued = take(pipeline_->resume(failed.id));
    EXPECT_EQ(queued.id, failed.id);
    const auto made = take(pipeline_->wait(failed.id, 60'000'000));
    EXPECT_EQ(made.state, RunState::Succeeded) << made.message;
    EXPECT_EQ(of(made, "clean").finished_at, of(failed, "clean").finished_at);
    EXPECT_EQ(query("SELECT n FROM shop.last"), "6\n");
    EXPECT_EQ(pipeline_->resume(failed.id).error().code(), ErrorCode::Conflict);
    EXPECT_EQ(pipeline_->resume(999).error().code(), ErrorCode::NotFound);
}

// The program ended after a table was published and before that was written down: however the run
// was asked for, the table is not made again; other SQL makes it for the second time in one run.
TEST_F(PipelineTest, GoesOnAfterWhatItPublished) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const auto cut_off = [&] {
        take(database_->run("UPDATE runs SET state = 'running'"));
        take(database_->run("UPDATE run_assets SET state = 'running'"));
    };
    const std::string by_country =
        "/* asset:\n  partition_by: [country]\n*/\nSELECT country, sum(amount) AS n FROM "
        "raw.orders "
        "GROUP BY country";
    start({{"sums", by_country}});
    run();
    const auto forced = run({}, true);
    EXPECT_EQ(forced.state, RunState::Succeeded);
    const auto files = files_of("mart/shop/sums");
    const auto go_on = [&](const std::string& sql) {
        cut_off();
        start({{"sums", sql}});
        take(pipeline_->resume(forced.id));
        return take(pipeline_->wait(forced.id, 60'000'000));
    };
    const auto again = go_on(by_country);
    EXPECT_EQ(of(again, "sums").state, RunState::Skipped) << of(again, "sums").message;
    EXPECT_EQ(files_of("mart/shop/sums"), files);
    const auto other = go_on(by_country + " HAVING sum(amount) > 1");
    EXPECT_EQ(of(other, "sums").state, RunState::Succeeded) << of(other, "sums").message;
    EXPECT_EQ(query("SELECT n FROM shop.sums"), "5\n");
    // Another run has published meanwhile.
    run({}, true);
    const auto late = go_on(by_country);
    EXPECT_EQ(of(late, "sums").state, RunState::Succeeded) << of(late, "sums").message;
    EXPECT_EQ(query("SELECT n FROM shop.sums"), "5\n");
}

// SQL reads a run's parameters as a table, with the time zone among them; other parameters are
// other rows.
TEST_F(PipelineTest, ReadsParameters) {
    const std::string sql =
        "SELECT max(CASE WHEN name = 'day' THEN value END) AS day, count(*) AS n FROM run.params";
    start({{"dated", sql}});
    RunRequest request;
    request.package = "shop";
    request.params = {{"day", "it's 2026"}, {"other", ""}};
    EXPECT_EQ(run_request(request).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT * FROM shop.dated"), "it's 2026,3\n");
    EXPECT_EQ(of(run_request(request), "dated").state, RunState::Skipped);
    EXPECT_EQ(run_request(request).request.params, request.params);
    EXPECT_EQ(of(run(), "dated").state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT n FROM shop.dated"), "1\n");
    const auto view = read({{"v", "/* asset: {materialize: view} */ SELECT * FROM run.params"}});
    EXPECT_FALSE(view.ok());
}

// An asset that takes too long is stopped, and says so; a run too.
TEST_F(PipelineTest, StopsWhatTakesTooLong) {
    const std::string endless =
        "SELECT count(*) AS n FROM range(100000000) a, range(1000000) b WHERE a.range = b.range + "
        "7";
    start({{"slow", "/* asset: {timeout: 1s} */ " + endless}});
    const auto late = run();
    EXPECT_EQ(late.state, RunState::Failed);
    EXPECT_NE(of(late, "slow").message.find("longer than 1"), std::string::npos)
        << of(late, "slow").message;
    start({{"slow", endless}, {"after", "SELECT n FROM slow"}});
    RunRequest request;
    request.package = "shop";
    request.timeout_us = 500'000;
    const auto cut = run_request(request);
    EXPECT_EQ(cut.state, RunState::Failed);
    EXPECT_EQ(of(cut, "after").state, RunState::Cancelled);
}

// Two who ask at once: the runs follow each other, and the second finds nothing to do.
TEST_F(PipelineTest, TwoRunsAtOnce) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"clean", clean}});
    RunRequest request;
    request.package = "shop";
    const auto first = take(pipeline_->submit(request));
    const auto second = take(pipeline_->submit(request));
    const auto made = take(pipeline_->wait(first.id, 60'000'000));
    const auto after = take(pipeline_->wait(second.id, 60'000'000));
    EXPECT_EQ(of(made, "clean").state, RunState::Succeeded);
    EXPECT_EQ(of(after, "clean").state, RunState::Skipped);
    EXPECT_EQ(of(after, "clean").version, of(made, "clean").version);
    EXPECT_GE(after.started_at, made.finished_at);
}

// Takes the file away when the asset begins.
class FileThief : public RunListener {
public:
    explicit FileThief(std::string path) : path_(std::move(path)) {}
    void on_run(const RunReport&) override {}
    void on_asset(const RunReport&, const AssetRun&) override { std::filesystem::remove(path_); }

private:
    const std::string path_;
};

// A table whose file is deleted under a run: the run fails and names the file, what was published
// before stays.
TEST_F(PipelineTest, InputDeletedUnderARun) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"total", "SELECT sum(amount) AS n FROM raw.orders"}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    const std::string file = deliver("('b', 'FR', '2026-01-02', 7)");
    FileThief thief(lake_->absolute(file));
    listeners_ = {&thief};
    PipelineOptions options;
    options.retries = 1;
    options.retry_delay_us = 1000;
    start({{"total", "SELECT sum(amount) AS n FROM raw.orders"}}, options);
    const auto failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_NE(of(failed, "total").message.find("file-2.parquet"), std::string::npos)
        << of(failed, "total").message;
    EXPECT_EQ(query("SELECT n FROM shop.total"), "5\n");
}

// An interval of what has none would not be kept to: refused.
TEST_F(PipelineTest, IntervalOfWhatHasNone) {
    start({{"clean", clean}});
    RunRequest request;
    request.package = "shop";
    request.assets = {"clean"};
    request.from = "2026-01-01";
    const auto refused = pipeline_->submit(request);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
    request.assets.clear();
    EXPECT_EQ(pipeline_->submit(request).error().code(), ErrorCode::InvalidArgument);
}

// An interval's run tells the rows that it made, not those of the whole table; rows of other days
// that changed since are made too, for the version says what it is made of.
TEST_F(PipelineTest, RowsOfAnInterval) {
    deliver(
        "('a', 'FR', '2026-01-01', 5), ('b', 'FR', '2026-01-02', 7), ('c', 'FR', '2026-01-02', "
        "8), ('d', 'FR', '2026-01-03', 9)"
    );
    const std::string days =
        "/* asset: {materialize: partitions, partition_by: day, interval: day} */ SELECT day, "
        "order_no FROM raw.orders";
    start({{"days", days}, {"other", "SELECT 1 AS n"}});
    const auto whole = run();
    ASSERT_EQ(whole.state, RunState::Succeeded) << whole.message;
    EXPECT_EQ(of(whole, "days").rows_made, 4);
    RunRequest request;
    request.package = "shop";
    request.from = "2026-01-02";
    request.to = "2026-01-03";
    const auto day = run_request(request);
    EXPECT_EQ(of(day, "days").rows_made, 2) << day.message;
    EXPECT_EQ(of(day, "days").rows_out, 4);
    deliver("('e', 'FR', '2026-01-03', 1)");
    EXPECT_EQ(of(run_request(request), "days").rows_made, 4);
    EXPECT_EQ(of(take(pipeline_->show(day.id)), "days").rows_made, 2);
}

// Two columns of one name cannot be told apart: refused without running, and by a run.
TEST_F(PipelineTest, ColumnsOfOneName) {
    start({{"twice", "SELECT 1 AS a, 2 AS A"}});
    const auto failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_NE(of(failed, "twice").message.find("two columns named"), std::string::npos);
    const AssetGraph graph = take(read({{"twice", "SELECT 1 AS a, 2 AS A"}}));
    const auto faults = validate_assets(graph, *engine_, [](const catalog::TableName&) {
        return Result<std::vector<catalog::Column>>(std::vector<catalog::Column>{});
    });
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].describe().find("two columns named"), std::string::npos);
}

}  // namespace
}  // namespace tradewind::pipeline
