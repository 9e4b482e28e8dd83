// Mutated statements against the gate: it must not crash, and nothing but a read passes.
#include "base/fuzz_kit.h"
#include "engine/sql_gate_test_support.h"

namespace tradewind::engine {
namespace {

// Whatever passes leaves the folders and the table as they were, and never shows the file.
TEST_F(SqlGateTest, FuzzLetsNothingThrough) {
    const std::vector<std::string> seeds = {
        "SELECT count(*) FROM raw.orders WHERE quantity > 5",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a JOIN orders ON x = quantity",
        "EXPLAIN SELECT * FROM orders",
        "EXPLAIN ANALYZE INSERT INTO raw.orders SELECT * FROM raw.orders",
        "SELECT * FROM read_csv('FILE')",
        "SELECT * FROM 'FILE'",
        "COPY (SELECT 1) TO 'FOLDER/out.csv'",
        "ATTACH 'FOLDER/new.db'",
        "CREATE TABLE x AS SELECT 1",
        "DROP VIEW raw.orders",
        "SET threads = 4",
        "SELECT unnest([1, 2]), {'a': 1}, list_transform([1], lambda x: x + 1)",
        "SELECT sum(quantity) OVER (ORDER BY quantity) FROM orders QUALIFY true",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r",
        "DELETE FROM raw.orders; SELECT 1",
        "SELECT query_table(['orders']), getenv('HOME'), json_serialize_sql('SELECT 1')",
    };
    const std::vector<std::string> pieces = {
        "(",
        ")",
        "'",
        "\"",
        ";",
        "--",
        "/*",
        "*/",
        "$$",
        "SELECT ",
        "FROM ",
        "'FILE'",
        "\"FILE\"",
        "read_text('FILE')",
        "EXPLAIN ",
        "ANALYZE ",
        "INSERT ",
        "AS ",
        "MATERIALIZED ",
        "UNION ",
        ", ",
        ".",
        "::",
        "\n",
        "\xc2\xa0",
        "duckdb_settings()",
        "COLUMNS(*)",
        "PIVOT ",
    };
    const auto before = files();
    int passed = 0;
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string sql = filled(changed(random, seeds, pieces));
        QueryRequest request;
        request.timeout_us = 200'000;
        request.rows_max = 100;
        const std::string answer = run_query(*engine, sql, ResultFormat::Csv, request);
        if (engine->explain_columns(sql).ok()) {
            ++passed;
            // A text literal in the statement may name the file; what is in it may not be shown.
            EXPECT_EQ(answer.find("SECRET"), std::string::npos) << sql;
        }
    });
    EXPECT_EQ(files(), before);
    EXPECT_GT(passed, 0);
    EXPECT_EQ(query("SELECT count(*), sum(quantity) FROM raw.orders"), "100,4950\n");
}

}  // namespace
}  // namespace tradewind::engine
