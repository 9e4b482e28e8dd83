#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

#include "base/time.h"
#include "extract/extract.h"
#include "extract/packed_file.h"
#include "os/temporary_folder.h"

namespace tradewind::extract {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExtractorTest : public testing::Test {
protected:
    ExtractorTest() {
        meta_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
        shop_ = MUST(os::Database::open(folder_.path("shop.sqlite")));
        run("CREATE TABLE sales (id INTEGER PRIMARY KEY, product TEXT, price REAL, photo BLOB)");
        run("INSERT INTO sales VALUES (1, 'tea, green', 2.5, x'00ff'), (2, '', NULL, NULL)");
        run("CREATE TABLE store (store_key INT NOT NULL, city TEXT)");
        run("INSERT INTO store VALUES (7, 'Köln')");
        run("CREATE VIEW cheap AS SELECT id FROM sales WHERE price < 3");
        Connection connection;
        connection.name = "shop";
        connection.path = folder_.path("shop.sqlite");
        connections_["shop"] = connection;
        dump_.package = "week";
        dump_.name = "dump";
        dump_.connection = "shop";
        dump_.folder = "in";
        dump_.files = "{table}_{date}.csv.gz";
        dump_.timezone = "America/New_York";
        dump_.tables = {{"sales", "sales", {}}, {"store", "SELECT * FROM store;", {}}};
        dump_.retries = 0;
    }

    void run(const std::string& sql) { MUST(shop_->run(sql)); }

    Extractor& open() {
        ExtractParts parts;
        parts.connections = connections_;
        parts.dumps = {dump_};
        parts.database = meta_.get();
        parts.files = files_.get();
        parts.clock = used_clock_;
        parts.metrics = &metrics_;
        ExtractOptions options;
        options.landing_folder = folder_.path("landing");
        options.disk_reserve_bytes = reserve_;
        options.lock_wait_us = lock_wait_us_;
        extractor_ = MUST(open_extractor(options, std::move(parts)));
        return *extractor_;
    }
    Result<DumpReport> dump(const std::string& date = "") {
        return open().dump({"week", "dump", date, {}});
    }
    ReadOrder order() {
        return {"sales", "shop", "sales", "", folder_.path("reads"), "2025-07-01", {}};
    }

    std::vector<std::string> names(const std::string& folder) {
        std::vector<std::string> all;
        const auto entries = files_->list(folder_.path(folder));
        if (!entries.ok()) return all;
        for (const auto& entry : *entries) all.push_back(entry.name);
        return all;
    }

