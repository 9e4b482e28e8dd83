// User SQL and what it may reach: functions, files, tables, wherever in the statement they stand.
#include <gmock/gmock.h>

#include "engine/sql_gate.h"
#include "engine/sql_gate_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Functions that make tables of files, the catalog, settings or other statements are refused.
TEST_F(SqlGateTest, RefusesTableFunctions) {
    for (const char* call : {
             "read_csv('FILE')",
             "read_csv_auto('FILE')",
             "READ_CSV('FILE')",
             "\"read_csv\"('FILE')",
             "\"Read_Csv\"('FILE')",
             "main.read_csv('FILE')",
             "system.main.read_csv('FILE')",
             "read_parquet('PARQUET')",
             "parquet_scan('PARQUET')",
             "parquet_metadata('PARQUET')",
             "parquet_schema('PARQUET')",
             "parquet_file_metadata('PARQUET')",
             "parquet_kv_metadata('PARQUET')",
             "parquet_bloom_probe('PARQUET', 'quantity', 1)",
             "read_text('FILE')",
             "read_blob('FILE')",
             "read_json('FILE')",
             "read_json_auto('FILE')",
             "read_json_objects('FILE')",
             "read_ndjson('FILE')",
             "read_ndjson_objects('FILE')",
             "read_xlsx('FILE')",
             "read_duckdb('FILE')",
             "sniff_csv('FILE')",
             "glob('FOLDER/*')",
             "query('SELECT 1')",
             "query_table('raw.orders')",
             "query_table(['raw.orders'])",
             "json_execute_serialized_sql('{}')",
             "json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
             "duckdb_tables()",
             "duckdb_settings()",
             "duckdb_secrets()",
             "duckdb_memory()",
             "duckdb_functions()",
             "duckdb_temporary_files()",
             "duckdb_logs()",
             "duckdb_extensions()",
             "pragma_version()",
             "pragma_database_list()",
             "pragma_table_info('raw.orders')",
             "pragma_storage_info('raw.orders')",
             "pragma_user_agent()",
             "pragma_platform()",
             "test_all_types()",
             "summary((SELECT 1))",
             "repeat_row(1, num_rows=1)",
             "seq_scan('orders')",
             "arrow_scan(1, 2, 3)",
             "checkpoint()",
             "force_checkpoint()",
             "which_secret('a', 's3')",
             "icu_calendar_names()",
             "pg_timezone_names()",
             "sql_auto_complete('SEL')",
             "histogram('raw.orders', quantity)",
             "histogram_values('raw.orders', quantity)",
             "enable_logging()",
             "disable_logging()",
             "truncate_duckdb_logs()",
             "parse_duckdb_log_message('x', 'y')",
             "from_substrait('')",
             "sqlite_scan('FILE', 't')",
             "postgres_scan('', '', '')",
             "iceberg_scan('FILE')",
             "delta_scan('FILE')",
             "st_read('FILE')",
             "dsdgen(sf=1)",
             "no_such_function()",
         }) {
        const std::string text = call;
        expect_refused("SELECT * FROM " + text);
        expect_refused("FROM " + text);
        expect_refused("WITH x AS (SELECT * FROM " + text + ") SELECT * FROM x");
        expect_refused("WITH x AS MATERIALIZED (FROM " + text + ") SELECT 1");
        expect_refused("SELECT (SELECT count(*) FROM " + text + ")");
        expect_refused("SELECT 1 WHERE EXISTS (FROM " + text + ")");
        expect_refused("SELECT 1 UNION ALL SELECT 2 FROM " + text);
        expect_refused("SELECT * FROM orders, LATERAL (SELECT * FROM " + text + ") AS t");
        expect_refused("SELECT * FROM orders JOIN " + text + " AS t ON true");
        expect_refused("SELECT * FROM orders ORDER BY (SELECT count(*) FROM " + text + ")");
        expect_refused("SELECT * FROM orders LIMIT (SELECT count(*) FROM " + text + ")");
        expect_refused("SELECT sum(quantity) FILTER (EXISTS (FROM " + text + ")) FROM orders");
        expect_refused("SELECT * FROM (PIVOT " + text + " ON a IN (1) USING count(*))");
        expect_refused("VALUES ((SELECT count(*) FROM " + text + "))");
    }
}

