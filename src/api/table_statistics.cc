#include "api/table_statistics.h"

#include <string>

#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

// Each file's footer is opened.
constexpr std::size_t files_max = 2'000;

std::string file_list(const catalog::TableFiles& table) {
    std::string files;
    for (const std::string& file : table.files)
        files += (files.empty() ? "[" : ", ") + quote_literal(file);
    return files + "]";
}

// Of one column: values that are there, least and greatest. A footer that does not tell one of them
// tells nothing of the column.
std::string column_sql(const catalog::Column& column) {
    const std::string name = quote_literal(column.name);
    const std::string own = " FILTER (WHERE path_in_schema = " + name + ")";
    const auto bound = [&](const char* function, const char* value) {
        return "CASE WHEN count(*)" + own + " = count(" + value + ")" + own + " THEN CAST(" +
               function + "(TRY_CAST(" + value + " AS " + column.type + "))" + own +
               " AS STRING) END";
    };
    return "SELECT " + name + " AS name, CASE WHEN count(*)" + own + " = count(stats_null_count)" +
           own + " THEN coalesce(sum(num_values - stats_null_count)" + own +
           ", 0) END AS present, " + bound("min", "stats_min_value") + " AS low, " +
           bound("max", "stats_max_value") + " AS high FROM footers";
}

std::string statistics_sql(const catalog::TableFiles& table) {
    std::string sql;
    for (const catalog::Column& column : table.columns) {
        if (column.type.find('<') != std::string::npos) continue;
        sql += (sql.empty() ? "" : " UNION ALL ") + column_sql(column);
    }
    const std::string files = file_list(table);
    return "WITH footers AS MATERIALIZED (SELECT path_in_schema, num_values, stats_null_count, "
           "stats_min_value, stats_max_value FROM parquet_metadata(" +
           files +
           ")), total AS (SELECT coalesce(sum(num_rows), 0) AS row_count FROM "
           "parquet_file_metadata(" +
           files + ")) SELECT name, CAST(row_count - present AS STRING), low, high FROM (" + sql +
           ") t, total WHERE present IS NOT NULL";
}

}  // namespace

Result<std::vector<catalog::CrawledColumnStatistics>> file_statistics(
    engine::Engine& engine, const catalog::TableFiles& table
) {
    std::vector<catalog::CrawledColumnStatistics> statistics;
    const bool ours = table.scan.by_field_id && table.groups.empty();
    if (!ours || table.columns.empty() || table.files.empty() || table.files.size() > files_max)
        return statistics;
    const auto work = TRY(engine.open_work({}));
    const auto columns = static_cast<std::int64_t>(table.columns.size());
    for (const auto& row : TRY(work->rows(statistics_sql(table), columns)).rows) {
        catalog::CrawledColumnStatistics column;
        column.column = row[0].value_or("");
        column.null_count = parse_integer(row[1].value_or("")).value_or(0);
        column.min = row[2].value_or("");
        column.max = row[3].value_or("");
        statistics.push_back(std::move(column));
    }
    return statistics;
}

}  // namespace tradewind::api
