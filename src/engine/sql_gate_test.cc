// User SQL against the gate, through the engine: what must never run, in statements and disguises.
#include "engine/sql_gate.h"

#include <gmock/gmock.h>

#include "engine/sql_gate_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Nothing that writes, defines, configures, loads or controls is a query.
TEST_F(SqlGateTest, RefusesEveryOtherStatement) {
    const auto before = files();
    for (const char* sql : {
             "INSERT INTO raw.orders VALUES (1)",
             "INSERT INTO raw.orders SELECT * FROM raw.orders",
             "UPDATE raw.orders SET quantity = 0",
             "DELETE FROM raw.orders",
             "TRUNCATE raw.orders",
             "MERGE INTO raw.orders USING raw.orders AS o ON true WHEN MATCHED THEN DELETE",
             "CREATE TABLE x (a INTEGER)",
             "CREATE TABLE x AS SELECT 1",
             "CREATE TEMP TABLE x AS SELECT 1",
             "CREATE VIEW x AS SELECT 1",
             "CREATE SCHEMA x",
             "CREATE SEQUENCE x",
             "CREATE INDEX x ON raw.orders (quantity)",
             "CREATE TYPE x AS ENUM ('a')",
             "CREATE MACRO m() AS TABLE SELECT * FROM read_csv('FILE')",
             "CREATE MACRO m(a) AS a + 1",
             "CREATE SECRET s (TYPE s3, KEY_ID 'k', SECRET 'v')",
             "DROP TABLE raw.orders",
             "DROP VIEW raw.orders",
             "DROP SCHEMA raw CASCADE",
             "ALTER TABLE raw.orders ADD COLUMN x INTEGER",
             "COMMENT ON TABLE raw.orders IS 'x'",
             "PRAGMA version",
             "PRAGMA database_list",
             "PRAGMA table_info('raw.orders')",
             "PRAGMA threads=64",
             "SET memory_limit = '100GB'",
             "SET GLOBAL enable_external_access = true",
             "SET search_path = 'main'",
             "SET VARIABLE x = 1",
             "RESET memory_limit",
             "COPY raw.orders TO 'FOLDER/out.csv'",
             "COPY (SELECT 1) TO 'FOLDER/out.csv'",
             "COPY (SELECT 1) TO '/dev/stdout'",
             "COPY raw.orders FROM 'FILE'",
             "EXPORT DATABASE 'FOLDER/export'",
             "IMPORT DATABASE 'FOLDER'",
             "ATTACH 'FOLDER/new.db'",
             "ATTACH ':memory:' AS other",
             "DETACH memory",
             "USE memory",
             "INSTALL httpfs",
             "LOAD httpfs",
             "LOAD '/tmp/evil.duckdb_extension'",
             "UPDATE EXTENSIONS",
             "FORCE CHECKPOINT",
             "CHECKPOINT",
             "VACUUM",
             "ANALYZE",
             "BEGIN",
             "COMMIT",
             "ROLLBACK",
             "CALL pragma_version()",
             "CALL duckdb_tables()",
             "PREPARE p AS SELECT 1",
             "EXECUTE p",
             "DEALLOCATE p",
             "SHOW TABLES",
             "SHOW ALL TABLES",
             "SHOW DATABASES",
             "SHOW VARIABLES",
             "DESCRIBE",
             "SUMMARIZE 'FILE'",
             "DESCRIBE 'FILE'",
             "DESCRIBE SELECT * FROM 'FILE'",
             "SUMMARIZE SELECT * FROM read_csv('FILE')",
         })
        expect_refused(sql);
    EXPECT_EQ(files(), before);
    EXPECT_EQ(query("SELECT count(*) FROM orders"), "100\n");
}

