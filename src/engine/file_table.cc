#include "engine/file_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_rows.h"
#include "engine/file_groups.h"
#include "engine/latest_rows.h"

namespace tradewind::engine {

namespace {

using catalog::Column;
using catalog::Format;
using catalog::TableFiles;

// The engine takes these in a path for a pattern of several files.
Result<std::string> path_list(const std::vector<std::string>& files) {
    std::string list;
    for (const std::string& file : files) {
        if (file.find_first_of("*?[") != std::string::npos) {
            return Error(ErrorCode::InvalidArgument, "the path of a file holds one of * ? [")
                .with_detail("It is " + file + ".")
                .with_hint("Rename the file, or its folder.");
        }
        if (!list.empty()) list += ", ";
        list += quote_literal(file);
    }
    return list;
}

std::string hive_options(const catalog::FileScan& scan) {
    if (scan.hive_columns.empty()) return ", hive_partitioning = false";
    std::string types;
    for (const Column& column : scan.hive_columns) {
        if (!types.empty()) types += ", ";
        types += quote_literal(column.name) + ": STRING";
    }
    return ", hive_partitioning = true, hive_types = {" + types + "}";
}

bool nested(const Column& column) {
    return column.type.find('<') != std::string::npos;
}

// Files of this program name their columns by number, so that a bind need not open every one of
// them.
std::string own_parquet(const TableFiles& table, std::string files) {
    if (table.files.size() == 1) files += ", no_rows_file()";
    std::string schema;
    for (const Column& column : table.columns) {
        if (!schema.empty()) schema += ", ";
        schema += std::to_string(field_id(column.name)) + ": {name: " + quote_literal(column.name) +
                  ", type: " + quote_literal(column.type) + ", default_value: NULL}";
    }
    return "read_parquet([" + files + "], schema = MAP {" + schema +
           "}, hive_partitioning = false)";
}

std::string csv_options(const catalog::FileScan& scan) {
    std::string sql = ", all_varchar = true, header = ";
    sql += scan.header ? "true" : "false";
    sql += ", delim = " + quote_literal(std::string(1, scan.delimiter));
    sql += ", quote = " + quote_literal(scan.quote == '\0' ? "" : std::string(1, scan.quote));
    sql += ", escape = " + quote_literal(scan.escape == '\0' ? "" : std::string(1, scan.escape));
    if (!scan.compression.empty()) sql += ", compression = " + quote_literal(scan.compression);
    if (!scan.encoding.empty() && scan.encoding != "utf-8") {
        const bool latin = scan.encoding == "iso-8859-1" || scan.encoding == "windows-1252";
        sql += ", encoding = " + quote_literal(latin ? "latin-1" : scan.encoding);
    }
    return sql;
}

std::string text_reader(const TableFiles& table, const std::string& files) {
    const std::string hive = hive_options(table.scan);
    switch (table.scan.format) {
        case Format::Csv:
            return "read_csv(" + files + csv_options(table.scan) + hive +
                   (table.scan.header ? ", union_by_name = true" : "") + ")";
        case Format::Json:
            return "read_json(" + files + ", format = 'array', union_by_name = true" + hive + ")";
        case Format::Ndjson:
            return "read_json(" + files + ", format = 'newline_delimited', union_by_name = true" +
                   hive + ")";
        default:
            return "read_parquet(" + files + ", union_by_name = true" + hive + ")";
    }
}

// A sheet is read cell by cell as text, one file after another.
std::string sheet_reader(const TableFiles& table) {
    std::string sql;
    for (const std::string& file : table.files) {
        if (!sql.empty()) sql += " UNION ALL BY NAME ";
        sql += "SELECT * FROM read_xlsx(" + quote_literal(file) +
               ", all_varchar = true, header = " + (table.scan.header ? "true" : "false");
        if (!table.scan.sheet.empty()) sql += ", sheet = " + quote_literal(table.scan.sheet);
        sql += ")";
    }
    return "(" + sql + ")";
}

std::string cast_column(const TableFiles& table, const Column& column) {
    const std::string name = quote_name(column.name);
    const catalog::FileScan& scan = table.scan;
    std::string value = name;
    if (scan.format == Format::Csv && !scan.null_text.empty())
        value = "nullif(" + name + ", " + quote_literal(scan.null_text) + ")";
    if (scan.format == Format::Csv && column.type == "TIMESTAMP" && !scan.timestamp_format.empty())
        return "strptime(" + value + ", " + quote_literal(scan.timestamp_format) + ") AS " + name;
    if (scan.format == Format::Csv && column.type == "DATE" && !scan.date_format.empty()) {
        return "CAST(strptime(" + value + ", " + quote_literal(scan.date_format) +
               ") AS DATE) AS " + name;
    }
    if (nested(column)) return value + " AS " + name;
    return "CAST(" + value + " AS " + column.type + ") AS " + name;
}

std::string no_rows(const TableFiles& table) {
    std::string sql;
    for (const Column& column : table.columns) {
        if (!sql.empty()) sql += ", ";
        sql += "CAST(NULL AS " + (nested(column) ? std::string("STRING") : column.type) + ") AS " +
               quote_name(column.name);
    }
    return "SELECT " + (sql.empty() ? "1 AS nothing" : sql) + " WHERE false";
}

std::string names_of(const std::vector<Column>& columns) {
    std::string sql;
    for (const Column& column : columns) {
        if (!sql.empty()) sql += ", ";
        sql += quote_name(column.name);
    }
    return sql.empty() ? "*" : sql;
}

}  // namespace

bool has_sheets(const TableFiles& table) {
    const auto is_sheet = [](const auto& files) { return files.scan.format == Format::Xlsx; };
    return is_sheet(table) || std::any_of(table.groups.begin(), table.groups.end(), is_sheet);
}

Result<std::string> read_all_rows_sql(const TableFiles& table) {
    if (table.files.empty()) return no_rows(table);
    if (!table.groups.empty()) return read_groups_sql(table);
    const std::string list = TRY(path_list(table.files));
    const std::string files = "[" + list + "]";
    const bool flat = std::none_of(table.columns.begin(), table.columns.end(), nested);
    if (table.scan.by_field_id && flat && !table.columns.empty()) {
        return "SELECT " + names_of(table.columns) + " FROM " + own_parquet(table, list);
    }
    const std::string from =
        table.scan.format == Format::Xlsx ? sheet_reader(table) : text_reader(table, files);
    std::string columns;
    for (const Column& column : table.columns)
        columns += (columns.empty() ? "" : ", ") + cast_column(table, column);
    return "SELECT " + (columns.empty() ? std::string("*") : columns) + " FROM " + from;
}

Result<std::string> read_latest_sql(const TableFiles& table, const std::string& repeated) {
    const std::string rows = TRY(read_all_rows_sql(table));
    return latest_of_many_sql(names_of(table.columns), rows, table.key, repeated);
}

Result<std::string> read_files_sql(const TableFiles& table) {
    std::string rows = TRY(read_all_rows_sql(table));
    if (table.key.empty() || table.files.empty()) return rows;
    // Runs and checks read all of a table, and few of its rows share a key.
    return read_latest_sql(table, "(" + repeated_keys_sql(rows, table.key) + ")");
}

}  // namespace tradewind::engine