// Scalar functions that reach outside the query are refused, wherever they stand.
TEST_F(SqlGateTest, RefusesScalarFunctions) {
    for (const char* call : {
             "getenv('HOME')",
             "current_setting('memory_limit')",
             "getvariable('x')",
             "json_serialize_sql('SELECT 1')",
             "json_deserialize_sql('{}')",
             "json_execute_serialized_sql('{}')",
             "json_serialize_plan('SELECT 1')",
             "write_log('x')",
             "nextval('s')",
             "currval('s')",
             "current_query()",
             "current_database()",
             "current_schemas(true)",
             "version()",
             "txid_current()",
             "pg_get_viewdef(1)",
             "has_table_privilege('x', 'select')",
             "duckdb_version()",
             "read_text('FILE')",
             "sleep_ms(1000)",
             "__internal_compress_string_uinteger('a')",
             "create_sort_key('a', 'ASC')",
             "vector_type(1)",
             "stats(1)",
             "finalize(1)",
             "parse_duckdb_log_message('x', 'y')",
         }) {
        const std::string text = call;
        expect_refused("SELECT " + text);
        expect_refused("SELECT 1 WHERE " + text + " IS NOT NULL");
        expect_refused("SELECT [" + text + "]");
        expect_refused("SELECT list_transform([1], x -> " + text + ")");
        expect_refused("SELECT count(*) FROM orders GROUP BY " + text);
        expect_refused("SELECT count(*) FROM orders HAVING " + text + " IS NULL");
        expect_refused(
            "SELECT quantity FROM orders QUALIFY row_number() OVER (ORDER BY " + text + ") = 1"
        );
        expect_refused("SELECT max(quantity) OVER (PARTITION BY " + text + ") FROM orders");
        expect_refused("SELECT CASE WHEN true THEN CAST(" + text + " AS VARCHAR) END");
        expect_refused("SELECT * REPLACE (" + text + " AS quantity) FROM orders");
        expect_refused("SELECT * FROM range(1) WHERE " + text + " IS NULL");
        expect_refused("SELECT * FROM unnest([" + text + "])");
        expect_refused("SELECT {'a': " + text + "}");
        expect_refused("SELECT COALESCE(NULL, " + text + ")");
    }
    expect_refused("SELECT main.getenv('HOME')");
    expect_refused("SELECT \"getenv\"('HOME')");
    expect_refused("SELECT 'HOME'.getenv()");
    expect_refused("SELECT system.main.getenv('HOME')");
}

// Files named as tables, catalogs and schemas of the engine, and tables that there are not.
TEST_F(SqlGateTest, RefusesOtherTables) {
    for (const char* name : {
             "'FILE'",
             "\"FILE\"",
             "'PARQUET'",
             "\"PARQUET\"",
             "'FOLDER/*.csv'",
             "'FOLDER/lake/*'",
             "\"secret.csv\"",
             "'file://FILE'",
             "'https://example.com/a.csv'",
             "'s3://bucket/a.parquet'",
             "'/etc/passwd'",
             "'/proc/self/environ'",
             "'/dev/zero'",
             "U&'secret.csv'",
             "information_schema.tables",
             "information_schema.columns",
             "pg_catalog.pg_tables",
             "pg_tables",
             "pg_class",
             "sqlite_master",
             "sqlite_schema",
             "duckdb_settings",
             "duckdb_tables",
             "duckdb_columns",
             "pragma_database_list",
             "system.main.duckdb_tables",
             "system.information_schema.tables",
             "memory.raw.orders",
             "temp.raw.orders",
             "main.orders",
             "raw.hot_0",
             "hot_0",
             "hot_1",
             "other.raw.orders",
             "raw.order",
             "\"raw.orders\"",
             "orders_",
             "main",
         }) {
        const std::string text = name;
        expect_refused("SELECT * FROM " + text);
        expect_refused("FROM " + text);
        expect_refused("TABLE " + text);
        expect_refused("SELECT * FROM orders JOIN " + text + " AS t ON true");
        expect_refused("WITH a AS (FROM " + text + ") FROM a");
        expect_refused("SELECT count(*) FROM orders WHERE 1 IN (SELECT 1 FROM " + text + ")");
        expect_refused("SELECT 1 EXCEPT SELECT 1 FROM " + text);
        expect_refused("SUMMARIZE SELECT * FROM " + text);
        expect_refused("SELECT * FROM (DESCRIBE " + text + ")");
        expect_refused(
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r, " + text + ") FROM r"
        );
    }
}

// A table that is not shown because its files are in doubt is not denied: whoever knows why is
// asked, by the name as the statement has it; what nobody knows of does not exist, and no file's
// name is asked for.
TEST_F(SqlGateTest, SaysWhyATableIsMissing) {
    std::vector<std::string> asked;
    engine->explain_missing_with([&](const catalog::TableName& name) -> std::optional<Error> {
        asked.push_back(name.text());
        if (name.table != "sales") return std::nullopt;
        return Error(ErrorCode::Corruption, "the table shop.sales is damaged");
    });
    const auto error_of = [&](const std::string& sql) {
        const auto result = engine->query({.sql = sql, .rows_max = {}, .cancelled = {}});
        EXPECT_FALSE(result.ok()) << sql;
        return result.ok() ? Error(ErrorCode::NotFound, "") : result.error();
    };
    for (const char* sql :
         {"SELECT * FROM shop.sales", "SELECT 1 FROM raw.orders, Sales", "FROM \"SHOP\".\"SALES\""
         }) {
        EXPECT_EQ(error_of(sql).code(), ErrorCode::Corruption) << sql;
        EXPECT_EQ(error_of(sql).message(), "the table shop.sales is damaged") << sql;
    }
    EXPECT_EQ(error_of("SELECT * FROM shop.nothing").code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(asked.back(), "shop.nothing");
    const std::size_t before = asked.size();
    EXPECT_EQ(query("WITH sales AS (SELECT 1 AS a) SELECT a FROM sales"), "1\n");
    EXPECT_EQ(asked.size(), before);
}

}  // namespace
}  // namespace tradewind::engine
