// The platform's own SQL: tables made of files, views under the gate, results written to files, and
// the same tables as user SQL sees them.
#include <gmock/gmock.h>

#include <fstream>

#include "engine/engine_test_support.h"

namespace tradewind::engine {
namespace {

using catalog::TableFiles;

class WorkTest : public EngineTest {
protected:
    std::unique_ptr<Work> open() {
        auto work = engine->open_work({});
        CHECK(work.ok());
        return std::move(work).take();
    }
    std::string write_text(const std::string& name, const std::string& text) {
        std::ofstream(folder.path(name), std::ios::binary) << text;
        return folder.path(name);
    }
    TableFiles csv(const std::string& path) {
        TableFiles table;
        table.name = {"raw", "sales"};
        table.columns = {{"id", "STRING", ""}, {"n", "BIGINT", ""}, {"price", "DECIMAL(10,2)", ""}};
        table.files = {path};
        table.scan.format = catalog::Format::Csv;
        return table;
    }
    static std::string cells(const Result<TextRows>& rows) {
        if (!rows.ok()) return rows.error().describe();
        std::string text;
        for (const auto& row : rows->rows) {
            for (const auto& cell : row) text += cell.value_or("-") + " ";
            text += "\n";
        }
        return text;
    }
    // Written as an asset is, and as a table of such files.
    TableFiles written(Work& work, const std::string& sql, const std::string& name) {
        WriteOptions options;
        options.path = lake(name + ".parquet");
        const auto files = work.write(sql, options);
        EXPECT_TRUE(files.ok()) << files.error().describe();
        TableFiles table;
        table.name = {"shop", name};
        table.scan.by_field_id = true;
        const auto shape = work.columns(sql);
        for (const auto& column : *shape) table.columns.push_back({column.name, column.type, ""});
        for (const WrittenFile& file : *files) table.files.push_back(file.path);
        return table;
    }
};

constexpr const char* sales = "id,n,price\n007,1,1.50\nC5,2,\n\"a,b\",3,9.99\n";

// A text file is a table of the declared types at once; ids keep their zeros.
TEST_F(WorkTest, ReadsTextFiles) {
    const auto work = open();
    ASSERT_TRUE(work->add_table(csv(write_text("sales.csv", sales))).ok());
    EXPECT_EQ(
        cells(work->rows("SELECT id, n, price FROM raw.sales ORDER BY n", 10)),
        "007 1 1.50 \nC5 2 - \na,b 3 9.99 \n"
    );
}

// A user's SELECT is held to the gate, and sees what was added and nothing else.
TEST_F(WorkTest, GatesViews) {
    const auto work = open();
    const std::string path = write_text("sales.csv", sales);
    ASSERT_TRUE(work->add_table(csv(path)).ok());
    ASSERT_TRUE(work->add_view({"shop", "total"}, "SELECT sum(n) AS n FROM sales; -- all").ok());
    EXPECT_EQ(cells(work->rows("SELECT n FROM shop.total", 10)), "6 \n");
    for (const std::string& sql :
         {"SELECT * FROM read_csv('" + path + "')",
          std::string("SELECT * FROM other.sales"),
          std::string("SELECT 1; DROP VIEW raw.sales"),
          std::string("CREATE TABLE x AS SELECT 1")}) {
        EXPECT_FALSE(work->add_view({"shop", "bad"}, sql).ok()) << sql;
    }
}

// Of rows that share a key, here half of them, some by a null, the last received is read: the same
// rows as user SQL sees, which finds them another way.
TEST_F(WorkTest, LatestRowsAreThoseThatQueriesSee) {
    LiveTableOptions options = order_table();
    options.key = {"invoice_no", "unit_price"};
    auto live = MUST(engine->create_live_table(options, {}));
    RowBatch rows(order_columns());
    FuzzRandom random(7);
    for (std::int64_t i = 0; i < 5000; ++i) {
        rows.column(0).add_text("C" + std::to_string(random.below(4000)));
        rows.column(1).add_integer(i);
        if (i % 9 == 0) {
            rows.column(2).add_null();
        } else {
            rows.column(2).add_integer(15'000);
        }
        rows.column(3).add_integer(0);
        rows.commit_row({PartitionId(static_cast<std::int32_t>(i % 3)), i, Timestamp{i / 7}});
    }
    MUST(live->append(rows));
    MUST(live->seal());
    MUST(live->write_sealed(lake("1.parquet")));
    MUST(live->publish({lake("1.parquet")}));

    TableFiles pinned;
    pinned.name = {"raw", "pinned"};
    pinned.columns = {
        {"invoice_no", "STRING", ""},
        {"quantity", "INTEGER", ""},
        {"unit_price", "DECIMAL(12,4)", ""},
        {"_received_at", "TIMESTAMP", ""}
    };
    for (const char* name : {"_partition", "_import", "_row", "_offset"})
        pinned.columns.push_back({name, "BIGINT", ""});
    pinned.files = {lake("1.parquet")};
    pinned.key = options.key;
    auto work = open();
    MUST(work->add_table(pinned));
    const std::string all = "SELECT quantity FROM ";
    std::string seen = query(all + "raw.orders ORDER BY 1");
    std::ranges::replace(seen, '\n', ' ');
    std::string read = cells(work->rows(all + "raw.pinned ORDER BY 1", 10'000));
    std::erase(read, '\n');
    EXPECT_EQ(read, seen);
    EXPECT_GT(seen.size(), 10'000u);
    EXPECT_EQ(
        query("SELECT count(*) = count(DISTINCT (invoice_no, unit_price)) FROM orders"), "true\n"
    );
}

// Files that hold no key twice are read as they are, also by a work that comes later; more files
// under the same name, which bring a key again, are not taken for them.
TEST_F(WorkTest, FilesWithoutRepeatedKeysAreKnownAgain) {
    const auto file = [&](const std::string& name, int begin, int end, int received) {
        WriteOptions options;
        options.path = lake(name);
        MUST(open()->write(
            "SELECT range AS id, " + std::to_string(received) +
                " AS received, TIMESTAMP '2026-01-01' + to_seconds(" + std::to_string(received) +
                ") AS _received_at, 0 AS _partition, NULL AS _import, 0 AS _row, 0 AS _offset "
                "FROM range(" +
                std::to_string(begin) + ", " + std::to_string(end) + ")",
            options
        ));
        return options.path;
    };
    TableFiles table;
    table.name = {"raw", "keyed"};
    table.columns = {{"id", "BIGINT", ""}, {"received", "INTEGER", ""}};
    table.columns.push_back({"_received_at", "TIMESTAMP", ""});
    for (const char* name : {"_partition", "_import", "_row", "_offset"})
        table.columns.push_back({name, "BIGINT", ""});
    table.key = {"id"};
    table.files = {file("first.parquet", 0, 100, 1)};
    const std::string ask = "SELECT count(*) AS n, sum(received) AS s FROM raw.keyed";
    for (int again = 0; again < 2; ++again) {
        const auto work = open();
        MUST(work->add_table(table));
        EXPECT_EQ(cells(work->rows(ask, 10)), "100 100 \n");
    }
    table.files.push_back(file("second.parquet", 90, 110, 2));
    for (int again = 0; again < 2; ++again) {
        const auto work = open();
        MUST(work->add_table(table));
        EXPECT_EQ(cells(work->rows(ask, 10)), "110 130 \n");
    }
}

// Two works with tables of the same name do not see each other's.
TEST_F(WorkTest, WorksAreApart) {
    const auto first = open();
    const auto second = open();
    ASSERT_TRUE(first->add_table(csv(write_text("a.csv", "id,n,price\na,1,1\n"))).ok());
    ASSERT_TRUE(second->add_table(csv(write_text("b.csv", "id,n,price\nb,2,2\n"))).ok());
    EXPECT_EQ(cells(first->rows("SELECT id FROM raw.sales", 10)), "a \n");
    EXPECT_EQ(cells(second->rows("SELECT id FROM raw.sales", 10)), "b \n");
}

// A written table reads back with its types, also as part of one with more columns; sums of
// integers become BIGINT, as Parquet has nothing wider.
TEST_F(WorkTest, WritesParquet) {
    const auto work = open();
    ASSERT_TRUE(work->add_table(csv(write_text("sales.csv", sales))).ok());
    TableFiles table =
        written(*work, "SELECT sum(n) AS n, sum(price) AS price FROM raw.sales", "totals");
    table.columns.push_back({"later", "STRING", ""});
    const auto other = open();
    ASSERT_TRUE(other->add_table(table).ok());
    EXPECT_EQ(
        cells(other->rows("SELECT n, price, later, typeof(n), typeof(price) FROM shop.totals", 10)),
        "6 11.49 - BIGINT DECIMAL(38,2) \n"
    );
}

// Decimals of 38 digits are not taken for sums of integers: they keep their type and every digit.
TEST_F(WorkTest, DecimalsOf38DigitsStay) {
    const auto work = open();
    const std::string digits(38, '7');
    const std::string sql = "SELECT CAST('" + digits +
                            "' AS DECIMAL(38,0)) AS d, sum(i) AS s "
                            "FROM range(3) t(i)";
    EXPECT_EQ(MUST(work->columns(sql))[0].type, "DECIMAL(38,0)");
    EXPECT_EQ(MUST(work->columns(sql))[1].type, "BIGINT");
    const TableFiles table = written(*work, sql, "totals");
    const auto other = open();
    ASSERT_TRUE(other->add_table(table).ok());
    EXPECT_EQ(
        cells(other->rows("SELECT d, s, typeof(d), typeof(s) FROM shop.totals", 10)),
        digits + " 3 DECIMAL(38,0) BIGINT \n"
    );
}

// One file a partition, with its values told, and the column in the file too.
TEST_F(WorkTest, WritesPartitions) {
    const auto work = open();
    WriteOptions options;
    options.path = lake("parts");
    options.partition_by = {"country"};
    const auto files = work->write(
        "SELECT * FROM (VALUES ('a b', 1), ('c', 2), ('a b', 3), (NULL, 4)) t(country, n)", options
    );
    ASSERT_TRUE(files.ok()) << files.error().describe();
    std::map<std::string, std::int64_t> counts;
    for (const WrittenFile& file : *files) counts[file.partition.at("country")] += file.row_count;
    const std::map<std::string, std::int64_t> expected{
        {"a b", 2}, {"c", 1}, {"__HIVE_DEFAULT_PARTITION__", 1}
    };
    EXPECT_EQ(counts, expected);
}

// A value that is longer than the name of a folder can be, or looks like the hash of one, is a
// partition like any other; the files hold the columns of the result and no more.
TEST_F(WorkTest, WritesPartitionsOfLongTexts) {
    const auto work = open();
    WriteOptions options;
    options.path = lake("parts");
    options.partition_by = {"country", "n"};
    std::string longest;
    for (int i = 0; i < 100; ++i) longest += "国";
    const std::string hash = "~" + std::string(64, 'a');
    const auto files = work->write(
        "SELECT * FROM (VALUES (repeat('国', 100), 1), ('" + hash +
            "', 2), (repeat('国', 100), 1), (repeat('x', 100000), 3), ('', 4), ('~', NULL)) "
            "t(country, n)",
        options
    );
    ASSERT_TRUE(files.ok()) << files.error().describe();
    std::map<std::string, std::string> found;
    for (const WrittenFile& file : *files) {
        found[file.partition.at("country")] = file.partition.at("n");
        const std::string sql =
            "SELECT * FROM read_parquet('" + file.path + "', hive_partitioning = false)";
        EXPECT_EQ(work->columns(sql)->size(), 2U);
    }
    const std::map<std::string, std::string> expected{
        {longest, "1"},
        {hash, "2"},
        {std::string(100000, 'x'), "3"},
        {"", "4"},
        {"~", "__HIVE_DEFAULT_PARTITION__"}
    };
    EXPECT_EQ(found, expected);
}

// Exports: LF, header, null as nothing, doubles as short as they can be.
TEST_F(WorkTest, WritesCsv) {
    const auto work = open();
    WriteOptions options;
    options.kind = FileKind::Csv;
    options.path = folder.path("out.csv");
    const std::string sql =
        "SELECT 0.1::DOUBLE AS x, NULL::BIGINT AS y, 'a,\"b' AS z, 1.50::DECIMAL(4,2) AS d";
    ASSERT_TRUE(work->write(sql, options).ok());
    std::ifstream file(options.path);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(text, "x,y,z,d\n0.1,,\"a,\"\"b\",1.50\n");
}

// User SQL reads published tables, where they lie in the lake and where they do not, follows their
// replacement, and can ask for an earlier version.
TEST_F(WorkTest, PublishesTablesAndVersions) {
    const auto work = open();
    const TableFiles first = written(*work, "SELECT 1 AS n", "t");
    TableFiles second = written(*work, "SELECT 2 AS n", "u");
    second.name = first.name;
    engine->find_versions_with([&](const catalog::TableName& name, std::int64_t version) {
        EXPECT_EQ(name.text(), "shop.t");
        if (version == 1) return Result<TableFiles>(first);
        return Result<TableFiles>(Error(ErrorCode::NotFound, "no such version"));
    });
    ASSERT_TRUE(engine->publish_table(first).ok());
    EXPECT_EQ(query("SELECT n FROM shop.t"), "1\n");
    ASSERT_TRUE(engine->publish_table(second).ok());
    EXPECT_EQ(query("SELECT n FROM t"), "2\n");
    EXPECT_EQ(
        query("SELECT t.n, b.n AS m FROM shop.t JOIN shop.t AS b AT (VERSION => 1) ON true"),
        "2,1\n"
    );
    EXPECT_EQ(query("SELECT t.n FROM shop.t AT (VERSION => 1) WHERE t.n = 1"), "1\n");
    EXPECT_EQ(query("SELECT * FROM shop.t AT (VERSION => 9)"), "not_found: no such version");
    EXPECT_THAT(
        query("SELECT * FROM shop.t AT (VERSION => 'x')"), testing::HasSubstr("whole number")
    );
    ASSERT_TRUE(engine->publish_table(csv(write_text("sales.csv", sales))).ok());
    EXPECT_EQ(query("SELECT sum(n), count(*) FROM raw.sales"), "6,3\n");
    ASSERT_TRUE(engine->publish_view({"shop", "v"}, "SELECT n + 1 AS n FROM t").ok());
    EXPECT_EQ(query("SELECT n FROM v"), "3\n");
    ASSERT_TRUE(engine->unpublish({"shop", "t"}).ok());
    EXPECT_THAT(query("SELECT * FROM shop.t"), testing::HasSubstr("there is no table"));
}

// Two packages have a table of one name: a bare name in a view means that of the view's own schema,
// whichever was published last and whoever asks.
TEST_F(WorkTest, BareNamesInViewsAreOfTheirOwnSchema) {
    const auto work = open();
    for (const std::string schema : {"shop", "chain"}) {
        TableFiles table =
            written(*work, "SELECT " + std::string(schema == "shop" ? "1" : "2") + " AS n", schema);
        table.name = {schema, "t"};
        ASSERT_TRUE(engine->publish_table(table).ok());
    }
    EXPECT_THAT(query("SELECT n FROM t"), testing::HasSubstr("ambiguous"));
    for (const std::string schema : {"shop", "chain"}) {
        const auto shown = engine->publish_view({schema, "v"}, "SELECT n * 10 AS n FROM t");
        ASSERT_TRUE(shown.ok()) << shown.error().describe();
        const auto above = engine->publish_view({schema, "w"}, "SELECT n + 1 AS n FROM v");
        ASSERT_TRUE(above.ok()) << above.error().describe();
    }
    EXPECT_EQ(query("SELECT s.n, c.n AS m FROM shop.v s, chain.v c"), "10,20\n");
    EXPECT_EQ(query("SELECT s.n, c.n AS m FROM shop.w s, chain.w c"), "11,21\n");
}

// The tables that a statement reads, without its CTEs, with places.
TEST_F(WorkTest, TellsTables) {
    const auto uses = engine->tables_of(
        "WITH c AS (SELECT * FROM raw.a)\nSELECT * FROM c JOIN b ON c.x = b.x\n"
        "WHERE EXISTS (SELECT 1 FROM raw.A)"
    );
    ASSERT_TRUE(uses.ok()) << uses.error().describe();
    ASSERT_EQ(uses->size(), 2u);
    EXPECT_EQ((*uses)[0].name.text(), "raw.a");
    EXPECT_EQ((*uses)[0].line, 1);
    EXPECT_EQ((*uses)[1].name.text(), ".b");
    EXPECT_EQ((*uses)[1].line, 2);
    EXPECT_FALSE(engine->tables_of("SELECT 1 FROM read_csv('x')").ok());
    EXPECT_FALSE(engine->tables_of("SELECT FROM WHERE").ok());
}

// One expression is one expression.
TEST_F(WorkTest, ChecksExpressions) {
    EXPECT_TRUE(engine->check_expression("quantity * unit_price -- total").ok());
    EXPECT_TRUE(engine->check_expression("CASE WHEN a THEN 1 END").ok());
    for (const char* text :
         {"",
          "1) AS a, (2",
          "1) FROM (VALUES (1)) t(a) WHERE (a = 1",
          "(SELECT 1)",
          "1) UNION SELECT (2",
          "1; SELECT 2",
          "read_text('/etc/passwd')",
          "1) ORDER BY (1",
          "1) LIMIT (1",
          "true) OR (true",
          "1, 2",
          "*",
          "a AS b",
          "1 FROM t"}) {
        EXPECT_FALSE(engine->check_expression(text).ok()) << text;
    }
}

}  // namespace
}  // namespace tradewind::engine
