// Assets over tables that others' files are: found by a crawl while the pipeline is running.
#include <fstream>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {

namespace {

class CrawledInputs : public PipelineTest {
protected:
    // What a crawl does that found one more file of raw.found; `columns`: in the file's order.
    void find(const std::string& name, const std::string& rows, const std::string& header = "n") {
        std::filesystem::create_directories(folder_ / "in");
        std::ofstream(folder_ / "in" / name) << header << "\n" << rows;
        catalog::CrawledVersion version;
        version.name = {"raw", "found"};
        version.root = path("in");
        catalog::CrawledShape shape;
        shape.scan.format = catalog::Format::Csv;
        for (const char column : header) {
            if (column == ',') continue;
            shape.columns.emplace_back(1, column);
            version.columns.push_back({shape.columns.back(), "BIGINT", ""});
        }
        shapes_.push_back(shape);
        version.shapes = shapes_;
        catalog::CrawledFile file;
        file.path = path("in/" + name);
        file.bytes = std::filesystem::file_size(file.path);
        file.shape = shapes_.size() - 1;
        version.added.push_back(file);
        version.run = "crawl";
        version.at = clock_->now();
        take(catalog_->record_crawl(version));
        ASSERT_TRUE(engine_->publish_table(take(catalog_->files(version.name))).ok());
        pipeline_->show_readers_of({version.name});
    }
    std::size_t run_count() { return take(pipeline_->list(100)).size(); }
    void settle() { ASSERT_TRUE(pipeline_->settle(60'000'000).ok()); }

    std::vector<catalog::CrawledShape> shapes_;
};

const std::map<std::string, std::string>& assets() {
    static const std::map<std::string, std::string> all = {
        {"seen", "/* asset:\n  materialize: view\n*/\nSELECT * FROM raw.found"},
        {"total", "/* asset:\n  refresh: {every: 1h}\n*/\nSELECT sum(n) AS n FROM raw.found"},
        {"highest", "/* asset:\n  refresh: {every: 1h}\n*/\nSELECT max(n) AS n FROM seen"},
        {"other", "SELECT 1 AS n"}
    };
    return all;
}

// What reads a table that nobody has crawled yet is told so when it is run, keeps nothing else from
// running, and runs as soon as the table is there; views over it can be read then.
TEST_F(CrawledInputs, ATableMayComeLater) {
    start(assets());
    const auto early = run();
    EXPECT_EQ(early.state, RunState::Failed);
    EXPECT_EQ(of(early, "other").state, RunState::Succeeded);
    EXPECT_THAT(of(early, "total").message, testing::HasSubstr("no table 'raw.found'"));
    EXPECT_THAT(of(early, "total").message, testing::HasSubstr("tradewind crawl FOLDER"));
    find("a.csv", "1\n2\n");
    EXPECT_EQ(query("SELECT n FROM shop.seen ORDER BY n"), "1\n2\n");
    EXPECT_EQ(query("SELECT count(*) FROM shop.total"), "0\n");
    const auto made = run();
    EXPECT_EQ(made.state, RunState::Succeeded) << made.message;
    EXPECT_EQ(query("SELECT n FROM shop.total"), "3\n");
    EXPECT_EQ(query("SELECT n FROM shop.highest"), "2\n");
    find("b.csv", "4,5\n", "n,m");
    EXPECT_EQ(query("SELECT * FROM shop.seen WHERE n = 4"), "4,5\n");
}

// A crawl that found changes makes what reads the table due, through views too, once; one that
// found none does not.
TEST_F(CrawledInputs, RefreshesFollowThem) {
    start(assets());
    settle();
    EXPECT_EQ(run_count(), 0u);
    find("a.csv", "1\n2\n");
    settle();
    EXPECT_EQ(query("SELECT n FROM shop.total"), "3\n");
    EXPECT_EQ(query("SELECT n FROM shop.highest"), "2\n");
    EXPECT_EQ(run_count(), 1u);
    settle();
    EXPECT_EQ(run_count(), 1u);
    find("b.csv", "40\n");
    settle();
    EXPECT_EQ(query("SELECT n FROM shop.total"), "43\n");
    EXPECT_EQ(query("SELECT n FROM shop.highest"), "40\n");
    // Another start knows from the tables what they were made from.
    start(assets());
    settle();
    EXPECT_EQ(run_count(), 2u);
}

// The file of an export stays as it is while others' files do; once one of them is gone, a run does
// not say that it is up to date.
TEST_F(CrawledInputs, AnExportOfWhatIsGoneIsNotUpToDate) {
    start({{"out", "/* asset: {materialize: export} */ SELECT n FROM raw.found ORDER BY n"}});
    find("a.csv", "1\n2\n");
    EXPECT_EQ(of(run(), "out").state, RunState::Succeeded);
    EXPECT_EQ(of(run(), "out").state, RunState::Skipped);
    std::filesystem::remove(path("in/a.csv"));
    const auto gone = run();
    EXPECT_EQ(of(gone, "out").state, RunState::Failed) << of(gone, "out").message;
    EXPECT_EQ(take(os::read_file(*files_, path("exports/shop/out.csv"), 100)), "n\n1\n2\n");
}

// Who waits for newer files gets them while a refresh still makes what follows the older ones; what
// follows is made of the newer ones then.
TEST_F(CrawledInputs, NewerFilesOvertakeWhatFollows) {
    refresh_ = true;
    auto sql = assets();
    // Has no end while there is only the first file.
    sql["follows"] =
        "WITH RECURSIVE r(i, n) AS (SELECT 1, n FROM total UNION ALL SELECT i + 1, n FROM r "
        "WHERE n < 10) SELECT max(i) AS n FROM r";
    start(sql);
    find("a.csv", "1\n2\n");
    while (query("SELECT n FROM shop.total") != "3\n") pipeline_->wait_until_idle(10'000);
    find("b.csv", "40\n");
    while (query("SELECT n FROM shop.total") != "43\n") pipeline_->wait_until_idle(10'000);
    const auto second = take(pipeline_->wait(2, 60'000'000));
    EXPECT_EQ(second.state, RunState::Succeeded) << second.message;
    EXPECT_EQ(query("SELECT n FROM shop.follows"), "1\n");
    EXPECT_EQ(query("SELECT n FROM shop.highest"), "40\n");
    const auto first = take(pipeline_->show(1));
    EXPECT_EQ(first.state, RunState::Cancelled);
    EXPECT_EQ(of(first, "total").state, RunState::Succeeded);
    EXPECT_EQ(of(first, "follows").message, "newer rows came: run 2 makes it");
    EXPECT_EQ(first.message, "newer rows came: run 2 makes it");
    EXPECT_TRUE(pipeline_->wait_until_idle(60'000'000));
    EXPECT_EQ(run_count(), 2u);
}

}  // namespace

}  // namespace tradewind::pipeline
