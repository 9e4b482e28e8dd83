// Assets from SQL to published tables: order, versions, what stays and what is made again.
#include <fstream>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::HasSubstr;

constexpr const char* totals =
    "SELECT country, sum(amount) AS amount FROM clean GROUP BY country ORDER BY country";

// A run makes what the SQL says in the order that the SQL gives, and SQL sees it.
TEST_F(PipelineTest, MakesAssetsInOrder) {
    deliver(
        "('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-01', 7), ('c', 'FR', '2026-01-02', 0)"
    );
    start({{"totals", totals}, {"clean", clean}});
    const RunReport made = run();
    EXPECT_EQ(made.state, RunState::Succeeded) << to_json(made).dump();
    EXPECT_EQ(query("SELECT * FROM shop.totals ORDER BY country"), "de,7\nfr,5\n");
    EXPECT_EQ(of(made, "clean").rows_out, 2);
    const auto info = take(catalog_->show({"shop", "totals"}));
    EXPECT_EQ(info.version.provenance.inputs[0].table, "shop.clean");
    EXPECT_EQ(info.columns[1].type, "BIGINT");
}

class HeardRuns : public RunListener {
public:
    void on_run(const RunReport& run) override {
        heard.push_back(run.package + " " + to_string(run.state));
    }
    void on_asset(const RunReport&, const AssetRun& asset) override {
        heard.push_back(asset.asset + " " + to_string(asset.state));
    }
    std::vector<std::string> heard;
};

// Who listens hears of each beginning and its end, and nothing of assets that had nothing to do.
TEST_F(PipelineTest, TellsWhatBeginsAndEnds) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    HeardRuns listener;
    listeners_ = {&listener};
    const std::string broken = "SELECT CAST(country AS BIGINT) AS n FROM clean";
    start({{"broken", broken}, {"clean", clean}});
    run();
    EXPECT_THAT(
        listener.heard,
        testing::ElementsAre(
            "shop running",
            "shop.clean running",
            "shop.clean succeeded",
            "shop.broken running",
            "shop.broken failed",
            "shop failed"
        )
    );
    listener.heard.clear();
    run({"clean"});
    EXPECT_THAT(listener.heard, testing::ElementsAre("shop running", "shop succeeded"));
}

// A version tells which stored columns its columns come from, through the views between.
TEST_F(PipelineTest, TellsTheLineageOfColumns) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::string view =
        "/* asset:\n  materialize: view\n*/\nSELECT *, amount * 2 AS twice FROM clean";
    start(
        {{"totals", "SELECT country, sum(twice) AS total, count(*) FROM doubled GROUP BY country"},
         {"doubled", view},
         {"clean", clean}}
    );
    run();
    const auto columns = take(catalog_->lineage({"shop", "totals"})).columns;
    ASSERT_EQ(columns.size(), 3u);
    EXPECT_EQ(columns[0].from, std::vector<std::string>{"shop.clean.country"});
    EXPECT_EQ(columns[1].column, "total");
    EXPECT_EQ(columns[1].from, std::vector<std::string>{"shop.clean.amount"});
    EXPECT_EQ(columns[2].column, "count_star()");
    EXPECT_EQ(columns[2].from.size(), 4u);
    const auto first = take(catalog_->lineage({"shop", "clean"})).columns;
    EXPECT_EQ(first[1].from, std::vector<std::string>{"raw.orders.country"});
}

// What did not change is not made again; a change in the SQL is one.
TEST_F(PipelineTest, SkipsWhatIsUpToDate) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"totals", totals}, {"clean", clean}});
    run();
    const RunReport again = run();
    EXPECT_EQ(again.state, RunState::Succeeded);
    EXPECT_EQ(of(again, "clean").state, RunState::Skipped);
    EXPECT_EQ(of(again, "totals").state, RunState::Skipped);
    start(
        {{"totals", "SELECT country, count(*) AS n FROM clean GROUP BY country"}, {"clean", clean}}
    );
    const RunReport changed = run();
    EXPECT_EQ(of(changed, "clean").state, RunState::Skipped);
    EXPECT_EQ(of(changed, "totals").state, RunState::Succeeded);
    EXPECT_EQ(of(run({}, true), "clean").state, RunState::Succeeded);
}

// New input files add files to their partitions; the others keep theirs.
TEST_F(PipelineTest, NewFilesTouchOnlyTheirPartitions) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-01', 7)");
    start({{"clean", clean}});
    run();
    const auto before = files_of("clean/shop/clean");
    deliver("('c', 'FR', '2026-01-02', 1)");
    EXPECT_EQ(of(run(), "clean").rows_in, 1);
    const auto after = files_of("clean/shop/clean");
    EXPECT_EQ(after.count("fr"), 2u);
    EXPECT_EQ(after.find("de")->second, before.find("de")->second);
    EXPECT_EQ(query("SELECT sum(amount) FROM shop.clean"), "13\n");
}

