// Files of one table that do not agree: what stands in them comes out all the same.
#include "crawl/test_kit.h"

// The engine's reader of workbooks (excel 1.5.5) forgets two objects of 96 bytes a file; their
// files are closed.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer's name
    return "leak:duckdb::LocalFileSystem::OpenFile\n";
}

namespace tradewind::crawl {

namespace {

using Drift = testing::CrawlTest;

TEST_F(Drift, ParquetTypesOfEachFileCount) {
    // Proves that the first file's types do not rule the others': no value is cut, none makes the
    // table unreadable, and what doubles cannot hold is text.
    put_parquet("real/a.parquet", "SELECT CAST(i AS BIGINT) AS id FROM range(1, 3) t(i)");
    put_parquet("real/b.parquet", "SELECT CAST(1.5 AS DOUBLE) AS id");
    put_parquet("wide/a.parquet", "SELECT CAST(7 AS INTEGER) AS id");
    put_parquet("wide/b.parquet", "SELECT 3000000000 AS id");
    put_parquet("text/a.parquet", "SELECT CAST(536365 AS BIGINT) AS id");
    put_parquet("text/b.parquet", "SELECT 'C3' AS id");
    put_parquet("price/a.parquet", "SELECT CAST(1.5 AS DECIMAL(5,1)) AS id");
    put_parquet("price/b.parquet", "SELECT CAST(123456789.125 AS DECIMAL(12,3)) AS id");
    put_parquet("exact/a.parquet", "SELECT 9007199254740993 AS id");
    put_parquet("exact/b.parquet", "SELECT CAST(0.5 AS DOUBLE) AS id");
    put_parquet("nest/a.parquet", "SELECT 1 AS id, {'a': 1} AS s");
    put_parquet("nest/b.parquet", "SELECT 2 AS id, {'a': 'x'} AS s");
    put_parquet("nest/c.parquet", "SELECT 3 AS id");
    EXPECT_TRUE(crawl().findings.empty());
    const auto rows = [&](const std::string& name) {
        return query("SELECT * FROM raw." + name + " ORDER BY 1");
    };
    EXPECT_EQ(rows("real"), "1.0\n1.5\n2.0\n");
    EXPECT_EQ(rows("wide"), "7\n3000000000\n");
    EXPECT_EQ(rows("text"), "536365\nC3\n");
    EXPECT_EQ(rows("price"), "1.500\n123456789.125\n");
    EXPECT_EQ(rows("exact"), "0.5\n9007199254740993\n");
    EXPECT_EQ(columns("wide"), "id BIGINT");
    EXPECT_EQ(columns("price"), "id DECIMAL(12,3)");
    EXPECT_EQ(query("SELECT count(*), count(s) FROM raw.nest"), "3,2\n");
    put_parquet("wide/c.parquet", "SELECT CAST(0.5 AS DOUBLE) AS id");
    EXPECT_EQ(
        crawl("wide").tables.at(0).note, "1 new file; column id widened from BIGINT to DOUBLE"
    );
    EXPECT_EQ(rows("wide"), "0.5\n7.0\n3e+09\n");
}

TEST_F(Drift, ParquetColumnsKeepTheNamesOfTheirFiles) {
    // Proves that files which spell a column in two ways are read each by its own.
    put_parquet("t/a.parquet", "SELECT 1 AS \"a b\", 'x' AS n");
    put_parquet("t/b.parquet", "SELECT 2 AS a_b, 'y' AS \"N\"");
    crawl();
    EXPECT_EQ(columns("t"), "a_b INTEGER, n STRING");
    EXPECT_EQ(query("SELECT * FROM raw.t ORDER BY 1"), "1,x\n2,y\n");
}

TEST_F(Drift, NanosecondsOfParquetAreTextWhereThereAreAny) {
    // Proves that what a timestamp cannot hold comes out as it went in.
    put_parquet(
        "cut/a.parquet", "SELECT CAST('2024-01-05 10:00:00.123456789' AS TIMESTAMP_NS) AS at"
    );
    put_parquet(
        "fits/a.parquet", "SELECT CAST('2024-01-05 10:00:00.123456' AS TIMESTAMP_NS) AS at"
    );
    crawl();
    EXPECT_EQ(columns("cut"), "at STRING");
    EXPECT_EQ(query("SELECT * FROM raw.cut"), "2024-01-05 10:00:00.123456789\n");
    EXPECT_EQ(columns("fits"), "at TIMESTAMP");
    EXPECT_EQ(query("SELECT * FROM raw.fits"), "2024-01-05 10:00:00.123456\n");
}

TEST_F(Drift, KeysThatGiveOneNameAreNotLost) {
    // Proves that each spelling of a key is read, in files of their own and side by side.
    put("t/a.ndjson", "{\"w x\":1,\"k\":1}\n");
    put("t/b.ndjson", "{\"w_x\":2,\"k\":2}\n");
    put("side/a.ndjson", "{\"w x\":1,\"w_x\":10,\"k\":1}\n");
    put("side/b.ndjson", "{\"w_x\":20,\"k\":2}\n");
    crawl();
    EXPECT_EQ(query("SELECT k, w_x FROM raw.t ORDER BY k"), "1,1\n2,2\n");
    EXPECT_EQ(nulls("t", "w_x"), 0);
    EXPECT_EQ(query("SELECT k, w_x, w_x_2 FROM raw.side ORDER BY k"), "1,1,10\n2,,20\n");
    EXPECT_EQ(nulls("side", "w_x"), 1);
    put("t/c.ndjson", "{\"W X\":3,\"k\":3}\n");
    put("side/c.ndjson", "{\"w x\":3,\"k\":3}\n");
    crawl();
    EXPECT_EQ(query("SELECT k, w_x FROM raw.t ORDER BY k"), "1,1\n2,2\n3,3\n");
    EXPECT_EQ(query("SELECT k, w_x, w_x_2 FROM raw.side ORDER BY k"), "1,1,10\n2,,20\n3,3,\n");
}

TEST_F(Drift, KeysThatDifferByCaseAreRead) {
    // Proves that the engine's names without case keep no value from its column, whatever is in
    // the keys, and that the next start reads them too.
    put("two/a.ndjson", "{\"id\":1,\"k\":1}\n");
    put("two/b.ndjson", "{\"ID\":2,\"k\":2}\n");
    put("one/p=7/a.json", "[{\"b\":1,\"B\":2,\"x/y~\":{\"c\": [1, 2]}},\n {\"B\":\"it's\"}]");
    put("none/a.ndjson", "{\"\":5,\"k\":1}\n");
    const CrawlReport report = crawl();
    for (const auto& told : report.tables) EXPECT_EQ(told.problem, "");
    const std::string sql = "SELECT b, b_2, x_y, p FROM raw.one ORDER BY b";
    EXPECT_EQ(query("SELECT k, id FROM raw.two ORDER BY k"), "1,1\n2,2\n");
    EXPECT_EQ(query(sql), "1,2,\"{\"\"c\"\":[1,2]}\",7\n,it's,,7\n");
    EXPECT_EQ(query("SELECT column_1, k FROM raw.none"), "5,1\n");
    open();
    EXPECT_EQ(query(sql), "1,2,\"{\"\"c\"\":[1,2]}\",7\n,it's,,7\n");
}

TEST_F(Drift, WordsForNullMixWithoutHarm) {
    // Proves that null, NULL and \N are null together, in one file and in one column, that JSON's
    // own texts stay, and that nulls are counted as they are read.
    put("lower/a.csv", "id,v\n0,null\n1,5\n");
    put("both/a.csv", "id,v,w\n0,null,\\N\n1,5,7\n2,NULL,8\nnull,NULL,NULL\n");
    put("words/a.csv", "id,v\n0,NULL\n1,Smith\n");
    put("j/p=NULL/a.ndjson", "{\"v\":\"NULL\"}\n{\"v\":\"5\"}\n");
    put("j/p=5/a.ndjson", "{\"v\":\"x\"}\n");
    crawl();
    EXPECT_EQ(query("SELECT * FROM raw.lower ORDER BY id"), "0,\n1,5\n");
    EXPECT_EQ(columns("both"), "id BIGINT, v BIGINT, w BIGINT");
    EXPECT_EQ(query("SELECT * FROM raw.both ORDER BY id"), "0,,\n1,5,7\n2,,8\n,,\n");
    EXPECT_EQ(nulls("both", "v"), 3);
    EXPECT_EQ(query("SELECT * FROM raw.words ORDER BY id"), "0,NULL\n1,Smith\n");
    EXPECT_EQ(nulls("words", "v"), 0);
    EXPECT_EQ(query("SELECT v, p FROM raw.j ORDER BY v"), "5,\nNULL,\nx,5\n");
    std::filesystem::remove(in("both/a.csv"));
    put("both/b.csv", "id,v,w\n1,null,2\n");
    crawl();
    EXPECT_EQ(nulls("both", "v"), 1);
    EXPECT_EQ(query("SELECT * FROM raw.both"), "1,,2\n");
}

TEST_F(Drift, TimesComeOutAsTheyWentIn) {
    // Proves that nanoseconds are not cut, that UTC's Z and offsets are one type, and that least
    // and greatest go by time, however it is written.
    put("nanos/a.csv", "at\n2024-01-05T10:00:00.123456789\n");
    put("zeros/a.csv", "at\n2024-01-05T10:00:00.123456000\n");
    put("short/a.csv", "at,n\n2024-01-05T10:00Z,1\n");
    put("zones/a.csv", "at,n\n2024-01-05T10:00:00Z,1\n2024-01-05T11:30:00+02:00,2\n");
    put("us/a.csv", "day\n12/31/2009\n1/15/2010\n");
    crawl();
    EXPECT_EQ(query("SELECT * FROM raw.nanos"), "2024-01-05T10:00:00.123456789\n");
    EXPECT_EQ(query("SELECT * FROM raw.zeros"), "2024-01-05 10:00:00.123456\n");
    EXPECT_EQ(query("SELECT * FROM raw.short"), "2024-01-05T10:00Z,1\n");
    EXPECT_EQ(columns("zones"), "at TIMESTAMP WITH TIME ZONE, n BIGINT");
    EXPECT_EQ(
        query("SELECT * FROM raw.zones ORDER BY n DESC"),
        "2024-01-05 09:30:00+00,2\n2024-01-05 10:00:00+00,1\n"
    );
    EXPECT_EQ(table("zones").statistics.at(0).min, "2024-01-05 09:30:00+00");
    EXPECT_EQ(table("zones").statistics.at(0).max, "2024-01-05 10:00:00+00");
    EXPECT_EQ(table("us").statistics.at(0).min, "2009-12-31");
    EXPECT_EQ(table("us").statistics.at(0).max, "2010-01-15");
}

TEST_F(Drift, ANulIsToldWithItsPlace) {
    // Proves that a NUL in a small file does not hide what the file is.
    put("t/a.csv", std::string("id,v\n1,a\n2,b\0c\n3,d\n", 20));
    const CrawlReport report = crawl();
    ASSERT_EQ(finding_kinds(report), std::vector<std::string>{"malformed_rows"});
    EXPECT_NE(
        report.findings[0].message.find("line 3: byte 4 of the row is NUL"), std::string::npos
    ) << report.findings[0].message;
    EXPECT_EQ(query("SELECT * FROM raw.t ORDER BY id"), "1,a\n3,d\n");
}

TEST_F(Drift, VersionsOfFilesOutsideTheLakeAreRead) {
    // Proves that each format's versions are there for SQL, the newest and one before, also
    // together, and that the hold on them goes with the query.
    engine_->find_versions_with([this](const catalog::TableName& name, std::int64_t version) {
        return catalog_->files(name, version);
    });
    put("csv/a.csv", "id\n1\n");
    put("json/a.ndjson", "{\"id\":1,\"Id\":5}\n");
    put_parquet("parquet/a.parquet", "SELECT 1 AS id");
    crawl();
    put("csv/b.csv", "id\n2.5\n");
    put("json/b.ndjson", "{\"id\":2.5,\"Id\":6}\n");
    put_parquet("parquet/b.parquet", "SELECT CAST(2.5 AS DECIMAL(3,1)) AS id");
    crawl();
    for (const std::string name : {"csv", "json", "parquet"}) {
        const std::string from = "SELECT id FROM raw." + name + " AT (VERSION => ";
        EXPECT_EQ(query(from + "1)"), "1\n") << name;
        EXPECT_EQ(query(from + "2) ORDER BY id"), "1.0\n2.5\n") << name;
        EXPECT_EQ(
            query(
                "SELECT count(*) FROM raw." + name + " a AT (VERSION => 1), raw." + name +
                " b AT (VERSION => 2)"
            ),
            "2\n"
        ) << name;
    }
    const auto work = MUST(engine_->open_work({}));
    engine::WriteOptions to;
    to.kind = engine::FileKind::Xlsx;
    to.path = in("book.xlsx");
    MUST(work->write("SELECT 7 AS id, 'x' AS name", to));
    crawl("book.xlsx");
    EXPECT_EQ(query("SELECT id, name FROM raw.book AT (VERSION => 1)"), "7,x\n");
}

}  // namespace

}  // namespace tradewind::crawl
