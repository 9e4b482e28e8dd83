#include <chrono>
#include <filesystem>
#include <fstream>

#include "catalog/test_kit.h"

namespace tradewind::catalog {

namespace {

using testing::CatalogTest;

const TableName prices{"raw", "prices"};
const std::string odd_path = "/in/prices/\xFF\xFE.csv";

CrawledFile file(const std::string& path, std::int64_t row_count) {
    CrawledFile file;
    file.path = path;
    file.bytes = 100;
    file.modified_at = Timestamp{5};
    file.row_count = row_count;
    file.partition = {{"day", "2024-01-0" + std::to_string(row_count % 10)}};
    return file;
}

CrawledVersion version_with(std::vector<CrawledFile> added, std::vector<std::string> removed = {}) {
    CrawledVersion version;
    version.name = prices;
    version.root = "/in/prices";
    CrawledShape& shape = version.shapes.emplace_back();
    shape.scan.format = Format::Csv;
    shape.scan.quote = '\0';
    shape.scan.hive_columns = {{"day", "DATE", ""}};
    shape.columns = {"id"};
    version.shapes.push_back({{}, {"id", "more"}, {"Id", "more"}, {"BIGINT", "VARCHAR"}});
    version.shapes.back().scan.other_null_texts = {"null"};
    version.columns = {{"id", "BIGINT", ""}, {"day", "DATE", "", "Day of Sale", "%d.%m.%Y"}};
    version.statistics = {{"id", 1, "2", "9", 4}};
    version.added = std::move(added);
    version.removed = std::move(removed);
    version.run = "crawl-1";
    version.note = "new table";
    version.at = Timestamp{77};
    return version;
}

class CrawlRecordsTest : public CatalogTest {
protected:
    std::string in(const std::string& name) const { return folder_.path("in/" + name); }
    // One that is on the disk, for those that are going to be read.
    CrawledFile there(const std::string& name, std::int64_t row_count, std::size_t bytes = 100) {
        std::filesystem::create_directories(folder_.path("in"));
        std::ofstream(in(name)) << std::string(bytes, '1');
        CrawledFile made = file(in(name), row_count);
        made.bytes = bytes;
        made.modified_at = MUST(files_->info(made.path)).modified_at;
        return made;
    }
    std::vector<std::string> paths() {
        std::vector<std::string> paths;
        while (true) {
            const std::string after = paths.empty() ? "" : paths.back();
            const auto page = MUST(catalog().crawled_files(prices, after, 3000));
            if (page.empty()) return paths;
            for (const CrawledFile& one : page) paths.push_back(one.path);
        }
    }
};

TEST_F(CrawlRecordsTest, WhatWasRecordedIsReadAgainAfterAnotherStart) {
    // Proves that a crawled table is durable with scan, statistics and names that are no UTF-8.
    EXPECT_EQ(MUST(catalog().record_crawl(version_with({file(odd_path, 3)}))), 1);
    open();
    const auto table = MUST(catalog().crawled(prices));
    ASSERT_TRUE(table);
    EXPECT_EQ(table->shapes, version_with({}).shapes);
    EXPECT_EQ(table->columns, version_with({}).columns);
    EXPECT_EQ(table->statistics, version_with({}).statistics);
    EXPECT_EQ(table->row_count, 3);
    EXPECT_EQ(paths(), std::vector<std::string>{odd_path});
    const TableInfo info = MUST(catalog().show(prices));
    EXPECT_EQ(info.declared.kind, Kind::Crawled);
    EXPECT_EQ(info.declared.layer, "raw");
    EXPECT_EQ(info.version.provenance.note, "new table");
    EXPECT_EQ(info.version.published_at, Timestamp{77});
    EXPECT_EQ(MUST(catalog().list()).size(), 1u);
}

TEST_F(CrawlRecordsTest, VersionsAreKeptAndSayWhetherTheyCanStillBeRead) {
    // Proves that an earlier version has its own files, and is refused once one of them is gone.
    MUST(catalog().record_crawl(version_with({there("a", 1), there("b", 2)})));
    MUST(catalog().record_crawl(version_with({there("c", 3)})));
    EXPECT_EQ(MUST(catalog().files(prices, 1)).files.size(), 2u);
    EXPECT_EQ(MUST(catalog().files(prices)).files.size(), 3u);
    // b has other bytes now, a is gone
    MUST(catalog().record_crawl(version_with({there("b", 5)}, {in("a"), in("b")})));
    EXPECT_EQ(paths(), (std::vector<std::string>{in("b"), in("c")}));
    EXPECT_EQ(catalog().files(prices, 2).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(catalog().files(prices, 4).error().code(), ErrorCode::NotFound);
    const auto versions = MUST(catalog().versions(prices));
    ASSERT_EQ(versions.size(), 3u);
    EXPECT_EQ(versions[0].row_count, 8);
    EXPECT_EQ(versions[0].file_count, 2u);
    EXPECT_EQ(versions[0].files_kept, 1u);
    EXPECT_EQ(versions[1].files_kept, 2u);
    EXPECT_EQ(MUST(catalog().versions(prices, 1)).size(), 1u);
    const auto partitions = MUST(catalog().partitions(prices));
    ASSERT_EQ(partitions.size(), 2u);
    EXPECT_EQ(partitions[0].values.at("day"), "2024-01-05");
}

TEST_F(CrawlRecordsTest, StagedFilesCountOnlyOnceRecorded) {
    // Proves that a crawl that dies half-way leaves the table as it was.
    MUST(catalog().record_crawl(version_with({file("/in/prices/a", 1)})));
    MUST(catalog().stage_crawl(prices, {file("/in/prices/b", 2)}, {"/in/prices/a"}));
    EXPECT_EQ(paths(), std::vector<std::string>{"/in/prices/a"});
    open();
    EXPECT_EQ(paths(), std::vector<std::string>{"/in/prices/a"});
    MUST(catalog().record_crawl(version_with({})));
    EXPECT_EQ(paths(), std::vector<std::string>{"/in/prices/a"});
    MUST(catalog().stage_crawl(prices, {file("/in/prices/b", 2)}, {"/in/prices/a"}));
    MUST(catalog().unstage_crawl(prices));
    MUST(catalog().stage_crawl(prices, {file("/in/prices/c", 2)}, {"/in/prices/a"}));
    EXPECT_EQ(MUST(catalog().record_crawl(version_with({}))), 3);
    EXPECT_EQ(paths(), std::vector<std::string>{"/in/prices/c"});
    // One that never had a version leaves nothing.
    MUST(catalog().stage_crawl({"raw", "new"}, {file("/in/new/a", 1)}, {}));
    open();
    EXPECT_FALSE(MUST(catalog().crawled({"raw", "new"})));
    EXPECT_EQ(MUST(catalog().list()).size(), 1u);
}

TEST_F(CrawlRecordsTest, ManyFilesComeInOrderPageByPage) {
    // Proves that a table of more files than a page is read whole and once.
    std::vector<CrawledFile> many;
    for (int i = 0; i < 10'000; ++i) {
        many.push_back(there(std::to_string(100'000 + i), 1, 0));
    }
    MUST(catalog().record_crawl(version_with(many)));
    const auto read = paths();
    ASSERT_EQ(read.size(), many.size());
    for (std::size_t i = 0; i < read.size(); ++i) ASSERT_EQ(read[i], many[i].path);
    EXPECT_EQ(MUST(catalog().files(prices)).files, read);
}

TEST_F(CrawlRecordsTest, FilesAreGroupedByTheWayTheyAreRead) {
    // Proves that each file comes with its own shape, and shapes without files are left out.
    CrawledFile other = there("b", 2);
    other.shape = 1;
    other.copy = "/lake/copies/b";
    MUST(catalog().record_crawl(version_with({there("a", 1), other})));
    const TableFiles files = MUST(catalog().files(prices));
    ASSERT_EQ(files.groups.size(), 2u);
    EXPECT_EQ(files.groups[0].files, std::vector<std::string>{in("a")});
    EXPECT_EQ(files.groups[1].columns, (std::vector<std::string>{"id", "more"}));
    EXPECT_EQ(files.groups[1].files, std::vector<std::string>{"/lake/copies/b"});
    EXPECT_EQ(files.groups[1].sources, (std::vector<std::string>{"Id", "more"}));
    EXPECT_EQ(files.groups[1].types, (std::vector<std::string>{"BIGINT", "VARCHAR"}));
    EXPECT_EQ(MUST(catalog().crawled_files(prices, in("a"), 9)).at(0).copy, other.copy);
    EXPECT_EQ(files.scan.format, Format::Csv);
    MUST(catalog().record_crawl(version_with({}, {in("a")})));
    EXPECT_EQ(MUST(catalog().files(prices)).groups.size(), 1u);
    EXPECT_EQ(MUST(catalog().files(prices)).scan.format, Format::Parquet);
}

TEST_F(CrawlRecordsTest, FilesThatAreNotAsTheyWereCrawledAreNotRead) {
    // Proves that another size, another time and a file that is gone are told, each by its name;
    // that a time which was too fresh to count is compared all the same; and that what is back as
    // it was is read again.
    CrawledFile fresh = there("a", 1);
    fresh.modified_at = Timestamp{-fresh.modified_at.micros};
    MUST(catalog().record_crawl(version_with({fresh, there("b", 2)})));
    MUST(catalog().files(prices));
    const auto time = std::filesystem::last_write_time(in("a"));
    std::filesystem::last_write_time(in("a"), time + std::chrono::seconds(1));
    const auto touched = catalog().files(prices);
    EXPECT_EQ(touched.error().code(), ErrorCode::Conflict);
    EXPECT_NE(touched.error().describe().find(in("a")), std::string::npos);
    EXPECT_NE(touched.error().hint().find("tradewind crawl /in/prices"), std::string::npos);
    std::filesystem::last_write_time(in("a"), time);
    MUST(catalog().files(prices));
    std::ofstream(in("b"), std::ios::app) << "1";
    EXPECT_EQ(catalog().files(prices).error().code(), ErrorCode::Conflict);
    std::filesystem::remove(in("b"));
    EXPECT_EQ(catalog().files(prices).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(
        MUST(missing_crawled_files(*database_, *files_, prices)), std::vector<std::string>{in("b")}
    );
}

TEST_F(CrawlRecordsTest, AFileOutOfReachIsNotTakenForGone) {
    // Proves that a file which cannot be looked at is told with the system's reason. A link that
    // leads in a circle stands for a folder without permission: that one tests run by root could
    // look into.
    MUST(catalog().record_crawl(version_with({there("a", 1)})));
    std::filesystem::rename(folder_.path("in"), folder_.path("away"));
    std::filesystem::create_symlink("in", folder_.path("in"));
    const auto asked = catalog().files(prices);
    ASSERT_FALSE(asked.ok());
    EXPECT_EQ(asked.error().code(), ErrorCode::Io);
    EXPECT_EQ(
        asked.error().message(), "table raw.prices: its file '" + in("a") + "' cannot be read"
    );
    EXPECT_NE(asked.error().detail().find("cannot look at"), std::string::npos);
    EXPECT_EQ(asked.error().hint(), "Symbolic links lead in a circle.");
    EXPECT_EQ(
        MUST(missing_crawled_files(*database_, *files_, prices)), std::vector<std::string>{in("a")}
    );
    std::filesystem::remove(folder_.path("in"));
    EXPECT_EQ(catalog().files(prices).error().code(), ErrorCode::Corruption);
    std::filesystem::rename(folder_.path("away"), folder_.path("in"));
    MUST(catalog().files(prices));
}

TEST_F(CrawlRecordsTest, ASourceTakesTheName) {
    // Proves that a crawled table gives its name to a source that is declared later, and keeps its
    // versions and findings under another one, which was free.
    MUST(catalog().record_crawl(version_with({there("a", 1)})));
    CrawledVersion taken = version_with({there("b", 2)});
    taken.name = {"raw", "prices_crawled"};
    MUST(catalog().record_crawl(taken));
    CrawlFinding finding;
    finding.path = in("a");
    finding.kind = "moved";
    finding.table = prices.text();
    MUST(catalog().record_findings({finding}));
    Declaration source;
    source.name = prices;
    source.kind = Kind::Source;
    source.dataset = "raw/prices/table";
    for (int i = 0; i < 2; ++i) MUST(catalog().declare({source}));
    const TableName other{"raw", "prices_crawled_2"};
    EXPECT_EQ(MUST(catalog().show(prices)).declared.kind, Kind::Source);
    EXPECT_EQ(MUST(catalog().files(other)).files, std::vector<std::string>{in("a")});
    EXPECT_EQ(MUST(catalog().versions(other)).size(), 1u);
    EXPECT_EQ(MUST(catalog().findings_below(folder_.path("in"), 9)).at(0).table, other.text());
    EXPECT_FALSE(MUST(catalog().crawled(prices)));
}

TEST_F(CrawlRecordsTest, DeclaredNamesAreTaken) {
    // Proves that a crawl cannot take over a table that a package made.
    Declaration declared;
    declared.name = prices;
    declared.dataset = "clean/shop/prices";
    MUST(catalog().declare({declared}));
    EXPECT_EQ(catalog().record_crawl(version_with({})).error().code(), ErrorCode::AlreadyExists);
    EXPECT_EQ(catalog().stage_crawl(prices, {}, {}).error().code(), ErrorCode::AlreadyExists);
    // A package may describe one that is crawled.
    declared.kind = Kind::Crawled;
    declared.description = "what things cost";
    declared.columns = {{"id", "", "the product"}};
    MUST(catalog().declare({declared}));
    MUST(catalog().record_crawl(version_with({file("/in/prices/a", 1)})));
    const TableInfo info = MUST(catalog().show(prices));
    EXPECT_EQ(info.declared.description, "what things cost");
    EXPECT_EQ(info.columns[0].description, "the product");
    EXPECT_EQ(info.declared.layer, "raw");
    EXPECT_EQ(MUST(catalog().list()).front().columns[0].description, "the product");
}

TEST_F(CrawlRecordsTest, TablesBelowAFolder) {
    // Proves that a folder's tables are found, and not those of one with a similar name.
    for (const char* root : {"/in/prices", "/in/prices/old", "/in/prices2", "/in"}) {
        CrawledVersion version = version_with({});
        version.root = root;
        version.name.table = os::base_name(root);
        MUST(catalog().record_crawl(version));
    }
    EXPECT_EQ(MUST(catalog().crawled_below("/in/prices")).size(), 2u);
    EXPECT_EQ(MUST(catalog().crawled_below("/in")).size(), 4u);
    EXPECT_EQ(MUST(catalog().crawled_below("/")).size(), 4u);
    MUST(catalog().forget_crawled({"raw", "old"}));
    EXPECT_EQ(MUST(catalog().crawled_below("/in/prices")).size(), 1u);
    EXPECT_EQ(catalog().forget_crawled({"raw", "old"}).error().code(), ErrorCode::NotFound);
}

TEST_F(CrawlRecordsTest, FindingsAreKeptPerFileAndCleared) {
    // Proves that the newest word on a file replaces the one before and goes when all is well.
    CrawlFinding finding;
    finding.path = odd_path;
    finding.kind = "unreadable";
    finding.message = "broken";
    MUST(catalog().record_findings({finding}));
    finding.message = "still broken";
    MUST(catalog().record_findings({finding}));
    open();
    const auto found = MUST(catalog().findings_below("/in", 10));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].message, "still broken");
    EXPECT_EQ(found[0].path, odd_path);
    EXPECT_TRUE(MUST(catalog().findings_below("/i", 10)).empty());
    EXPECT_EQ(MUST(catalog().findings_below(odd_path, 10)).size(), 1u);
    MUST(catalog().clear_findings({odd_path}));
    EXPECT_TRUE(MUST(catalog().findings_below("/", 10)).empty());
}

}  // namespace

}  // namespace tradewind::catalog
