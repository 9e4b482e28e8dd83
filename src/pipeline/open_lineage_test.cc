// Events of runs: what they say, and that no receiver or file, however bad, harms a run.
#include <filesystem>
#include <fstream>
#include <set>

#include "os/web_test_server.h"
#include "pipeline/line_file.h"
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using os::WebTestServer;
using testing::ElementsAre;

const std::string clean =
    "/* asset:\n  layer: clean\n  description: orders as they are used\n*/\n"
    "SELECT order_no, lower(country) AS country, amount FROM raw.orders";
const std::string totals =
    "SELECT country, sum(twice) AS total, 'x' AS constant FROM doubled GROUP BY country";
const std::string doubled =
    "/* asset:\n  materialize: view\n*/\nSELECT *, amount * 2 AS twice FROM clean";

class OpenLineageTest : public PipelineTest {
protected:
    OpenLineageTest() {
        web_ = os::make_web_client();
        options_.producer = "urn:tradewind:test";
        options_.version = "1.2.3";
        options_.outbox.retry_first_us = 1'000;
        options_.outbox.retry_max_us = 5'000;
        options_.outbox.stop_timeout_us = 20'000'000;
    }
    ~OpenLineageTest() override {
        pipeline_.reset();
        lineage_.reset();
    }

    void start_with_events(const std::map<std::string, std::string>& sql) {
        OpenLineageParts parts;
        parts.graph = take(read(sql));
        parts.plan = plan_lineage(parts.graph, *engine_, *catalog_);
        parts.export_folder = path("exports");
        parts.catalog = catalog_.get();
        parts.lake = lake_.get();
        parts.files = files_.get();
        parts.web = web_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        catalog_->find_planned_with(parts.plan);
        lineage_ = make_open_lineage(options_, std::move(parts));
        listeners_ = {lineage_.get()};
        start(sql);
    }
    // Everything is handed over, or given up.
    void end() {
        pipeline_.reset();
        lineage_.reset();
    }

    std::vector<std::string> lines() const {
        std::ifstream file(options_.file);
        std::vector<std::string> all;
        for (std::string line; std::getline(file, line);) all.push_back(line);
        return all;
    }
    static json::Value event_of(const std::string& text) { return take(json::parse(text)); }
    static const json::Value& at(const json::Value& value, const std::vector<std::string>& path) {
        const json::Value* found = &value;
        for (const std::string& name : path) {
            const json::Value* next = found->kind() == json::Kind::Array
                                          ? &found->items().at(std::stoul(name))
                                          : found->find(name);
            if (next == nullptr) {
                ADD_FAILURE() << "no " << name << " in " << found->dump();
                static const json::Value none;
                return none;
            }
            found = next;
        }
        return *found;
    }
    static std::string text(const json::Value& value, const std::vector<std::string>& path) {
        return at(value, path).text();
    }
    // "START shop.clean", in order.
    static std::vector<std::string> outline(const std::vector<std::string>& events) {
        std::vector<std::string> all;
        for (const std::string& one : events) {
            const json::Value event = event_of(one);
            all.push_back(text(event, {"eventType"}) + " " + text(event, {"job", "name"}));
        }
        return all;
    }
    std::int64_t count(const char* to, const char* outcome) {
        return metrics_
            .counter("tradewind_openlineage_events_total", "", {{"to", to}, {"outcome", outcome}})
            .value();
    }

    std::unique_ptr<os::WebClient> web_;
    OpenLineageOptions options_;
    std::unique_ptr<RunListener> lineage_;
};

