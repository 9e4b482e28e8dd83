#include "engine/duckdb_parquet_write.h"

#include <algorithm>
#include <array>

#include "engine/duckdb_rows.h"

namespace tradewind::engine {

namespace {

std::string field_ids(const std::vector<ColumnSpec>& columns) {
    std::string sql;
    for (const ColumnSpec& column : columns) {
        if (!sql.empty()) sql += ", ";
        sql += quote_name(column.name) + ": " + std::to_string(field_id(column.name));
    }
    return "{" + sql + "}";
}

bool whole_numbers(const std::vector<ColumnSpec>& columns) {
    // The source's name is the same in all rows.
    return !columns.empty() && std::ranges::all_of(columns, [](const ColumnSpec& column) {
        return column.name == "_source" || whole_number(to_sql(column));
    });
}

}  // namespace

std::string parquet_format(bool whole_numbers) {
    // Readers by the dozen know these encodings, Spark's among them; few values still get a
    // dictionary.
    const std::string differences = ", PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 100";
    return "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1" +
           (whole_numbers ? differences : std::string());
}

bool whole_number(std::string_view type) {
    constexpr std::array<std::string_view, 6> types{
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DATE", "TIMESTAMP"
    };
    return std::ranges::find(types, type) != types.end();
}

Result<std::int64_t> write_parquet(
    Connection& connection,
    const std::string& from,
    const std::vector<ColumnSpec>& columns,
    const std::string& path
) {
    std::string sql = "COPY " + from + " TO " + quote_literal(path) + " (" +
                      parquet_format(whole_numbers(columns));
    if (!columns.empty()) sql += ", FIELD_IDS " + field_ids(columns);
    return connection.run_integer(sql + ")");
}

std::string read_parquet_sql(
    const std::vector<std::string>& files, const std::vector<ColumnSpec>& columns
) {
    std::string list;
    for (const std::string& file : files) {
        if (!list.empty()) list += ", ";
        list += quote_literal(file);
    }
    if (files.size() == 1) list += ", no_rows_file()";
    std::string schema;
    for (const ColumnSpec& column : columns) {
        if (!schema.empty()) schema += ", ";
        schema += std::to_string(field_id(column.name)) + ": {name: " + quote_literal(column.name) +
                  ", type: " + quote_literal(to_sql(column)) + ", default_value: NULL}";
    }
    return "read_parquet([" + list + "], schema = MAP {" + schema + "}, hive_partitioning = false)";
}

}  // namespace tradewind::engine
