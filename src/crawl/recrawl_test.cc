#include "crawl/test_kit.h"

namespace tradewind::crawl {

namespace {

using Recrawl = testing::CrawlTest;
using Kinds = std::vector<std::string>;

TEST_F(Recrawl, ReadsOnlyWhatChanged) {
    // Proves that a crawl without change reads and records nothing, and one with a new, a changed
    // and a deleted file records just that, with the version before told and refused.
    for (int i = 0; i < 20; ++i)
        put("t/f" + std::to_string(100 + i) + ".csv", "a\n" + std::to_string(i) + "\n");
    EXPECT_EQ(crawl().files_read, 20u);
    const CrawlReport same = crawl();
    EXPECT_EQ(same.files_read, 0u);
    EXPECT_EQ(same.files_seen, 20u);
    EXPECT_EQ(same.tables.at(0).change, "unchanged");
    EXPECT_EQ(MUST(catalog_->versions({"raw", "t"})).size(), 1u);
    put("t/f103.csv", "a\n1000\n", 30);
    put("t/f200.csv", "a\n\"\"\n");
    std::filesystem::remove(in("t/f105.csv"));
    const CrawlReport report = crawl();
    EXPECT_EQ(report.files_read, 2u);
    EXPECT_EQ(report.tables.at(0).note, "1 new file; 1 changed file; 1 deleted file");
    EXPECT_EQ(report.tables.at(0).row_count, 20);
    EXPECT_EQ(finding_kinds(report), Kinds{"deleted"});
    const auto versions = MUST(catalog_->versions({"raw", "t"}));
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(versions[0].files_kept, 18u);
    EXPECT_EQ(query("SELECT sum(a), count(*) FROM raw.t"), "1182,20\n");
    EXPECT_EQ(catalog_->files({"raw", "t"}, 1).error().code(), ErrorCode::NotFound);
    // Deleted files are told for good.
    EXPECT_EQ(MUST(catalog_->findings_below(in(), 10)).size(), 1u);
}

TEST_F(Recrawl, DriftAddsAndWidensAndIsNoted) {
    // Proves the default policy: a new column is null in older rows, types widen, the note says so.
    put("t/a.csv", "id,price\n1,5\n");
    crawl();
    put("t/b.csv", "price,id,discount\n2.5,2,9\n");
    const CrawlReport report = crawl();
    EXPECT_EQ(
        report.tables.at(0).note,
        "1 new file; column price widened from BIGINT to DECIMAL(18,1); column discount added"
    );
    EXPECT_EQ(query("SELECT id, price, discount FROM raw.t ORDER BY id"), "1,5.0,\n2,2.5,9\n");
    EXPECT_EQ(table("t").statistics.at(2).null_count, 1);
    EXPECT_EQ(MUST(catalog_->files({"raw", "t"}, 1)).columns.size(), 2u);
}

TEST_F(Recrawl, AgainTakesTypesAndStatisticsFromWhatIsThere) {
    // Proves that a crawl of all files forgets what deleted ones had said, and only that one.
    put("t/a.csv", "id,price\n1,5\n2,\n");
    put("t/b.csv", "id,price\nx,9.5\n");
    put("t/c.csv", "id,price\n3,\n");
    crawl();
    std::filesystem::remove(in("t/b.csv"));
    crawl();
    EXPECT_EQ(columns("t"), "id STRING, price DECIMAL(18,1)");
    EXPECT_EQ(table("t").statistics.at(1).max, "9.5");
    CrawlRequest again;
    again.path = in();
    again.again = true;
    const CrawlReport report = MUST(crawler_->crawl(again));
    EXPECT_EQ(report.tables.at(0).row_count, 3);
    EXPECT_EQ(columns("t"), "id BIGINT, price BIGINT");
    EXPECT_EQ(table("t").statistics.at(1).max, "5");
    EXPECT_EQ(table("t").statistics.at(1).null_count, 2);
    EXPECT_EQ(query("SELECT sum(id), sum(price) FROM raw.t"), "6,5\n");
    disk_.closed = in("t");
    EXPECT_EQ(crawler_->crawl(again).error().code(), ErrorCode::PermissionDenied);
    EXPECT_EQ(table("t").version.number, 3);
}

TEST_F(Recrawl, NullsOfColumnsThatAFileLacksGoWithIt) {
    // Proves that nulls are those of the rows that are there, whichever file goes or changes: one
    // with nulls of its own, one without the column, one from before there was the column.
    put("t/a.csv", "id,w\n1,\n2,\n3,x\n");
    put("t/b.csv", "id,w\n4,\n5,y\n");
    put("t/c.csv", "id\n6\n7\n");
    put("later/a.csv", "id\n1\n2\n3\n");
    crawl();
    EXPECT_EQ(nulls("t", "w"), 5);
    put("later/b.csv", "id,w\n4,\n5,y\n");
    std::filesystem::remove(in("t/a.csv"));
    crawl();
    EXPECT_EQ(nulls("t", "w"), 3);
    EXPECT_EQ(nulls("later", "w"), 4);
    std::filesystem::remove(in("t/c.csv"));
    std::filesystem::remove(in("later/a.csv"));
    crawl();
    EXPECT_EQ(nulls("t", "w"), 1);
    EXPECT_EQ(nulls("later", "w"), 1);
    put("t/b.csv", "id,w\n4,z\n5,y\n", 30);
    put("later/b.csv", "id\n4\n5\n", 30);
    crawl();
    EXPECT_EQ(nulls("t", "w"), 0);
    EXPECT_EQ(nulls("later", "w"), 2);
    std::filesystem::remove(in("later/b.csv"));
    crawl();
    EXPECT_EQ(nulls("later", "w"), 0);
}

TEST_F(Recrawl, NullsOfFoldersAndOfJsonGoWithTheirFiles) {
    // Proves the same of folders' values, also where one hides a column of the file, and of JSON,
    // whose records name their columns themselves.
    const std::string none = "__HIVE_DEFAULT_PARTITION__";
    put("t/day=" + none + "/a.csv", "id,day\n1,\n2,\n");
    put("t/day=" + none + "/b.csv", "id\n3\n4\n5\n");
    put("t/day=1/c.csv", "id,day\n6,\n7,\n");
    put("j/a.ndjson", "{\"id\":1}\n{\"id\":2}\n");
    put("j/b.ndjson", "{\"id\":3,\"w\":4}\n{\"id\":null,\"w\":null}\n");
    crawl();
    EXPECT_EQ(nulls("t", "day"), 5);
    EXPECT_EQ(nulls("j", "w"), 3);
    std::filesystem::remove(in("t/day=1/c.csv"));
    std::filesystem::remove(in("j/a.ndjson"));
    crawl();
    EXPECT_EQ(nulls("t", "day"), 5);
    EXPECT_EQ(nulls("j", "w"), 1);
    EXPECT_EQ(nulls("j", "id"), 1);
    std::filesystem::remove(in("t/day=" + none + "/a.csv"));
    std::filesystem::remove(in("j/b.ndjson"));
    crawl();
    EXPECT_EQ(nulls("t", "day"), 3);
    EXPECT_EQ(nulls("j", "w"), 0);
    EXPECT_EQ(nulls("j", "id"), 0);
}

TEST_F(Recrawl, AStrictPolicyLeavesConflictsOutOrLogsThem) {
    // Proves both strict policies: the file is out with a finding, or in with a finding.
    put("t/a.csv", "id,price\n1,5\n");
    crawl();
    put("t/b.csv", "id,price\nx,5\n");
    put("t/c.csv", "id,price,more\n3,5,1\n");
    SchemaPolicy strict;
    strict.add_columns = false;
    strict.widen_types = false;
    const CrawlReport report = crawl("", strict);
    EXPECT_EQ(finding_kinds(report), (Kinds{"conflict", "conflict"}));
    EXPECT_EQ(report.findings[0].message, "column 'id' is BIGINT and would become STRING");
    EXPECT_EQ(report.findings[0].table, "raw.t");
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "1\n");
    EXPECT_EQ(crawl("", strict).files_read, 0u);
    strict.conflicts_only_logged = true;
    CrawlRequest again;
    again.path = in();
    again.policy = strict;
    again.again = true;
    EXPECT_EQ(MUST(crawler_->crawl(again)).finding_count, 2u);
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "3\n");
}