// A run is told of from its beginning to its end, with what was read and made, and why it failed.
TEST_F(OpenLineageTest, TellsOfRunsInAFile) {
    options_.file = path("events/lineage.ndjson");
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-01', 7)");
    const std::string broken = "SELECT CAST(country AS BIGINT) AS n FROM clean";
    start_with_events(
        {{"clean", clean}, {"doubled", doubled}, {"totals", totals}, {"broken", broken}}
    );
    EXPECT_EQ(run().state, RunState::Failed);
    end();
    const auto events = lines();
    const auto told = outline(events);
    ASSERT_EQ(told.size(), 8u);
    EXPECT_EQ(told.front(), "START shop");
    EXPECT_EQ(told.back(), "FAIL shop");
    EXPECT_EQ(std::set(told.begin(), told.end()).count("COMPLETE shop.totals"), 1u);
    std::map<std::string, json::Value> by_name;
    for (std::size_t i = 0; i < told.size(); ++i) by_name[told[i]] = event_of(events[i]);

    const json::Value& begun = by_name["START shop.totals"];
    const json::Value& made = by_name["COMPLETE shop.totals"];
    EXPECT_EQ(text(begun, {"run", "runId"}), text(made, {"run", "runId"}));
    EXPECT_NE(text(begun, {"run", "runId"}), text(by_name["START shop.clean"], {"run", "runId"}));
    EXPECT_EQ(
        text(made, {"run", "facets", "parent", "run", "runId"}),
        text(by_name["START shop"], {"run", "runId"})
    );
    const std::string id = text(made, {"run", "runId"});
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '7');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);

    EXPECT_EQ(at(made, {"inputs"}).items().size(), 1u);
    EXPECT_EQ(text(made, {"inputs", "0", "name"}), "shop.clean");
    EXPECT_EQ(text(made, {"inputs", "0", "inputFacets", "dataQualityMetrics", "rowCount"}), "2");
    EXPECT_EQ(text(made, {"inputs", "0", "facets", "version", "datasetVersion"}), "1");
    EXPECT_EQ(text(made, {"outputs", "0", "outputFacets", "outputStatistics", "rowCount"}), "2");
    const auto& fields = at(made, {"outputs", "0", "facets", "columnLineage", "fields"});
    EXPECT_EQ(text(fields, {"total", "inputFields", "0", "name"}), "shop.clean");
    EXPECT_EQ(text(fields, {"total", "inputFields", "0", "field"}), "amount");
    EXPECT_EQ(fields.find("constant"), nullptr);
    EXPECT_EQ(text(made, {"job", "facets", "sql", "query"}), totals);
    EXPECT_EQ(
        text(by_name["START shop.clean"], {"job", "facets", "documentation", "description"}),
        "orders as they are used"
    );
    EXPECT_EQ(text(begun, {"outputs", "0", "facets", "schema", "fields", "1", "name"}), "total");
    EXPECT_NE(text(by_name["FAIL shop.broken"], {"run", "facets", "errorMessage", "message"}), "");
    EXPECT_EQ(count("file", "sent"), 8);
}

