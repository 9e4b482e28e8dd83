#include "engine/file_groups.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_rows.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

using catalog::Column;
using catalog::FileGroup;
using catalog::FileScan;
using catalog::Format;
using catalog::TableFiles;

const std::string& source_of(const Column& column) {
    return column.source.empty() ? column.name : column.source;
}

// One literal of 100,000 paths takes the engine a third of the memory and half of the time that a
// list of as many does.
constexpr std::size_t long_list = 100;

// The engine takes these in a path for a pattern of several files.
Result<std::string> path_list(const std::vector<std::string>& files) {
    std::string list;
    std::string lines;
    for (const std::string& file : files) {
        if (file.find_first_of("*?[") != std::string::npos) {
            return Error(ErrorCode::InvalidArgument, "the path of a file holds one of * ? [")
                .with_detail("It is " + file + ".")
                .with_hint("Rename the file, or its folder.");
        }
        list += (list.empty() ? "" : ", ") + quote_literal(file);
        lines += (lines.empty() ? "" : "\n") + file;
    }
    const auto breaks = static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    if (files.size() < long_list || breaks + 1 != files.size()) return "[" + list + "]";
    return "string_split(" + quote_literal(lines) + ", chr(10))";
}

std::string hive_options(const FileScan& scan) {
    if (scan.hive_columns.empty()) return ", hive_partitioning = false";
    std::string types;
    for (const Column& column : scan.hive_columns) {
        types += (types.empty() ? "" : ", ") + quote_literal(source_of(column)) + ": VARCHAR";
    }
    return ", hive_partitioning = true, hive_types = {" + types + "}";
}

const Column* hive_column(const FileScan& scan, const std::string& name) {
    const auto found = std::ranges::find(scan.hive_columns, name, &Column::name);
    return found == scan.hive_columns.end() ? nullptr : &*found;
}

// A folder's value counts where the file has a column of that name too; that one is read aside.
std::string name_in_file(const FileScan& scan, const std::string& name) {
    const bool hidden = std::ranges::any_of(scan.hive_columns, [&](const Column& column) {
        return column.name == name || source_of(column) == name;
    });
    return hidden ? name + " in the file" : name;
}

std::string text_columns(const std::vector<std::string>& names) {
    std::string sql;
    for (const std::string& name : names) {
        sql += (sql.empty() ? "" : ", ") + quote_literal(name) + ": 'VARCHAR'";
    }
    return ", columns = {" + sql + "}";
}

std::string character(char c) {
    return quote_literal(c == '\0' ? "" : std::string(1, c));
}

std::string compression_option(const FileScan& scan) {
    if (scan.compression.empty() || scan.compression == "auto") return "";
    return ", compression = " + quote_literal(scan.compression);
}

std::string csv_reader(const FileGroup& group, const std::string& files) {
    const FileScan& scan = group.scan;
    std::vector<std::string> names;
    for (const std::string& name : group.columns) names.push_back(name_in_file(scan, name));
    std::string sql = "read_csv(" + files + ", auto_detect = false" + text_columns(names);
    sql += std::string(", header = ") + (scan.header ? "true" : "false");
    sql += ", delim = " + character(scan.delimiter) + ", quote = " + character(scan.quote) +
           ", escape = " + character(scan.escape);
    if (scan.skip_lines > 0) sql += ", skip = " + std::to_string(scan.skip_lines);
    if (scan.encoding == "iso-8859-1") sql += ", encoding = 'latin-1'";
    if (scan.encoding == "utf-16") sql += ", encoding = 'utf-16'";
    return sql + compression_option(scan) + hive_options(scan) + ")";
}

std::string json_reader(const TableFiles& table, const FileGroup& group, const std::string& files) {
    std::vector<std::string> names;
    for (const Column& column : table.columns) {
        if (hive_column(group.scan, column.name) == nullptr) names.push_back(source_of(column));
    }
    return "read_json(" + files + ", format = 'auto'" + text_columns(names) +
           compression_option(group.scan) + hive_options(group.scan) + ")";
}

