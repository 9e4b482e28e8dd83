// The catalog over HTTP, and who may have what crawled.
#include <gtest/gtest.h>

#include "api/test_platform.h"
#include "os/database.h"

namespace tradewind::api {
namespace {

using fakes::TestPlatform;

class FakeCrawler : public crawl::Crawler {
public:
    Result<crawl::CrawlReport> crawl(const crawl::CrawlRequest& request) override {
        asked = request;
        if (!failure.empty()) return Error(ErrorCode::Conflict, failure);
        crawl::CrawlReport report;
        report.path = request.path;
        report.tables.emplace_back();
        report.tables[0].name = {"raw", "orders"};
        report.tables[0].change = "new";
        report.findings.emplace_back();
        report.findings[0].path = "/in/\xFF.csv";
        report.findings[0].kind = "unreadable";
        report.unlisted_count = 2;
        report.finding_count = 1;
        return report;
    }
    Result<void> publish_all() override { return {}; }
    Result<void> forget(const catalog::TableName&) override { return {}; }

    crawl::CrawlRequest asked;
    std::string failure;
};

struct TablesApi : testing::Test {
    TablesApi() {
        lake::LakeOptions options;
        options.root = platform.folder / "lake";
        options.quarantine_folder = platform.folder / "quarantine";
        lake = MUST(lake::open_lake(options, *files, *platform.clock));
        database = MUST(os::Database::open(platform.folder / "meta.sqlite"));
        catalog = MUST(catalog::open_catalog(*lake, *database));
        catalog::CrawledVersion version;
        version.name = {"raw", "orders"};
        version.root = "/in/orders";
        version.shapes.emplace_back();
        version.columns = {{"id", "BIGINT", ""}};
        version.statistics = {{"id", 0, "1", "9", 4}};
        version.note = "1 new file";
        version.at = Timestamp{1'700'000'000'000'000};
        catalog::CrawledFile file;
        file.path = "/in/orders/day=1/a.csv";
        file.row_count = 4;
        file.partition = {{"day", "1"}};
        version.added = {file};
        MUST(catalog->record_crawl(version));
        platform.services.lake = lake.get();
        platform.services.catalog = catalog.get();
        platform.services.crawler = &crawler;
    }
    json::Value get(const std::string& target) {
        Response response = platform.get(target);
        EXPECT_EQ(response.status, 200) << target << response.body;
        return fakes::json_of(response);
    }
    Response crawl(const std::string& body, bool from_owner) {
        Request request;
        request.method = "POST";
        request.target = "/v1/crawls";
        request.body = body;
        request.from_owner = from_owner;
        return platform.call(std::move(request));
    }

    TestPlatform platform;
    std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    std::unique_ptr<lake::Lake> lake;
    std::unique_ptr<os::Database> database;
    std::unique_ptr<catalog::Catalog> catalog;
    FakeCrawler crawler;
};

// From afar only the lake; paths that climb out of it, and bodies that say nothing usable, are
// refused before anything is read.
TEST_F(TablesApi, CrawlsWhatTheClientMay) {
    Response denied = crawl(R"({"path":"/etc"})", false);
    fakes::expect_problem(denied, 403);
    for (const char* body :
         {R"({"path":"raw/../../x"})",
          R"({"path":7})",
          R"({"add_columns":"no"})",
          R"({"on_conflict":"guess"})",
          R"({"on_conflict":true})",
          R"({"depth":1})",
          "[]"}) {
        Response bad = crawl(body, true);
        fakes::expect_problem(bad, 400);
    }
    EXPECT_TRUE(crawler.asked.path.empty());
    EXPECT_EQ(crawl("", false).status, 200);
    EXPECT_EQ(crawler.asked.path, platform.folder / "lake");
    EXPECT_EQ(crawl(R"({"path":"raw/orders"})", false).status, 200);
    EXPECT_EQ(crawler.asked.path, platform.folder / "lake/raw/orders");
    EXPECT_EQ(crawl(R"({"path":"/etc"})", true).status, 200);
    EXPECT_EQ(crawler.asked.path, "/etc");
}

// The policy reaches the crawler, its report the client, whatever bytes names are made of.
TEST_F(TablesApi, TellsWhatACrawlFound) {
    Response response = crawl(
        R"({"path":"/in","add_columns":false,"widen_types":false,"on_conflict":"log","again":true})",
        true
    );
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(crawler.asked.policy.add_columns);
    EXPECT_FALSE(crawler.asked.policy.widen_types);
    EXPECT_TRUE(crawler.asked.policy.conflicts_only_logged);
    EXPECT_TRUE(crawler.asked.again);
    const json::Value report = fakes::json_of(response);
    EXPECT_EQ(report.find("tables")->items().at(0).text_or("table", ""), "orders");
    EXPECT_EQ(report.integer_or("unlisted_count", 0), 2);
    EXPECT_EQ(report.integer_or("finding_count", 0), 1);
    crawler.failure = "another crawl is under way";
    Response busy = crawl("", true);
    fakes::expect_problem(busy, 409);
}

// Every view of a table, and the nearest name where there is none.
TEST_F(TablesApi, TellsWhatIsKnownOfATable) {
    EXPECT_EQ(get("/v1/tables").find("tables")->items().size(), 1u);
    EXPECT_EQ(get("/v1/tables?schema=mart").find("tables")->items().size(), 0u);
    EXPECT_EQ(get("/v1/tables?layer=raw").find("tables")->items().size(), 1u);
    const json::Value table = get("/v1/tables/raw/orders");
    EXPECT_EQ(table.text_or("note", ""), "1 new file");
    EXPECT_EQ(table.find("columns")->items().at(0).text_or("max", ""), "9");
    const json::Value versions = get("/v1/tables/raw/orders/versions?limit=3");
    EXPECT_EQ(versions.find("versions")->items().at(0).integer_or("row_count", 0), 4);
    const json::Value partitions = get("/v1/tables/raw/orders/partitions");
    const json::Value& first = partitions.find("partitions")->items().at(0);
    EXPECT_EQ(first.find("values")->text_or("day", ""), "1");
    EXPECT_TRUE(get("/v1/tables/raw/orders/lineage").find("inputs")->items().empty());
    for (const char* below : {"", "/versions", "/partitions", "/lineage", "/preview"}) {
        Response missing = platform.get(std::string("/v1/tables/raw/ordres") + below);
        fakes::expect_problem(missing, 404);
    }
}

}  // namespace
}  // namespace tradewind::api
