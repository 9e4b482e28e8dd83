// Files and entries of a folder that are not what they look like: each is told, none makes a table
// that cannot be read.
#include <sys/stat.h>

#include "crawl/test_kit.h"

namespace tradewind::crawl {

namespace {

using Kinds = std::vector<std::string>;

class OddFiles : public testing::CrawlTest {
protected:
    // "kind name table: message", sorted.
    std::vector<std::string> told(const CrawlReport& report) {
        std::vector<std::string> all;
        for (const auto& finding : report.findings) {
            all.push_back(
                finding.kind + " " + std::filesystem::path(finding.path).filename().string() +
                (finding.table.empty() ? "" : " " + finding.table) + ": " + finding.message
            );
        }
        std::ranges::sort(all);
        return all;
    }
    std::size_t known_findings() { return MUST(catalog_->findings_below("/", 100)).size(); }
};

TEST_F(OddFiles, WhatIsCalledPackedAndIsNotIsLeftOut) {
    // Proves that a name which promises gzip or zstd where there is plain text does not make the
    // files beside it unreadable, and that a gzip file of any name is one.
    put("t/a.csv.gz", testing::gzip("a,b\n1,2\n"));
    put("t/b.csv.gz", "a,b\n3,4\n");
    put("t/c.csv.ZST", "a,b\n5,6\n");
    put("t/d.csv", testing::gzip("a,b\n7,8\n"));
    put("j/a.ndjson", "{\"x\":1}\n");
    put("j/b.ndjson.gz", "{\"x\":2}\n");
    const Kinds expected = {
        "unreadable b.csv.gz: it is called as if it were packed, and is not; rename it",
        "unreadable b.ndjson.gz: it is called as if it were packed, and is not; rename it",
        "unreadable c.csv.ZST: it is called as if it were packed, and is not; rename it"
    };
    EXPECT_EQ(told(crawl()), expected);
    EXPECT_EQ(query("SELECT a, b FROM raw.t ORDER BY a"), "1,2\n7,8\n");
    EXPECT_EQ(query("SELECT x FROM raw.j"), "1\n");
    std::filesystem::rename(in("t/b.csv.gz"), in("t/b.csv"));
    EXPECT_TRUE(crawl().findings.empty());
    EXPECT_EQ(query("SELECT sum(a) FROM raw.t"), "11\n");
    EXPECT_EQ(known_findings(), 2u);
}

TEST_F(OddFiles, DecimalsOf38DigitsKeepThem) {
    // Proves that whole numbers of up to 38 digits in a Parquet file are not read as 64 bits.
    const std::string digits(38, '7');
    put_parquet("wide/a.parquet", "SELECT CAST('" + digits + "' AS DECIMAL(38,0)) AS d");
    crawl();
    EXPECT_EQ(columns("wide"), "d DECIMAL(38,0)");
    EXPECT_EQ(query("SELECT d FROM raw.wide"), digits + "\n");
}

TEST_F(OddFiles, ARecordThatNamesAKeyTwiceIsLeftOut) {
    // Proves that such records, which the engine refuses with all others of the table, are told as
    // malformed with their table, and that a file of nothing else is no part of it.
    put("t/a.ndjson",
        "{\"a\":1}\n{\"a\":2,\"b\":0,\"a\":3}\n{\"b\":4,\"a\":5}\n{\"n\":1,\"n\":1}\n");
    put("t/b.ndjson", "{\"a\":7,\"b\":8}\n");
    put("t/c.ndjson", "{\"a\":1,\"a\":1}\n");
    put("t/d.json", "[{\"a\":9,\"b\":1},{\"a\":0,\"a\":0}]");
    put("t/e.ndjson", "{\"a\":11,\"b\":{\"k\":1,\"k\":2}}\n");
    const CrawlReport report = crawl();
    EXPECT_EQ(finding_kinds(report), (Kinds{"malformed_rows", "malformed_rows", "unreadable"}));
    EXPECT_EQ(
        told(report).at(0),
        "malformed_rows a.ndjson raw.t: 2 of its rows cannot be read and were left out, the first "
        "on line 2: it names 'a' twice; mend them, or import the file, which keeps such rows as "
        "dead letters"
    );
    EXPECT_EQ(query("SELECT a FROM raw.t ORDER BY a"), "1\n5\n7\n9\n11\n");
    EXPECT_EQ(query("SELECT b FROM raw.t WHERE a = 11"), "\"{\"\"k\"\":1,\"\"k\"\":2}\"\n");
    EXPECT_EQ(columns("t"), "a BIGINT, b STRING");
}

TEST_F(OddFiles, WholeNumbersBeyond64BitsAreText) {
    // Proves that no digit and no row is lost, whatever stands beside such a number.
    put("t/a.ndjson",
        "{\"id\":123456789012345678901234567890,\"n\":1,\"s\":\"a\\\"1234567890123456789012\"}\n"
        "{\"id\":-98765432109876543210,\"n\":9223372036854775807}\n"
        "{\"id\":18446744073709551616,\"n\":3,\"s\":{\"k\":[99999999999999999999]}}\n"
        "{\"id\":5,\"n\":4}\n");
    put("j/a.json", "[{\"id\":123456789012345678901234567890}]");
    EXPECT_TRUE(crawl().findings.empty());
    EXPECT_EQ(columns("t"), "id STRING, n BIGINT, s STRING");
    EXPECT_EQ(
        query("SELECT id, n FROM raw.t ORDER BY n"),
        "123456789012345678901234567890,1\n18446744073709551616,3\n5,4\n"
        "-98765432109876543210,9223372036854775807\n"
    );
    EXPECT_EQ(query("SELECT s FROM raw.t WHERE n = 1"), "\"a\"\"1234567890123456789012\"\n");
    EXPECT_EQ(query("SELECT id FROM raw.j"), "123456789012345678901234567890\n");
}

TEST_F(OddFiles, AFoldersValueCountsAndWhatItHidesIsTold) {
    // Proves the rule for a column that stands in the folder's name and in the file, in every
    // format: the folder's counts, and a file that says otherwise is told, until it does not.
    put("csv/country=UK/a.csv", "n,Country\n1,France\n2,UK\n");
    put("csv/country=UK/same.csv", "n,Country\n3,UK\n");
    put("json/country=UK/a.ndjson", "{\"n\":1,\"country\":\"France\"}\n");
    put("month/month=01/a.csv", "n,month\n1,1\n");
    put("null/k=__HIVE_DEFAULT_PARTITION__/a.csv", "n,k\n1,\n");
    put_parquet("p/country=UK/a.parquet", "SELECT 1 AS n, 'France' AS country");
    put_parquet("p/country=France/b.parquet", "SELECT 2 AS n, 'France' AS country");
    const std::string words =
        "' is not read, for the folder country=UK says it for all its rows; rename the folder or "
        "the column to have both";
    const Kinds expected = {
        "hidden_column a.csv raw.csv: its column 'Country" + words,
        "hidden_column a.ndjson raw.json: its column 'country" + words,
        "hidden_column a.parquet raw.p: its column 'country" + words
    };
    EXPECT_EQ(told(crawl()), expected);
    EXPECT_EQ(query("SELECT n, country FROM raw.csv ORDER BY n"), "1,UK\n2,UK\n3,UK\n");
    EXPECT_EQ(query("SELECT n, country FROM raw.json"), "1,UK\n");
    EXPECT_EQ(query("SELECT n, country FROM raw.p ORDER BY n"), "1,UK\n2,France\n");
    EXPECT_TRUE(crawl().findings.empty());
    EXPECT_EQ(known_findings(), 3u);
    put("csv/country=UK/a.csv", "n,Country\n1,UK\n", 30);
    std::filesystem::remove(in("json/country=UK/a.ndjson"));
    EXPECT_EQ(finding_kinds(crawl()), Kinds{"deleted"});
    EXPECT_EQ(known_findings(), 2u);
}

TEST_F(OddFiles, PipesAndLinksNeverHangAndAreTold) {
    // Proves that what is no file is not opened, that links are followed to files of what is
    // crawled and nowhere else, and that each is told once, until it is gone.
    put("t/a.csv", "a\n1\n");
    put("kept/b.csv", "b\n9\n");
    std::ofstream(folder_.path("secret.csv")) << "a\n100\n";
    ASSERT_EQ(mkfifo(in("t/pipe.csv").c_str(), 0600), 0);
    const auto link = [&](const std::string& to, const std::string& name) {
        std::filesystem::create_symlink(to, in(name));
    };
    link("pipe.csv", "t/to_pipe.csv");
    link("a.csv", "t/inside.csv");
    link(folder_.path("secret.csv"), "t/outside.csv");
    link("loop.csv", "t/loop.csv");
    link("nowhere.csv", "t/nowhere.csv");
    link("..", "t/up");
    link("../kept", "t/day=1");
    const CrawlReport report = crawl();
    const auto real = [&](const std::string& path) {
        return std::filesystem::canonical(path).string();
    };
    const std::string outside = ", which lies outside of what is crawled";
    const std::string folder = "; links to folders are not followed";
    const Kinds expected = {
        "link day=1: it is a link to the folder " + real(in("kept")) + folder,
        "link loop.csv: it is a link that leads nowhere, or in a circle",
        "link nowhere.csv: it is a link that leads nowhere, or in a circle",
        "link outside.csv: it is a link to " + real(folder_.path("secret.csv")) + outside,
        "link up: it is a link to the folder " + real(in()) + folder,
        "no_file pipe.csv: it is no file, but a pipe, a socket or a device",
        "no_file to_pipe.csv: it is no file, but a pipe, a socket or a device"
    };
    EXPECT_EQ(told(report), expected);
    EXPECT_EQ(query("SELECT sum(a), count(*) FROM raw.t"), "2,2\n");
    EXPECT_TRUE(crawl().findings.empty());
    EXPECT_EQ(known_findings(), 7u);
    std::filesystem::remove(in("t/pipe.csv"));
    put("t/pipe.csv", "a\n5\n");
    for (const char* name : {"t/loop.csv", "t/up", "t/outside.csv"})
        std::filesystem::remove(in(name));
    EXPECT_TRUE(crawl().findings.empty());
    EXPECT_EQ(known_findings(), 2u);
    EXPECT_EQ(query("SELECT sum(a), count(*) FROM raw.t"), "12,4\n");
    // Asked for by name it is refused.
    ASSERT_EQ(mkfifo(in("alone").c_str(), 0600), 0);
    CrawlRequest request;
    request.path = in("alone");
    EXPECT_EQ(crawler_->crawl(request).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(OddFiles, FindingsSayTheirTable) {
    // Proves that what is found of a file names the table even when that is new, and gets its name
    // last.
    put("t/a.csv", "a,b\n1,2\n3\n4,5\n");
    put("t/b.csv", "a,b\nx,6\n");
    SchemaPolicy keep;
    keep.widen_types = false;
    const CrawlReport report = crawl("", keep);
    ASSERT_EQ(finding_kinds(report), (Kinds{"conflict", "malformed_rows"}));
    for (const auto& finding : MUST(catalog_->findings_below("/", 10)))
        EXPECT_EQ(finding.table, "raw.t") << finding.kind;
}

TEST_F(OddFiles, AConflictIsLookedAtAgainByACrawlThatWouldHaveIt) {
    // Proves that --log-conflicts, or a policy that forgives it, takes in what was left out before,
    // and that one which does not reads it no more.
    put("t/a.csv", "id,price\n1,5\n");
    crawl();
    put("t/b.csv", "id,price\nx,5\n");
    put("t/c.csv", "id,price,more\n3,5,1\n");
    SchemaPolicy keep;
    keep.add_columns = keep.widen_types = false;
    EXPECT_EQ(crawl("", keep).finding_count, 2u);
    EXPECT_EQ(crawl("", keep).files_read, 0u);
    SchemaPolicy keep_columns;
    keep_columns.add_columns = false;
    EXPECT_EQ(crawl("", keep_columns).files_read, 1u);
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "2\n");
    EXPECT_EQ(known_findings(), 1u);
    keep.conflicts_only_logged = true;
    EXPECT_EQ(finding_kinds(crawl("", keep)), Kinds{"conflict"});
    EXPECT_EQ(columns("t"), "id STRING, price BIGINT, more BIGINT");
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "3\n");
    EXPECT_EQ(crawl("", keep).files_read, 0u);
}

TEST_F(OddFiles, LongExtremesAreMarkedAsCut) {
    // Proves that nobody takes the beginning of a text for the text, in every format.
    const std::string longest(100, 'x');
    const std::string cut = longest.substr(0, 64) + "…";
    put("csv/a.csv", "s\n" + longest + "\n");
    put("json/a.ndjson", "{\"s\":\"" + longest + "\"}\n");
    put("whole/a.csv", "s\n" + longest.substr(0, 64) + "\n");
    put_parquet("parquet/a.parquet", "SELECT repeat('x', 100) AS s");
    crawl();
    for (const char* name : {"csv", "json", "parquet"}) {
        EXPECT_EQ(table(name).statistics.at(0).min, cut) << name;
        EXPECT_EQ(table(name).statistics.at(0).max, cut) << name;
    }
    EXPECT_EQ(table("whole").statistics.at(0).max, longest.substr(0, 64));
}

}  // namespace

}  // namespace tradewind::crawl