    static std::string unpack(const std::string& path) {
        gzFile file = gzopen(path.c_str(), "rb");
        std::string text;
        std::array<char, 4096> piece{};
        for (int got = 0; (got = gzread(file, piece.data(), piece.size())) > 0;)
            text.append(piece.data(), static_cast<std::size_t>(got));
        EXPECT_EQ(gzclose(file), Z_OK);
        return text;
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    // 03:30 UTC is still the day before in New York.
    os::ManualClock clock_{MUST(parse_iso("2025-07-02T03:30:00"))};
    MetricsRegistry metrics_;
    std::unique_ptr<os::Database> meta_;
    std::unique_ptr<os::Database> shop_;
    Connections connections_;
    Dump dump_;
    os::Clock* used_clock_ = &clock_;
    std::int64_t lock_wait_us_ = 30'000'000;
    std::uint64_t reserve_ = 0;
    std::unique_ptr<Extractor> extractor_;
};

// Proves that each table becomes a packed CSV file of the zone's date, null and empty text apart,
// and that the manifest counts their rows.
TEST_F(ExtractorTest, TablesBecomeDatedFiles) {
    dump_.manifest = "rows_{date}.json";
    const DumpReport report = MUST(dump());
    EXPECT_EQ(report.date, "2025-07-01");
    EXPECT_THAT(
        names("landing/in"),
        ElementsAre("rows_2025-07-01.json", "sales_2025-07-01.csv.gz", "store_2025-07-01.csv.gz")
    );
    EXPECT_EQ(report.tables[0].row_count, 2);
    EXPECT_EQ(
        unpack(report.tables[0].path),
        "id,product,price,photo\n1,\"tea, green\",2.5,\\x00ff\n2,\"\",,\n"
    );
    EXPECT_EQ(unpack(report.tables[1].path), "store_key,city\n7,Köln\n");
    EXPECT_EQ(
        MUST(os::read_file(*files_, report.manifest, 1000)),
        "{\n  \"sales_2025-07-01.csv.gz\": 2,\n  \"store_2025-07-01.csv.gz\": 1\n}\n"
    );
}

// Proves that any name that a database has for a table is one, and that a name with a dot means
// schema and table where there is one.
TEST_F(ExtractorTest, NamesAsTheDatabaseHasThem) {
    run("CREATE TABLE \"Weird Name\" (a INT)");
    run("CREATE TABLE \"it's \"\"quoted\"\"\" (b INT)");
    run("CREATE TABLE \"with.dot\" (c INT)");
    run("CREATE TABLE \"with\" (d INT)");
    dump_.files = "{table}_{date}.csv.gz";
    dump_.tables = {
        {"weird", "Weird Name", {}},
        {"quoted", " it's \"quoted\" ", {}},
        {"dot", "with.dot", {}},
        {"with", "with", {}},
        {"main", "main.store", {}},
        {"main_weird", "main.Weird Name", {}},
        {"query", "-- of today\n/* all */ SeLeCt store_key FROM store", {}},
        {"cte", "WITH a AS (SELECT 1 AS e) SELECT * FROM a", {}}
    };
    const DumpReport report = MUST(dump());
    std::vector<std::string> headers;
    for (const DumpedTable& table : report.tables) {
        const std::string text = unpack(table.path);
        headers.push_back(text.substr(0, text.find('\n')));
    }
    EXPECT_THAT(headers, ElementsAre("a", "b", "c", "d", "store_key,city", "a", "store_key", "e"));
    dump_.tables = {{"none", "No Such", {}}};
    EXPECT_EQ(dump().error().code(), ErrorCode::InvalidArgument);
}

// Proves that a database that somebody keeps locked is waited for as long as the limit says, once,
// and that the error says what to do; when the lock goes meanwhile, the dump goes on.
TEST_F(ExtractorTest, LockedBySomebody) {
    const auto clock = os::make_system_clock();
    used_clock_ = clock.get();
    lock_wait_us_ = 200'000;
    dump_.retries = 5;
    run("PRAGMA journal_mode = DELETE");  // else readers see what was there before
    run("BEGIN EXCLUSIVE");
    const auto refused = dump();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::Conflict);
    EXPECT_THAT(refused.error().describe(), HasSubstr("has locked it for 200.0 ms"));
    EXPECT_THAT(refused.error().describe(), HasSubstr("Try again when the writer is done"));
    std::atomic<int> looks = 0;
    lock_wait_us_ = 3'600'000'000;
    const auto given_up = open().dump({"week", "dump", "", [&] { return ++looks > 3; }});
    EXPECT_EQ(given_up.error().code(), ErrorCode::Cancelled);
    looks = 0;
    const auto made = open().dump({"week", "dump", "", [&] {
                                       if (++looks == 3) run("COMMIT");
                                       return false;
                                   }});
    EXPECT_TRUE(made.ok()) << made.error().describe();
}

// Proves that a later dump of a date takes the place of the one before.
TEST_F(ExtractorTest, TheSameDateIsReplaced) {
    MUST(dump("2025-06-30"));
    run("DELETE FROM store");
    const DumpReport report = MUST(dump("2025-06-30"));
    EXPECT_EQ(unpack(report.tables[1].path), "store_key,city\n");
    EXPECT_EQ(names("landing/in").size(), 2);
}

// Proves that nothing has its final name when one table cannot be read, and that nothing is left.
TEST_F(ExtractorTest, AllOrNothing) {
    dump_.tables.push_back({"gone", "SELECT * FROM gone", {}});
    const auto report = dump();
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(
        report.error().describe(),
        HasSubstr("extract week:dump: table gone: shop: no such table: gone")
    );
    EXPECT_TRUE(names("landing/in").empty());
}

// Proves that what a crash left behind is gone after the next dump.
TEST_F(ExtractorTest, LeftoversGo) {
    const std::string hidden = folder_.path("landing/in/.week.dump.part");
    MUST(files_->create_folders(hidden));
    MUST(os::write_file_atomic(*files_, hidden + "/sales_2025-07-01.csv.gz", "half"));
    MUST(dump());
    EXPECT_EQ(names("landing/in").size(), 2);
}

// Proves that a package's SQL can read and nothing else: no writing, no other file, no second
// statement, no bracket closed early.
TEST_F(ExtractorTest, OnlySelectsAreCarriedOut) {
    for (const char* sql :
         {"DELETE FROM sales",
          "DELETE FROM sales RETURNING id",
          "SELECT 1; DELETE FROM sales",
          "ATTACH 'x' AS y",
          "PRAGMA user_version",
          "SELECT load_extension('x')",
          "SELECT 1) UNION SELECT (2",
          "SELECT * FROM pragma_database_list",
          "VACUUM INTO 'x'",
          "",
          ";",
          "-- nothing"}) {
        SCOPED_TRACE(sql);
        dump_.tables = {{"sales", sql, {}}};
        EXPECT_FALSE(dump().ok());
    }
    EXPECT_EQ(os::integer_of(MUST(shop_->run("SELECT count(*) FROM sales"))[0][0]), 2);
    dump_.tables = {{"sales", "SELECT id FROM sales -- all ) of them", {}}};
    EXPECT_EQ(MUST(dump()).tables[0].row_count, 2);
}

// Proves that what cannot be known by a name is told with what there is.
TEST_F(ExtractorTest, UnknownNames) {
    EXPECT_THAT(
        open().dump({"week", "dmp", "", {}}).error().describe(), HasSubstr("There are: week:dump")
    );
    EXPECT_EQ(open().describe("shp").error().code(), ErrorCode::NotFound);
    dump_.connection = "shp";
    EXPECT_THAT(dump().error().describe(), HasSubstr("Did you mean shop?"));
    dump_.connection = "shop";
    EXPECT_EQ(dump("yesterday").error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(dump("2025-02-30").error().code(), ErrorCode::InvalidArgument);
}

// Proves that files which are no database, or not there, are told apart and never made.
TEST_F(ExtractorTest, NoDatabase) {
    connections_["shop"].path = folder_.path("nowhere.sqlite");
    EXPECT_EQ(dump().error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(files_->exists(folder_.path("nowhere.sqlite")));
    MUST(os::write_file_atomic(*files_, folder_.path("text.sqlite"), std::string(5000, 'x')));
    connections_["shop"].path = folder_.path("text.sqlite");
    EXPECT_EQ(dump().error().code(), ErrorCode::Corruption);
}

// Proves that a dump that is given up ends soon, without files.
TEST_F(ExtractorTest, GivenUp) {
    dump_.tables = {
        {"endless",
         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
         {}}
    };
    int asked = 0;
    const auto report = open().dump({"week", "dump", "", [&] { return ++asked > 5; }});
    EXPECT_EQ(report.error().code(), ErrorCode::Cancelled);
    EXPECT_TRUE(names("landing/in").empty());
}

// Proves that a disk which would have less than its reserve ends a dump, without files.
TEST_F(ExtractorTest, TheDiskKeepsItsReserve) {
    reserve_ = std::uint64_t{1} << 60;
    EXPECT_EQ(dump().error().code(), ErrorCode::ResourceExhausted);
    EXPECT_TRUE(names("landing/in").empty());
}

// Proves what a database is said to have.
TEST_F(ExtractorTest, Describe) {
    const auto tables = MUST(open().describe("shop"));
    ASSERT_EQ(tables.size(), 3);
    EXPECT_EQ(tables[0].name, "cheap");
    EXPECT_EQ(tables[0].kind, "view");
    EXPECT_EQ(tables[1].name, "sales");
    EXPECT_TRUE(tables[1].columns[0].key);
    EXPECT_EQ(tables[1].columns[2].type, "REAL");
    EXPECT_FALSE(tables[2].columns[0].nullable);
    EXPECT_EQ(tables[2].columns[1].name, "city");
}

// Proves that what databases have is remembered, that one which cannot be looked at keeps what was
// known of it and is told of, and that one which is gone is forgotten.
TEST_F(ExtractorTest, Survey) {
    Connection other = connections_["shop"];
    other.name = "other";
    connections_["other"] = other;
    EXPECT_TRUE(MUST(open().survey({})).empty());
    const RowBatch rows = MUST(extractor_->surveyed());
    EXPECT_EQ(rows.row_count(), 14);
    connections_["shop"].path = folder_.path("nowhere.sqlite");
    connections_.erase("other");
    const auto problems = MUST(open().survey({}));
    ASSERT_EQ(problems.size(), 1);
    EXPECT_THAT(problems[0].describe(), HasSubstr("shop: unable to open"));
    EXPECT_EQ(MUST(extractor_->surveyed()).row_count(), 7);
}

// Proves that a whole read is one file of its date.
TEST_F(ExtractorTest, WholeRead) {
    const ReadReport report = MUST(open().read(order()));
    EXPECT_EQ(report.path, folder_.path("reads/sales_2025-07-01.csv.gz"));
    EXPECT_EQ(report.row_count, 2);
    EXPECT_EQ(names("reads").size(), 1);
    MUST(extractor_->confirm(report));
}

// Proves that reads by a watermark take each row once: what was confirmed does not come again, what
// was not comes again under the same name, and rows without a watermark are counted.
TEST_F(ExtractorTest, ReadsByWatermark) {
    ReadOrder wanted = order();
    wanted.query = "SELECT id, price FROM sales";
    wanted.watermark = "id";
    const ReadReport first = MUST(open().read(wanted));
    EXPECT_EQ(first.path, folder_.path("reads/sales_00000001.csv.gz"));
    EXPECT_EQ(first.row_count, 2);
    run("INSERT INTO sales VALUES (3, 'x', 1, NULL)");
    const ReadReport again = MUST(open().read(wanted));
    EXPECT_EQ(again.path, first.path);
    EXPECT_EQ(again.row_count, 3);
    MUST(extractor_->confirm(again));
    MUST(extractor_->confirm(again));
    EXPECT_TRUE(MUST(open().read(wanted)).path.empty());
    run("INSERT INTO sales VALUES (4, 'y', 1, NULL)");
    const ReadReport next = MUST(open().read(wanted));
    EXPECT_EQ(next.path, folder_.path("reads/sales_00000002.csv.gz"));
    EXPECT_EQ(unpack(next.path), "id,price\n4,1\n");
    wanted.watermark = "price";
    EXPECT_EQ(open().read(wanted).error().code(), ErrorCode::Conflict);
}

// Proves that texts can be watermarks, with quotes in them, and that nulls are counted.
TEST_F(ExtractorTest, TextWatermarks) {
    run("CREATE TABLE log (at TEXT)");
    run("INSERT INTO log VALUES ('a''b'), (NULL), ('a')");
    ReadOrder wanted = order();
    wanted.query = "log";
    wanted.watermark = "at";
    const ReadReport report = MUST(open().read(wanted));
    EXPECT_EQ(report.row_count, 2);
    EXPECT_EQ(report.rows_without_watermark, 1);
    MUST(extractor_->confirm(report));
    run("INSERT INTO log VALUES ('b')");
    EXPECT_EQ(MUST(extractor_->read(wanted)).row_count, 1);
}

// Proves that more than a packer takes at once comes out as it went in, however it is packed.
TEST_F(ExtractorTest, LargeFilesArePackedInPieces) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += std::to_string(std::int64_t{i} * 7919) + "\n";
    for (const char* name : {"a.csv.gz", "a.csv", "a.csv.zst"}) {
        const std::string path = folder_.path(name);
        auto file = MUST(PackedFile::create(*files_, path, name, 0));
        for (std::size_t at = 0; at < text.size(); at += 1000)
            MUST(file->write(std::string_view(text).substr(at, 1000)));
        MUST(file->finish());
        EXPECT_EQ(MUST(files_->info(path)).size, file->bytes());
        if (!path.ends_with(".zst")) {
            EXPECT_EQ(unpack(path), text);
        }
        EXPECT_EQ(
            PackedFile::create(*files_, path, name, 0).error().code(), ErrorCode::AlreadyExists
        );
    }
}

}  // namespace

}  // namespace tradewind::extract
