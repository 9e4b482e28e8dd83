#include "crawl/test_kit.h"

namespace tradewind::crawl {

namespace {

using Crawl = testing::CrawlTest;
using Kinds = std::vector<std::string>;

TEST_F(Crawl, ATypeThatChangesLateIsStillSeen) {
    // Proves that all rows count for a column's type, not the first ones: the last row makes it
    // text.
    std::string late = "id,price\n";
    for (int i = 0; i < 900'000; ++i) late += std::to_string(i) + ",1\n";
    put("late/rows.csv", late + "x900000,2.5\n");
    crawl();
    EXPECT_EQ(columns("late"), "id STRING, price DECIMAL(18,1)");
    EXPECT_EQ(
        query("SELECT count(*), max(id), sum(price) FROM raw.late"), "900001,x900000,900002.5\n"
    );
}

TEST_F(Crawl, AFolderOfFilesThatAreAlikeIsOneTable) {
    // Proves grouping, the table's name, types of ids, and that SQL reads it at once and after a
    // start.
    put("shop/Order Lines/a.csv", "Order ID,SKU,Price\n1,00123,9.99\n2,00124,\n");
    put("shop/Order Lines/b.csv.gz", testing::gzip("Order ID,SKU,Price\n3,007,1.5\n"));
    const CrawlReport report = crawl();
    ASSERT_EQ(report.tables.size(), 1u);
    EXPECT_EQ(report.tables[0].name.text(), "raw.order_lines");
    EXPECT_EQ(report.tables[0].problem, "");
    EXPECT_EQ(report.tables[0].row_count, 3);
    EXPECT_EQ(columns("order_lines"), "order_id BIGINT, sku STRING, price DECIMAL(18,2)");
    const std::string sql = "SELECT * FROM raw.order_lines ORDER BY order_id";
    EXPECT_EQ(query(sql), "1,00123,9.99\n2,00124,\n3,007,1.50\n");
    open();
    EXPECT_EQ(query(sql), "1,00123,9.99\n2,00124,\n3,007,1.50\n");
    const auto statistics = table("order_lines").statistics;
    ASSERT_EQ(statistics.size(), 3u);
    EXPECT_EQ(statistics[2].null_count, 1);
    EXPECT_EQ(statistics[2].min, "1.5");
    EXPECT_EQ(statistics[2].max, "9.99");
    EXPECT_EQ(statistics[0].distinct_approx, 3);
}

TEST_F(Crawl, HeadersThatDifferByCaseAreTheSame) {
    // Proves that files of programs that write names in another case are not another table, and
    // that each cell still comes to its column.
    put("lines/a.csv", "InvoiceNo,UnitPrice,Country\n1,2.50,France\n");
    put("lines/b.csv", "COUNTRY,INVOICENO,UNITPRICE\nSpain,2,3.5\n");
    put("lines/c.csv", "invoice_no,unit price,country,note\n3,4,Italy,late\n");
    const CrawlReport report = crawl();
    ASSERT_EQ(report.tables.size(), 1u);
    EXPECT_EQ(
        columns("lines"), "invoice_no BIGINT, unit_price DECIMAL(18,2), country STRING, note STRING"
    );
    const std::string rows = "1,2.50,France,\n2,3.50,Spain,\n3,4.00,Italy,late\n";
    EXPECT_EQ(query("SELECT * FROM raw.lines ORDER BY 1"), rows);
    open();
    put("lines/d.csv", "INVOICENO,UNITPRICE,COUNTRY\n4,1.0,Malta\n");
    crawl();
    EXPECT_EQ(query("SELECT * FROM raw.lines ORDER BY 1"), rows + "4,1.00,Malta,\n");
}

TEST_F(Crawl, MixedSchemasInOneFolderAreSeveralTables) {
    // Proves that files of other columns, formats and delimiters do not get in each other's way.
    put("mix/products.csv", "product_id,product_name,aisle_id\n1,Kale,4\n");
    put("mix/aisles.csv", "aisle_id,aisle\n4,greens\n");
    put("mix/sales_2023.psv", "day|amount\n2024-01-01|5\n");
    put("mix/sales_2024.psv", "day|amount\n2024-01-02|7.25\n");
    put("mix/events.ndjson", "{\"a\":1,\"b\":{\"c\":[1]}}\n{\"a\":2.5,\"d\":\"x\"}\n");
    put("mix/config.json", "[{\"key\":\"00\",\"on\":true}]");
    crawl();
    EXPECT_EQ(
        table_names(),
        (Kinds{"raw.aisles", "raw.config", "raw.events", "raw.products", "raw.sales"})
    );
    EXPECT_EQ(columns("sales"), "day DATE, amount DECIMAL(18,2)");
    EXPECT_EQ(columns("events"), "a DECIMAL(18,1), b STRING, d STRING");
    EXPECT_EQ(columns("config"), "key STRING, on BOOLEAN");
    EXPECT_EQ(query("SELECT sum(amount) FROM raw.sales"), "12.25\n");
    EXPECT_EQ(
        query("SELECT a, b, d FROM raw.events ORDER BY a"), "1.0,\"{\"\"c\"\":[1]}\",\n2.5,,x\n"
    );
    EXPECT_EQ(query("SELECT key, \"on\" FROM raw.config"), "00,true\n");
    EXPECT_EQ(
        query("SELECT count(*) FROM raw.products p JOIN raw.aisles a USING (aisle_id)"), "1\n"
    );
}

TEST_F(Crawl, PartitionFoldersBecomeTypedColumns) {
    // Proves Hive partitions, dated folders, and names of partitions that need escapes.
    put("sales/country=united%20kingdom/day=2024-01-01/a.csv", "n\n1\n");
    put("sales/country=france/day=2024-01-02/b.csv", "n\n2\n");
    put("sales/country=__HIVE_DEFAULT_PARTITION__/day=2024-01-03/c.csv", "n\n4\n");
    put("logs/2024/01/02/x.csv", "m\n1\n");
    put("logs/2024/01/03/x.csv", "m\n2\n");
    crawl();
    EXPECT_EQ(columns("sales"), "n BIGINT, country STRING, day DATE");
    EXPECT_EQ(
        query("SELECT country, day, n FROM raw.sales ORDER BY n"),
        "united kingdom,2024-01-01,1\nfrance,2024-01-02,2\n,2024-01-03,4\n"
    );
    const auto partitions = MUST(catalog_->partitions({"raw", "sales"}));
    ASSERT_EQ(partitions.size(), 3u);
    EXPECT_EQ(partitions[1].values.at("country"), "france");
    EXPECT_EQ(query("SELECT sum(m) FROM raw.logs"), "3\n");
}

TEST_F(Crawl, EncodingsDelimitersAndDatesAreFoundOut) {
    // Proves that what Excel and old systems write comes out right.
    put("latin/a.csv", "id;name;at\r\n1;\xA3 5;31.12.2010\r\n");
    put("utf16/a.csv",
        std::string("\xFF\xFE", 2) + std::string("i\0d\0,\0n\0\n\0\x37\0,\0\xFC\0\n\0", 18));
    put("us/a.csv", "when,n\n12/1/2010 8:26,1\n12/31/2010 9:00,2\n");
    put("nulls/a.csv", "id,x\n1,NULL\n2,5\n");
    put("sep/a.csv", "sep=;\nid;x\n1;2\n");
    put("headless/a.csv", "1,a\n2,b\n");
    put("marked/a.csv", "\xEF\xBB\xBFid,n\n1,\"x\ny\"\n");
    crawl();
    EXPECT_EQ(query("SELECT * FROM raw.latin"), "1,£ 5,2010-12-31\n");
    EXPECT_EQ(query("SELECT * FROM raw.utf16"), "7,ü\n");
    EXPECT_EQ(columns("us"), "when TIMESTAMP, n BIGINT");
    EXPECT_EQ(query("SELECT max(\"when\") FROM raw.us"), "2010-12-31 09:00:00\n");
    EXPECT_EQ(columns("nulls"), "id BIGINT, x BIGINT");
    EXPECT_EQ(query("SELECT count(x), sum(x) FROM raw.nulls"), "1,5\n");
    EXPECT_EQ(query("SELECT * FROM raw.sep"), "1,2\n");
    EXPECT_EQ(query("SELECT * FROM raw.headless ORDER BY 1"), "1,a\n2,b\n");
    EXPECT_EQ(query("SELECT n FROM raw.marked"), "\"x\ny\"\n");
}

TEST_F(Crawl, FilesThatHoldNoTableAreToldNotTaken) {
    // Proves that each kind of bad file gets its own word, that the rest is there, and that such
    // files are not read again until they change.
    put("t/good.csv", "a,b\n1,2\n");
    put("t/header_only.csv", "a,b\n");
    put("t/empty.csv", "");
    put("t/broken.csv.gz", testing::gzip("a,b\n1,2\n").substr(0, 18));
    put("t/hopeless.csv", "a,b\n1,2\n3\n4\n");
    put("t/picture.csv", std::string("\x89PNG\r\n\x1A\n\0\0\0", 11));
    put("t/notes.md", "# notes\n");
    put("t/odd\xFF.csv", "a,b\n1,2\n");
    put("t/b[1].csv", "a,b\n1,2\n");
    put("t/half.csv.part", "a,b\n1");
    put("t/torn.json", "[{\"a\":1},");
    put("t/fake.parquet", "PAR1 nothing");
    const CrawlReport report = crawl();
    EXPECT_EQ(
        finding_kinds(report),
        (Kinds{
            "empty",
            "unknown_format",
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable",
            "unreadable"
        })
    );
    EXPECT_EQ(columns("t"), "a BIGINT, b BIGINT");
    EXPECT_EQ(query("SELECT * FROM raw.t"), "1,2\n");
    EXPECT_EQ(MUST(catalog_->files({"raw", "t"})).files.size(), 2u);
    for (const auto& finding : report.findings) EXPECT_NE(finding.message, "") << finding.path;
    EXPECT_EQ(crawl().files_read, 0u);
    put("t/hopeless.csv", "a,b\n1,2\n4,5\n", 30);
    EXPECT_EQ(crawl().files_read, 1u);
    EXPECT_EQ(query("SELECT count(*) FROM raw.t"), "3\n");
    EXPECT_EQ(MUST(catalog_->findings_below(in(), 100)).size(), 8u);
}

TEST_F(Crawl, WhatSqlCannotReadInPlaceIsCopied) {
    // Proves that bad rows are told and left out, and odd encodings and line ends come out right,
    // with their partitions; the copies go with their files.
    put("t/day=2024-01-01/ragged.csv", "id,name\n1,a\n2\n3,\"x, \"\"y\"\"\"\n");
    put("t/day=2024-01-02/windows.csv", "id,name\n4,\x80 5\n");
    put("t/day=2024-01-03/mixed.csv", "id,name\r\n5,b\n6,c\r\n");
    put("j/a.ndjson", "{\"a\":1}\n[2]\n{\"a\":3}\n");
    const CrawlReport report = crawl();
    EXPECT_EQ(finding_kinds(report), (Kinds{"malformed_rows", "malformed_rows"}));
    const std::string sql = "SELECT id, name, day FROM raw.t ORDER BY id";
    EXPECT_EQ(
        query(sql),
        "1,a,2024-01-01\n3,\"x, \"\"y\"\"\",2024-01-01\n4,€ 5,2024-01-02\n5,b,2024-01-03\n"
        "6,c,2024-01-03\n"
    );
    EXPECT_EQ(query("SELECT sum(a) FROM raw.j"), "4\n");
    EXPECT_EQ(crawl().files_read, 0u);
    EXPECT_EQ(MUST(lake_->current("crawl/copies")).files.size(), 4u);
    put("t/day=2024-01-01/ragged.csv", "id,name\n1,a\n2,b\n", 30);
    std::filesystem::remove(in("t/day=2024-01-03/mixed.csv"));
    EXPECT_EQ(finding_kinds(crawl()), Kinds{"deleted"});
    EXPECT_EQ(query("SELECT count(*), sum(id) FROM raw.t"), "3,7\n");
    EXPECT_EQ(MUST(lake_->current("crawl/copies")).files.size(), 2u);
    EXPECT_EQ(MUST(catalog_->findings_below(in(), 10)).size(), 2u);
}

TEST_F(Crawl, AHeaderAloneIsATableWithoutRows) {
    // Proves that types come with the first rows, and nothing is called a conflict.
    put("h/a.csv", "id,day\n");
    crawl();
    EXPECT_EQ(columns("h"), "id STRING, day STRING");
    EXPECT_EQ(query("SELECT count(*) FROM raw.h"), "0\n");
    put("h/b.csv", "id,day\n1,2024-01-01\n");
    SchemaPolicy strict;
    strict.widen_types = false;
    EXPECT_TRUE(crawl("", strict).findings.empty());
    EXPECT_EQ(columns("h"), "id BIGINT, day DATE");
}

TEST_F(Crawl, ParquetIsReadByItsFooter) {
    // Proves types, rows, statistics and drift of Parquet files, with nested columns left alone.
    put_parquet(
        "p/day=2024-01-01/a.parquet",
        "SELECT CAST(i AS INTEGER) AS \"Id\", 'x' || i AS name FROM range(10) t(i)"
    );
    put_parquet(
        "p/day=2024-01-02/b.parquet",
        "SELECT CAST(i AS BIGINT) AS \"Id\", CAST(NULL AS VARCHAR) AS name, 1.5 AS more "
        "FROM range(5) t(i)"
    );
    const CrawlReport report = crawl();
    ASSERT_EQ(report.tables.size(), 1u);
    EXPECT_EQ(report.tables[0].row_count, 15);
    EXPECT_EQ(columns("p"), "id BIGINT, name STRING, more DECIMAL(2,1), day DATE");
    EXPECT_EQ(
        query("SELECT count(*), sum(id), count(name), sum(more), max(day) FROM raw.p"),
        "15,55,10,7.5,2024-01-02\n"
    );
    const auto statistics = table("p").statistics;
    EXPECT_EQ(statistics[0].min, "0");
    EXPECT_EQ(statistics[0].max, "9");
    EXPECT_EQ(statistics[1].null_count, 5);
    EXPECT_EQ(statistics[2].null_count, 10);
}

TEST_F(Crawl, AFileMayBeATableOfItsOwn) {
    // Proves that a file that was named stays a table when its folder is crawled later.
    put("one.csv", "a,b\n1,2\n");
    const CrawlReport report = crawl("one.csv");
    ASSERT_EQ(report.tables.size(), 1u);
    EXPECT_EQ(report.tables[0].name.text(), "raw.one");
    EXPECT_EQ(query("SELECT * FROM raw.one"), "1,2\n");
    // The folder's crawl leaves it the table it is.
    put("two.csv", "a,b\n3,4\n");
    crawl();
    EXPECT_EQ(query("SELECT * FROM raw.one"), "1,2\n");
    EXPECT_EQ(query("SELECT * FROM raw.in"), "3,4\n");
}

TEST_F(Crawl, WhatCannotBeCrawledIsSaid) {
    // Proves the errors of the request itself.
    CrawlRequest request;
    request.path = in("nothing");
    EXPECT_EQ(crawler_->crawl(request).error().code(), ErrorCode::NotFound);
    request.path = "relative";
    EXPECT_EQ(crawler_->crawl(request).error().code(), ErrorCode::InvalidArgument);
    put("a.csv", "a\n1\n");
    request.path = in();
    request.cancelled = std::make_shared<std::atomic<bool>>(true);
    EXPECT_EQ(crawler_->crawl(request).error().code(), ErrorCode::Cancelled);
    EXPECT_TRUE(table_names().empty());
}

}  // namespace

}  // namespace tradewind::crawl