// A replaced input rewrites the partitions that held its rows, and no others; the result equals a
// table made from all current rows.
TEST_F(PipelineTest, CorrectionsRestateTheirPartitions) {
    deliver(
        "('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-01', 7), ('i', 'IT', '2026-01-01', 9)"
    );
    const std::string wrong = deliver("('c', 'FR', '2026-01-02', 1), ('d', 'ES', '2026-01-02', 2)");
    start({{"clean", clean}});
    run();
    const auto before = files_of("clean/shop/clean");
    deliver("('c', 'FR', '2026-01-02', 10), ('e', 'PT', '2026-01-02', 3)", {wrong});
    EXPECT_EQ(run().state, RunState::Succeeded);
    const auto after = files_of("clean/shop/clean");
    EXPECT_EQ(after.find("de")->second, before.find("de")->second);
    EXPECT_EQ(after.find("it")->second, before.find("it")->second);
    EXPECT_EQ(after.count("es"), 0u);
    const std::string rows = query("SELECT * FROM shop.clean ORDER BY order_no");
    EXPECT_EQ(
        rows,
        "a,fr,2026-01-01,5\nb,de,2026-01-01,7\nc,fr,2026-01-02,10\ne,pt,2026-01-02,3\ni,it,2026-01-"
        "01,9\n"
    );
    run({}, true);
    EXPECT_EQ(query("SELECT * FROM shop.clean ORDER BY order_no"), rows);
}

// Many deliveries in any order, replaced at random: always what a rebuild gives.
TEST_F(PipelineTest, FollowsManyChanges) {
    PipelineOptions options;
    options.partition_files_max = 3;
    deliver("('z', 'XX', '2026-01-01', 1)");
    start({{"clean", clean}}, options);
    std::vector<std::string> live;
    std::uint64_t seed = 12345;
    const auto next = [&](std::uint64_t below) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        return (seed >> 33) % below;
    };
    for (int round = 0; round < 12; ++round) {
        std::string rows;
        for (std::uint64_t i = 0, count = 1 + next(4); i < count; ++i) {
            if (!rows.empty()) rows += ", ";
            rows += "('r" + std::to_string(round) + "_" + std::to_string(i) + "', 'c" +
                    std::to_string(next(4)) + "', '2026-01-01', " + std::to_string(next(3)) + ")";
        }
        std::vector<std::string> gone;
        if (!live.empty() && next(2) == 0) {
            const std::size_t at = next(live.size());
            gone.push_back(live[at]);
            live.erase(live.begin() + static_cast<long>(at));
        }
        live.push_back(deliver(rows, gone));
        if (next(3) == 0) continue;  // several at once
        ASSERT_EQ(run().state, RunState::Succeeded);
        const auto work = take(engine_->open_work({}));
        ASSERT_TRUE(work->add_table(take(catalog_->files({"raw", "orders"}))).ok());
        std::string expected;
        for (const auto& row : take(work->rows(
                                        "SELECT order_no || lower(country) || amount FROM "
                                        "raw.orders WHERE amount <> 0 ORDER BY 1",
                                        1000
                                    ))
                                   .rows)
            expected += *row[0] + "\n";
        ASSERT_EQ(
            query("SELECT order_no || country || amount FROM shop.clean ORDER BY 1"), expected
        ) << "round "
          << round;
    }
}

// By partition: only those that changed input touches are made anew, from all input.
TEST_F(PipelineTest, PartitionsAreOverwritten) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-02', 7)");
    start(
        {{"daily",
          "/* asset:\n  materialize: partitions\n  partition_by: day\n  interval: day\n*/\n"
          "SELECT day, sum(amount) AS amount FROM raw.orders GROUP BY day"}}
    );
    run();
    const auto before = files_of("mart/shop/daily");
    deliver("('c', 'FR', '2026-01-02', 3)");
    const RunReport made = run();
    EXPECT_EQ(of(made, "daily").files_kept, 1);
    EXPECT_EQ(
        files_of("mart/shop/daily").find("2026-01-01")->second, before.find("2026-01-01")->second
    );
    EXPECT_EQ(query("SELECT * FROM shop.daily ORDER BY day"), "2026-01-01,5\n2026-01-02,10\n");
    RunRequest interval;
    interval.package = "shop";
    interval.from = "2026-01-01";
    interval.to = "2026-01-02";
    EXPECT_EQ(of(run_request(interval), "daily").state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT count(*) FROM shop.daily"), "2\n");
}