// What the folders of a path say of a column, which the reader of sheets does not look at.
std::string folder_value(const std::string& path, const std::string& key) {
    constexpr const char* null_value = "__HIVE_DEFAULT_PARTITION__";
    std::string value = null_value;
    for (const std::string& folder : split(os::parent_folder(path), '/')) {
        if (folder.starts_with(key + "=")) value = url_decode(folder.substr(key.size() + 1), false);
    }
    return value == null_value ? "CAST(NULL AS VARCHAR)" : quote_literal(value);
}

// Columns by their places, whatever a sheet calls them.
std::string sheet_reader(const FileGroup& group) {
    std::string names;
    for (const std::string& name : group.columns)
        names += (names.empty() ? "" : ", ") + quote_name(name_in_file(group.scan, name));
    std::string sql;
    for (const std::string& file : group.files) {
        if (!sql.empty()) sql += " UNION ALL BY NAME ";
        sql += "SELECT *";
        for (const Column& column : group.scan.hive_columns)
            sql += ", " + folder_value(file, source_of(column)) + " AS " +
                   quote_name(source_of(column));
        sql += " FROM read_xlsx(" + quote_literal(file) +
               ", all_varchar = true, header = " + (group.scan.header ? "true" : "false");
        if (!group.scan.sheet.empty()) sql += ", sheet = " + quote_literal(group.scan.sheet);
        sql += ") AS _tw_sheet(" + names + ")";
    }
    return "(" + sql + ")";
}

Result<std::string> reader(const TableFiles& table, const FileGroup& group) {
    const std::string files = TRY(path_list(group.files));
    switch (group.scan.format) {
        case Format::Csv:
            return csv_reader(group, files);
        case Format::Json:
        case Format::Ndjson:
            return json_reader(table, group, files);
        case Format::Xlsx:
            return sheet_reader(group);
        case Format::Parquet:
            break;
    }
    return "read_parquet(" + files + hive_options(group.scan) + ")";
}

// What the column is called in what the reader gives; empty: the group does not have it.
std::string name_in_group(const FileGroup& group, const Column& column) {
    if (const Column* hive = hive_column(group.scan, column.name)) return source_of(*hive);
    const Format format = group.scan.format;
    if (format == Format::Json || format == Format::Ndjson) return source_of(column);
    if (std::ranges::find(group.columns, column.name) == group.columns.end()) return "";
    return format == Format::Parquet ? source_of(column) : name_in_file(group.scan, column.name);
}

bool nested(const Column& column) {
    return column.type.find('<') != std::string::npos;
}

std::string typed(const FileGroup& group, const Column& column) {
    const std::string found = name_in_group(group, column);
    if (found.empty()) {
        return "CAST(NULL AS " + (nested(column) ? std::string("STRING") : column.type) + ")";
    }
    std::string value = quote_name(found);
    const bool text = group.scan.format != Format::Parquet || hive_column(group.scan, column.name);
    if (text && !group.scan.null_text.empty()) {
        value = "nullif(" + value + ", " + quote_literal(group.scan.null_text) + ")";
    }
    if (nested(column) || (text && column.type == "STRING")) return value;
    if (text && !column.format.empty()) {
        value = "strptime(" + value + ", " + quote_literal(column.format) + ")";
    }
    return "CAST(" + value + " AS " + column.type + ")";
}

}  // namespace

Result<std::string> read_groups_sql(const TableFiles& table) {
    std::string sql;
    for (const FileGroup& group : table.groups) {
        std::string columns;
        for (const Column& column : table.columns) {
            columns += (columns.empty() ? "" : ", ") + typed(group, column) + " AS " +
                       quote_name(column.name);
        }
        if (!sql.empty()) sql += " UNION ALL ";
        sql += "SELECT " + columns + " FROM " + TRY(reader(table, group));
    }
    return sql;
}

}  // namespace tradewind::engine