TEST_F(Recrawl, AFolderWithoutPermissionIsNotTakenForEmpty) {
    // Proves that files which cannot be seen for now stay part of their table.
    put("t/day=2024-01-01/a.csv", "a\n1\n");
    put("t/day=2024-01-02/a.csv", "a\n2\n");
    crawl();
    EXPECT_EQ(crawl().unlisted_count, 0u);
    disk_.closed = in("t/day=2024-01-02");
    const CrawlReport report = crawl();
    EXPECT_EQ(finding_kinds(report), Kinds{"unreadable"});
    EXPECT_EQ(report.unlisted_count, 1u);
    EXPECT_EQ(table("t").version.number, 1);
    EXPECT_EQ(query("SELECT sum(a) FROM raw.t"), "3\n");
    disk_.closed = in("t");
    EXPECT_EQ(finding_kinds(crawl()), Kinds{"unreadable"});
    EXPECT_EQ(table("t").version.number, 1);
    disk_.closed.clear();
    EXPECT_TRUE(crawl().findings.empty());
}

TEST_F(Recrawl, FoldersThatCannotBeListedCountWhereTheyAreWanted) {
    // Proves that one that was asked for, one above a table and a part of a new one count; one that
    // nobody asked for, and no table is known to be in, does not, but is told as well.
    const auto unlisted = [&](const std::string& closed, const std::string& asked = "") {
        disk_.closed = in(closed);
        const CrawlReport report = crawl(asked);
        EXPECT_EQ(finding_kinds(report), Kinds{"unreadable"}) << closed;
        return report.unlisted_count;
    };
    put("t/a.csv", "a\n1\n");
    put("t/other/a.csv", "b\n1\n");
    EXPECT_EQ(unlisted("t/other"), 0u);
    EXPECT_EQ(unlisted("t/other", "t/other"), 1u);
    put("deep/er/t2/a.csv", "c\n1\n");
    put("new/day=1/a.csv", "d\n1\n");
    put("new/day=2/a.csv", "d\n1\n");
    EXPECT_EQ(unlisted("new/day=2"), 1u);
    EXPECT_EQ(unlisted("deep"), 1u);
    EXPECT_EQ(unlisted("t"), 1u);
    EXPECT_EQ(unlisted("t", "t"), 1u);
}

