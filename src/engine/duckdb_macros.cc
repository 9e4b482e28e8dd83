#include "engine/duckdb_macros.h"

#include <array>
#include <string>

namespace tradewind::engine {

namespace {

constexpr std::array macros{
    // The text of a value in a JSON text; the path may be made of columns: concat('$[', n, '].id').
    "get_json_object(json_text, json_path) AS json_extract_string(json_text, json_path)",
    // A row for each element.
    "explode(elements) AS unnest(elements)",
    // The whole numbers from one to the other, both included.
    "sequence(low, high) AS generate_series(CAST(low AS BIGINT), CAST(high AS BIGINT))",
    // What clocks in the zone show when it is that time in UTC.
    "from_utc_timestamp(instant, zone) AS timezone(zone, timezone('UTC', CAST(instant AS "
    "TIMESTAMP)))",
    // The other way round.
    "to_utc_timestamp(local_time, zone) AS timezone('UTC', timezone(zone, CAST(local_time AS "
    "TIMESTAMP)))",
    // Days and microseconds since 1970.
    "unix_date(day) AS date_diff('day', DATE '1970-01-01', CAST(day AS DATE))",
    "unix_micros(instant) AS epoch_us(CAST(instant AS TIMESTAMP))",
};

}  // namespace

Result<void> create_macros(Connection& connection) {
    for (const char* macro : macros) TRY(connection.run(std::string("CREATE MACRO ") + macro));
    return {};
}

Result<void> write_no_rows_file(Connection& connection, const std::string& path) {
    return connection.run(
        "COPY (SELECT 0 AS nothing WHERE false) TO " + quote_literal(path) +
        " (FORMAT parquet, FIELD_IDS {nothing: 1})"
    );
}

Result<void> create_no_rows_macro(Connection& connection, const std::string& path) {
    return connection.run("CREATE MACRO no_rows_file() AS " + quote_literal(path));
}

}  // namespace tradewind::engine