// An export is a file by its path, not a table.
TEST_F(OpenLineageTest, TellsOfExportsByTheirPath) {
    options_.file = path("lineage.ndjson");
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::string sent =
        "/* asset:\n  materialize: export\n  export: {format: json, compression: gzip}\n*/\n"
        "SELECT amount FROM raw.orders";
    start_with_events({{"sent", sent}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    end();
    for (const std::size_t place : {std::size_t{1}, std::size_t{2}}) {
        const json::Value event = event_of(lines().at(place));
        EXPECT_EQ(text(event, {"outputs", "0", "namespace"}), "file");
        const std::string name = text(event, {"outputs", "0", "name"});
        EXPECT_TRUE(std::filesystem::exists(name)) << name;
        EXPECT_EQ(text(event, {"inputs", "0", "name"}), "raw.orders");
    }
}

// Every event is posted as it is in the file, in order, with the token; one that the receiver fails
// at is sent again, one that it refuses is not.
TEST_F(OpenLineageTest, PostsUntilTheReceiverTakesThem) {
    int calls = 0;
    WebTestServer server([&](const std::string&) {
        ++calls;
        if (calls == 1) return std::string();  // closes
        if (calls <= 3) return WebTestServer::status(calls == 2 ? 500 : 429);
        return WebTestServer::status(calls == 5 ? 400 : 201);
    });
    options_.url = server.url() + "/api/v1/lineage";
    options_.token = "secret";
    options_.file = path("lineage.ndjson");
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    run();
    const auto requests = server.wait_for(7);
    end();
    std::vector<std::string> bodies;
    for (const std::string& request : requests) {
        EXPECT_TRUE(request.starts_with("POST /api/v1/lineage HTTP/1.1\r\n"));
        EXPECT_NE(request.find("Authorization: Bearer secret\r\n"), std::string::npos);
        EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
        bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
    }
    const auto events = lines();
    ASSERT_EQ(events.size(), 4u);
    EXPECT_THAT(
        bodies,
        ElementsAre(events[0], events[0], events[0], events[0], events[1], events[2], events[3])
    );
    EXPECT_EQ(count("url", "sent"), 3);
    EXPECT_EQ(count("url", "dropped"), 1);
}

// A receiver that only ever fails loses events, one after another, and never the run.
TEST_F(OpenLineageTest, GivesUpOnAnEventInTheEnd) {
    WebTestServer server([](const std::string&) { return WebTestServer::status(503); });
    options_.url = server.url();
    options_.outbox.attempts_max = 3;
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    server.wait_for(12);
    end();
    EXPECT_EQ(count("url", "sent"), 0);
    EXPECT_EQ(count("url", "dropped"), 4);
}

// A receiver that hangs holds up neither runs nor, for long, the end; what waits too long is
// dropped, and the file has it all the same.
TEST_F(OpenLineageTest, AReceiverThatHangsHoldsUpNothing) {
    WebTestServer server([](const std::string&) { return std::string(WebTestServer::hang); });
    options_.url = server.url();
    options_.file = path("lineage.ndjson");
    options_.timeout_us = 600'000'000;
    options_.outbox.stop_timeout_us = 100'000;
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    EXPECT_EQ(run({}, true).state, RunState::Succeeded);
    server.wait_for(1);
    const std::int64_t before = clock_->monotonic_us();
    end();
    EXPECT_LT(clock_->monotonic_us() - before, 10'000'000);
    EXPECT_EQ(lines().size(), 8u);
    EXPECT_EQ(count("url", "dropped"), 8);
}

// More than may wait is dropped at once.
TEST_F(OpenLineageTest, TheQueueIsBounded) {
    WebTestServer server([](const std::string&) { return std::string(WebTestServer::hang); });
    options_.url = server.url();
    options_.outbox.bytes_max = 2'000;
    options_.outbox.stop_timeout_us = 1'000;
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(run({}, true).state, RunState::Succeeded);
    end();
    EXPECT_EQ(count("url", "sent"), 0);
    EXPECT_EQ(count("url", "dropped") + count("notes", "dropped"), 20);
}

// A file that cannot be written harms no run, and takes the events once it can.
TEST_F(OpenLineageTest, AFileThatCannotBeWrittenIsTriedAgain) {
    options_.file = path("blocked/lineage.ndjson");
    std::ofstream(path("blocked")) << "a file, no folder";
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    EXPECT_EQ(count("file", "sent"), 0);
    std::filesystem::remove(path("blocked"));
    end();
    EXPECT_EQ(lines().size(), 4u);
}

// One that never can be is given up at the end, and counted.
TEST_F(OpenLineageTest, AFolderInTheFilesPlaceIsGivenUp) {
    options_.file = path("lineage.ndjson");
    std::filesystem::create_directories(options_.file);
    deliver("('a', 'FR', '2026-01-01', 5)");
    start_with_events({{"clean", clean}});
    EXPECT_EQ(run().state, RunState::Succeeded);
    end();
    EXPECT_EQ(count("file", "dropped"), 4);
}

// The end of a run that a crash cut off carries the same names as its beginning; one that never
// began has no end.
TEST_F(OpenLineageTest, TheEndOfWhatWasCutOffIsToldLater) {
    options_.file = path("lineage.ndjson");
    start_with_events({{"clean", clean}});
    RunReport run;
    run.id = 7;
    run.package = "shop";
    run.queued_at = Timestamp{1'700'000'000'000'000};
    lineage_->on_run(run);
    run.state = RunState::Cancelled;
    lineage_->on_run(run);
    run.state = RunState::Running;
    run.started_at = Timestamp{1'700'000'001'000'000};
    AssetRun asset;
    asset.asset = "shop.clean";
    asset.state = RunState::Running;
    asset.started_at = run.started_at;
    lineage_->on_asset(run, asset);
    lineage_.reset();
    start_with_events({{"clean", clean}});
    run.state = RunState::Failed;
    run.finished_at = Timestamp{1'700'000'009'000'000};
    asset.state = RunState::Cancelled;
    lineage_->on_asset(run, asset);
    AssetRun gone = asset;
    gone.asset = "shop.gone";
    lineage_->on_asset(run, gone);
    end();
    const auto events = lines();
    EXPECT_THAT(outline(events), ElementsAre("START shop.clean", "ABORT shop.clean"));
    const auto begun = event_of(events.at(0));
    const auto ended = event_of(events.at(1));
    EXPECT_EQ(text(begun, {"run", "runId"}), text(ended, {"run", "runId"}));
    EXPECT_EQ(text(ended, {"eventTime"}), "2023-11-14T22:13:29Z");
}

// Lines stay whole: what a crash left of one is cut off, however long, and nothing else.
TEST(LineFileTest, CutsOffATornLine) {
    const auto files = os::make_posix_filesystem();
    const std::string folder =
        (std::filesystem::temp_directory_path() / ("tw_lines_" + os::random_id())).string();
    const auto content = [&](const std::string& path) {
        return MUST(os::read_file(*files, path, 1 << 20));
    };
    for (const std::string& torn :
         {std::string("{\"half"), std::string(200'000, 'x'), std::string(1, '\0')}) {
        for (const std::string& whole : {std::string(), std::string("{}\n{\"a\":1}\n")}) {
            const std::string path = folder + "/deep/er.ndjson";
            LineFile file(*files, path);
            MUST(file.append("first\n"));
            std::filesystem::remove(path);
            std::ofstream(path, std::ios::binary) << whole << torn;
            MUST(file.append("next\n"));
            EXPECT_EQ(content(path), whole + "next\n");
        }
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tradewind::pipeline