TEST_F(Recrawl, AFileThatGoesOrChangesWhileItIsReadIsLookedAtAgain) {
    // Proves that neither is part of a table, and the next crawl takes what is there then.
    put("t/a.csv", "a\n1\n");
    put("t/b.csv", "a\n2\n");
    put("t/c.csv", "a\n4\n");
    disk_.vanished = in("t/b.csv");
    disk_.changing = in("t/c.csv");
    EXPECT_EQ(finding_kinds(crawl()), (Kinds{"changing", "vanished"}));
    EXPECT_EQ(query("SELECT sum(a) FROM raw.t"), "1\n");
    disk_.vanished.clear();
    disk_.changing.clear();
    EXPECT_EQ(crawl().files_read, 2u);
    EXPECT_EQ(query("SELECT sum(a) FROM raw.t"), "7\n");
    EXPECT_TRUE(MUST(catalog_->findings_below(in(), 10)).empty());
}

TEST_F(Recrawl, AWholeFolderThatWentLeavesAnEmptyTable) {
    // Proves that a table whose folder was deleted is kept, without rows, with its files told.
    put("gone/t/a.csv", "a\n1\n");
    put("stays/a.csv", "b\n1\n");
    crawl();
    std::filesystem::remove_all(in("gone"));
    const CrawlReport report = crawl();
    EXPECT_EQ(finding_kinds(report), Kinds{"deleted"});
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "0\n");
    EXPECT_EQ(table("t").version.number, 2);
    EXPECT_EQ(query("SELECT count(*) FROM raw.stays"), "1\n");
    put("gone/t/a.csv", "a\n7\n");
    crawl();
    EXPECT_EQ(query("SELECT a FROM raw.t"), "7\n");
}

TEST_F(Recrawl, APartitionFolderIsCrawledAsPartOfItsTable) {
    // Proves that one new day is found by crawling its folder alone, and the rest is left alone.
    put("t/day=2024-01-01/a.csv", "a\n1\n");
    crawl();
    put("t/day=2024-01-02/a.csv", "a\n2\n");
    std::filesystem::remove(in("t/day=2024-01-01/a.csv"));
    const CrawlReport report = crawl("t/day=2024-01-02");
    EXPECT_EQ(report.files_seen, 1u);
    EXPECT_TRUE(report.findings.empty());
    EXPECT_EQ(table("t").version.file_count, 2u);
    EXPECT_EQ(crawl("t/day=2024-01-02/a.csv").tables.at(0).change, "unchanged");
}

TEST_F(Recrawl, TablesOfPackagesAreLeftAlone) {
    // Proves that datasets of the lake whose tables are declared are not crawled, others are, and a
    // name that a package takes later is not taken over.
    catalog::Declaration declared;
    declared.name = {"raw", "orders"};
    declared.kind = catalog::Kind::Source;
    declared.dataset = "raw/orders/table";
    declared.columns = {{"a", "BIGINT", ""}};
    MUST(catalog_->declare({declared}));
    for (const char* path : {"raw/orders/table/day=1/x.csv", "raw/orders/batch/2024/x.csv"}) {
        auto file = MUST(lake_->create(path));
        MUST(file->append("a\n1\n"));
        MUST(file->finish());
    }
    CrawlRequest request;
    request.path = folder_.path("lake");
    const CrawlReport report = MUST(crawler_->crawl(request));
    ASSERT_EQ(report.tables.size(), 1u);
    EXPECT_EQ(report.tables[0].name.text(), "raw.orders_batch");
    EXPECT_EQ(query("SELECT a FROM raw.orders_batch"), "1\n");
}

TEST_F(Recrawl, ManyTinyFilesAreOneTable) {
    // Proves that records are staged part by part: more files than are held at once.
    for (int i = 0; i < 9000; ++i) {
        put("many/p=" + std::to_string(i % 10) + "/" + std::to_string(i) + ".csv", "a\n1\n");
    }
    const CrawlReport report = crawl();
    EXPECT_EQ(report.tables.at(0).row_count, 9000);
    EXPECT_EQ(table("many").version.file_count, 9000u);
    EXPECT_EQ(MUST(catalog_->partitions({"raw", "many"})).size(), 10u);
    EXPECT_EQ(crawl().files_read, 0u);
    put("many/p=3/new.csv", "a\n2\n");
    EXPECT_EQ(crawl().files_read, 1u);
    EXPECT_EQ(table("many").version.files_kept, 9000u);
}

}  // namespace

}  // namespace tradewind::crawl