// EXPLAIN shows a plan and runs nothing; what it must not hide stays hidden from no one.
TEST_F(SqlGateTest, RefusesWhatExplainHides) {
    const auto before = files();
    for (const char* sql : {
             "EXPLAIN INSERT INTO raw.orders SELECT * FROM raw.orders",
             "EXPLAIN ANALYZE INSERT INTO raw.orders SELECT * FROM raw.orders",
             "EXPLAIN ANALYZE SELECT 1",
             "EXPLAIN (ANALYZE) SELECT 1",
             "EXPLAIN (ANALYZE, FORMAT json) SELECT 1",
             "EXPLAIN ANALYZE COPY (SELECT 1) TO 'FOLDER/out.csv'",
             "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
             "EXPLAIN CREATE TABLE x AS SELECT 1",
             "EXPLAIN COPY raw.orders TO 'FOLDER/out.csv'",
             "EXPLAIN SELECT * FROM 'FILE'",
             "EXPLAIN SELECT * FROM read_csv('FILE')",
             "EXPLAIN EXPLAIN SELECT 1",
             "EXPLAIN",
             "EXPLAIN SELECT 1; DROP VIEW raw.orders",
             "EXPLAIN /* x */ ANALYZE SELECT 1",
             "/* a */ -- b\n EXPLAIN /* c */ DELETE FROM raw.orders",
             "/* EXPLAIN */ DELETE FROM raw.orders",
             "/* /* */ EXPLAIN SELECT 1 */ DELETE FROM raw.orders",
             "-- EXPLAIN\rSELECT 1\nDELETE FROM raw.orders",
             "EXPLAIN PRAGMA version",
             "EXPLAIN SET threads = 1",
         })
        expect_refused(sql);
    EXPECT_EQ(files(), before);
}

// One statement: whatever comes after a semicolon is refused with what comes before it.
TEST_F(SqlGateTest, RefusesSeveralStatements) {
    for (const char* sql : {
             "SELECT 1; SELECT 2",
             "SELECT 1; DROP VIEW raw.orders",
             "SELECT 1;; DELETE FROM raw.orders",
             "SELECT 1 /* ; */; SET threads = 1",
             "DROP VIEW raw.orders; SELECT 1",
             "SELECT 1;\nSELECT * FROM read_csv('FILE')",
             ";",
             ";;",
             "",
             "   \n\t ",
             "-- nothing",
             "/* nothing */",
         })
        expect_refused(sql);
}

// Names that a CTE must not take over, and CTEs that reach past their scope.
TEST_F(SqlGateTest, RefusesCteTricks) {
    for (const char* sql : {
             "WITH \"FILE\" AS (SELECT 1) SELECT * FROM \"FILE\"",
             "WITH \"secret.csv\" AS (SELECT 1) SELECT * FROM main.\"secret.csv\"",
             "WITH duckdb_tables AS (SELECT 1) SELECT * FROM duckdb_tables",
             "WITH sqlite_master AS (SELECT 1) SELECT * FROM sqlite_master",
             "WITH x AS (SELECT * FROM x) SELECT * FROM x",
             "SELECT * FROM (WITH inner_one AS (SELECT 1) SELECT * FROM inner_one), inner_one",
             "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
             "WITH x AS (DELETE FROM raw.orders RETURNING *) SELECT * FROM x",
             "WITH x AS (INSERT INTO raw.orders VALUES (1) RETURNING *) SELECT * FROM x",
             "WITH x AS (SELECT 1) INSERT INTO raw.orders SELECT * FROM x",
             "WITH x AS (SELECT 1) DELETE FROM raw.orders",
             "WITH x AS NOT MATERIALIZED (SELECT 1) SELECT * FROM x",
             "WITH x AS NOT\nmaterialized (SELECT 1) SELECT * FROM x",
             "WITH x AS NOT/**/MATERIALIZED(SELECT 1) SELECT * FROM x",
             "WITH x AS NOT -- AS \n MATERIALIZED (SELECT 1) SELECT * FROM x",
             "WITH x AS NOT /* AS */ MATERIALIZED (SELECT 1) SELECT * FROM x",
             "WITH x AS (SELECT 1) SELECT * FROM memory.x",
             "WITH x AS (SELECT 1) SELECT * FROM other.x",
             "SELECT 1 INTO x",
             "SELECT * FROM orders FOR UPDATE OF other",
         })
        expect_refused(sql);
}