// A blocking check keeps the version before; what reads the asset is not made.
TEST_F(PipelineTest, ChecksBlockPublication) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::string checked =
        "/* asset:\n  checks:\n    - max: {column: amount, value: 10}\n*/\nSELECT * FROM "
        "raw.orders";
    start({{"checked", checked}, {"reader", "SELECT count(*) AS n FROM checked"}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    deliver("('b', 'FR', '2026-01-01', 50)");
    const RunReport failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_THAT(of(failed, "checked").message, HasSubstr("max"));
    EXPECT_EQ(of(failed, "reader").state, RunState::Cancelled);
    EXPECT_EQ(query("SELECT count(*) FROM shop.checked"), "1\n");
}

// An asset that fails leaves everything as it was, and says where.
TEST_F(PipelineTest, FailureChangesNothing) {
    deliver("('a', 'x1', '2026-01-01', 5)");
    start({{"numbers", "SELECT CAST(country AS BIGINT) AS n FROM raw.orders"}});
    const RunReport failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_THAT(of(failed, "numbers").message, HasSubstr("x1"));
    EXPECT_EQ(take(lake_->current("mart/shop/numbers")).number, 0);
}

// Exports are one file with a header; views have no rows of their own.
TEST_F(PipelineTest, ExportsAndViews) {
    deliver("('b', 'FR', '2026-01-01', 5), ('a', 'DE', '2026-01-01', 7)");
    start(
        {{"v", "/* asset:\n  materialize: view\n*/\nSELECT order_no, amount FROM raw.orders"},
         {"out", "/* asset:\n  materialize: export\n*/\nSELECT * FROM v ORDER BY order_no"}}
    );
    const RunReport made = run();
    EXPECT_EQ(made.state, RunState::Succeeded);
    EXPECT_EQ(of(made, "out").message, path("exports/shop/out.csv"));
    std::ifstream file(path("exports/shop/out.csv"));
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(text, "order_no,amount\na,7\nb,5\n");
}

// Selectors take an asset with what reads it, or with what it reads.
TEST_F(PipelineTest, Selectors) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"clean", clean}, {"totals", totals}, {"other", "SELECT 1 AS n"}});
    EXPECT_EQ(run({"clean+"}).assets.size(), 2u);
    EXPECT_EQ(run({"+totals"}).assets.size(), 2u);
    EXPECT_EQ(run({"other"}).assets.size(), 1u);
    RunRequest unknown;
    unknown.package = "shop";
    unknown.assets = {"total"};
    const auto refused = pipeline_->submit(unknown);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().describe(), HasSubstr("Did you mean totals?"));
}

// Faults of the graph are told with their places before anything runs.
TEST_F(PipelineTest, RefusesBadGraphs) {
    const auto refusal = [&](const std::map<std::string, std::string>& sql) {
        const auto graph = read(sql);
        return graph.ok() ? std::string("accepted") : graph.error().describe();
    };
    EXPECT_THAT(
        refusal({{"a", "SELECT * FROM b"}, {"b", "SELECT * FROM a"}}), HasSubstr("in a circle")
    );
    EXPECT_THAT(refusal({{"a", "SELECT 1 AS x\nFROM raw.ordres"}}), HasSubstr("a.sql:2"));
    EXPECT_THAT(refusal({{"a", "SELECT * FROM a"}}), HasSubstr("reads itself"));
    EXPECT_THAT(refusal({{"a", "SELEC 1"}}), HasSubstr("a.sql"));
    EXPECT_THAT(
        refusal({{"a", "SELECT * FROM read_csv('/etc/passwd')"}}), HasSubstr("not allowed")
    );
    EXPECT_THAT(refusal({{"a", "/* asset:\n  layr: mart\n*/\nSELECT 1"}}), HasSubstr("layer"));
}

// Planning finds unknown and ambiguous columns, and partitions by columns that are not there.
TEST_F(PipelineTest, ValidatesWithoutRunning) {
    const AssetGraph graph = take(read(
        {{"good", "SELECT order_no FROM raw.orders"},
         {"unknown", "SELECT order_no,\n  ammount FROM raw.orders"},
         {"ambiguous", "SELECT amount FROM raw.orders a JOIN raw.orders b ON true"},
         {"unpartitioned", "/* asset:\n  partition_by: nowhere\n*/\nSELECT 1 AS x"}}
    ));
    const auto faults = validate_assets(graph, *engine_, [](const catalog::TableName&) {
        return Result<std::vector<catalog::Column>>(orders().columns);
    });
    std::string text;
    for (const Error& fault : faults) text += fault.describe() + "\n";
    EXPECT_EQ(faults.size(), 3u) << text;
    EXPECT_THAT(text, HasSubstr("unknown.sql:2"));
    EXPECT_THAT(text, HasSubstr("mbiguous"));
    EXPECT_THAT(text, HasSubstr("nowhere"));
}

// A run that the process did not live to see the end of is told as such.
TEST_F(PipelineTest, InterruptedRunsAreClosed) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    start({{"clean", clean}});
    ASSERT_TRUE(database_->run("UPDATE runs SET state = 'running'").ok());
    run();
    ASSERT_TRUE(database_->run("UPDATE runs SET state = 'running'").ok());
    start({{"clean", clean}});
    EXPECT_EQ(take(pipeline_->list(1))[0].state, RunState::Failed);
}

}  // namespace
}  // namespace tradewind::pipeline