// Bytes and letters that look like something else decide nothing.
TEST_F(SqlGateTest, RefusesDisguises) {
    using namespace std::string_literals;
    for (const std::string& sql : {
             "SELECT 1\0; DROP VIEW raw.orders"s,
             "SEL\0ECT 1"s,
             "SELECT '\xff'"s,
             "SELECT \xed\xa0\x80"s,
             "\xef\xbb\xbf"
             "DROP VIEW raw.orders"s,
             "DROP\xc2\xa0VIEW\xc2\xa0raw.orders"s,
             "\xe2\x80\x8b"
             "DELETE FROM raw.orders"s,
             "SELECT * FROM re\xc2\xad"
             "ad_csv('FILE')"s,
             "SELECT * FROM \xef\xbd\x92"
             "ead_csv('FILE')"s,
             "SELECT * FROM read_csv/* */('FILE')"s,
             "SELECT * FROM read_csv -- \n ('FILE')"s,
             "SELECT/**/*/**/FROM/**/'FILE'"s,
             "SELECT * FROM E'secret\\x2ecsv'"s,
             "SELECT * FROM $$FILE$$"s,
             "SELECT * FROM $tag$FILE$tag$"s,
             "DEL/**/ETE FROM raw.orders"s,
             "/*/**/DELETE FROM raw.orders--*/"s,
             "SELECT ? "s,
             "SELECT $1"s,
             "SELECT $name"s,
             "SELECT * FROM orders WHERE quantity = ?"s,
             "SELECT * FROM orders OFFSET ?"s,
             "SELECT 'unclosed"s,
             "SELECT \"unclosed"s,
             "SELECT /* unclosed"s,
             "SELECT (1"s,
             "\x01\x02\x03"s,
         })
        expect_refused(sql);
}

// The message says what, where and what to do instead.
TEST_F(SqlGateTest, SaysWhatAndWhere) {
    EXPECT_THAT(
        query("SELECT *\nFROM read_csv('x')"),
        AllOf(
            StartsWith("invalid_argument: the table function \"read_csv\" is not allowed"),
            HasSubstr("line 2, column 6"),
            HasSubstr("published tables")
        )
    );
    EXPECT_THAT(
        query(
            "SELECT '1e999', \"2e999\", a1e999 -- 3e999\nFROM orders WHERE /* 4e999 */ 1_0e4_00 > 1"
        ),
        AllOf(
            StartsWith("invalid_argument: the number 1_0e4_00 is more than a DOUBLE holds"),
            HasSubstr("line 2, column 31")
        )
    );
    EXPECT_THAT(
        query("SELECT * FROM raw.order"),
        AllOf(HasSubstr("there is no table \"raw.order\""), HasSubstr("Did you mean raw.orders?"))
    );
    EXPECT_THAT(query("DELETE FROM raw.orders"), HasSubstr("only SELECT statements are allowed"));
    EXPECT_THAT(query("SELECT 1; SELECT 2"), HasSubstr("exactly one statement"));
    EXPECT_THAT(query("SELECT 1 FROM orders WHERE"), HasSubstr("syntax error"));
    EXPECT_THAT(
        query("SELECT id, at FROM raw.orders"),
        AllOf(HasSubstr("syntax error at or near \"FROM\""), HasSubstr("stands in double quotes"))
    );
    EXPECT_THAT(
        query("EXPLAIN\n SELECT getenv('HOME')"),
        AllOf(HasSubstr("\"getenv\" is not allowed"), HasSubstr("line 2, column 9"))
    );
    EXPECT_THAT(query("SELECT quantiy FROM orders"), HasSubstr("quantity"));
}

// The texts of an EXPLAIN keep their places, so that messages point at what was written.
TEST(SplitExplain, KeepsPlaces) {
    const auto parts = split_explain("--a\n explain\tSELECT 1");
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->select, "   \n        \tSELECT 1");
    EXPECT_EQ(parts->whole, "   \n EXPLAIN\tSELECT 1");
    EXPECT_FALSE(split_explain("explainx SELECT 1").has_value());
    EXPECT_FALSE(split_explain("SELECT 1").has_value());
    EXPECT_FALSE(split_explain("/* EXPLAIN SELECT 1").has_value());
    EXPECT_FALSE(split_explain("EXPLAIN").has_value());
}

}  // namespace
}  // namespace tradewind::engine
