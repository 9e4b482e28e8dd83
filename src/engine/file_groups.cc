#include "engine/file_groups.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
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

// The engine splits the names of folders at every "=": of `k=a=b` the files are read by themselves,
// with what their folders say as constants.
bool is_odd_folder(const std::string& name) {
    return std::ranges::count(name, '=') > 1;
}

bool has_odd_folders(const std::string& path) {
    return std::ranges::any_of(split(os::parent_folder(path), '/'), is_odd_folder);
}

// All files of a group have such folders, or none has.
bool has_odd_folders(const FileGroup& group) {
    return !group.scan.hive_columns.empty() && !group.files.empty() &&
           has_odd_folders(group.files.front());
}

std::string hive_options(const FileGroup& group) {
    const FileScan& scan = group.scan;
    if (scan.hive_columns.empty() || has_odd_folders(group)) return ", hive_partitioning = false";
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
    return sql + compression_option(scan) + hive_options(group) + ")";
}

bool is_json(const FileGroup& group) {
    return group.scan.format == Format::Json || group.scan.format == Format::Ndjson;
}

// What the files of a group call a column of theirs; nothing: they have none.
std::optional<std::string> source_in_group(const FileGroup& group, const Column& column) {
    const auto found = std::ranges::find(group.columns, column.name);
    if (found != group.columns.end()) {
        const auto at = static_cast<std::size_t>(found - group.columns.begin());
        return at < group.sources.size() ? group.sources[at] : source_of(column);
    }
    if (!is_json(group)) return std::nullopt;
    // Where these files mean another column by it, they have none of this one.
    const std::string& usual = source_of(column);
    if (std::ranges::find(group.sources, usual) != group.sources.end()) return std::nullopt;
    return usual;
}

std::vector<std::string> json_keys(const TableFiles& table, const FileGroup& group) {
    std::vector<std::string> keys;
    for (const Column& column : table.columns) {
        if (hive_column(group.scan, column.name) != nullptr) continue;
        if (const auto key = source_in_group(group, column)) keys.push_back(*key);
    }
    return keys;
}

// The engine's columns know no case, and have names: records whose keys differ by case alone, or
// are empty, are read whole, and the keys looked up in them.
bool whole_records(const TableFiles& table, const FileGroup& group) {
    if (!is_json(group)) return false;
    std::set<std::string> names;
    for (const Column& column : group.scan.hive_columns)
        names.insert(to_lower_ascii(source_of(column)));
    for (const std::string& key : json_keys(table, group)) {
        if (key.empty() || !names.insert(to_lower_ascii(key)).second) return true;
    }
    return false;
}

constexpr const char* record_column = "tradewind record";

std::string key_in_record(const std::string& key) {
    std::string pointer = "/";
    for (const char c : key) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return "json_extract_string(" + quote_name(record_column) + ", " + quote_literal(pointer) + ")";
}

std::string json_reader(const TableFiles& table, const FileGroup& group, const std::string& files) {
    const std::string columns =
        whole_records(table, group)
            ? ", records = false, columns = {" + quote_literal(record_column) + ": 'JSON'}"
            : text_columns(json_keys(table, group));
    return "read_json(" + files + ", format = 'auto'" + columns + compression_option(group.scan) +
           hive_options(group) + ")";
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
    // The first file's types rule, where not all are the same.
    const bool alike = !group.types.empty() || group.files.size() == 1;
    return "read_parquet(" + files + (alike ? "" : ", union_by_name = true") + hive_options(group) +
           ")";
}

// The column's value in what the reader gives; empty: the group does not have it.
std::string value_in_group(const FileGroup& group, bool whole, const Column& column) {
    if (const Column* hive = hive_column(group.scan, column.name)) {
        // Sheets have it as a column beside their own.
        const bool constant = group.scan.format != Format::Xlsx && has_odd_folders(group);
        return constant ? folder_value(group.files.front(), source_of(*hive))
                        : quote_name(source_of(*hive));
    }
    const auto source = source_in_group(group, column);
    if (!source) return "";
    if (whole) return key_in_record(*source);
    if (is_json(group) || group.scan.format == Format::Parquet) return quote_name(*source);
    return quote_name(name_in_file(group.scan, column.name));
}

// Of what texts mean null: cells and names of folders, not texts of JSON, which has its own null.
std::string without_null_texts(const FileScan& scan, const std::string& value) {
    std::string sql = value;
    if (!scan.null_text.empty()) sql = "nullif(" + sql + ", " + quote_literal(scan.null_text) + ")";
    for (const std::string& text : scan.other_null_texts)
        sql = "nullif(" + sql + ", " + quote_literal(text) + ")";
    return sql;
}

bool nested(const Column& column) {
    return column.type.find('<') != std::string::npos;
}

std::string typed(const FileGroup& group, bool whole, const Column& column) {
    std::string value = value_in_group(group, whole, column);
    // The type of a nested one is that of the groups that have it.
    if (value.empty()) return nested(column) ? "NULL" : "CAST(NULL AS " + column.type + ")";
    const bool hive = hive_column(group.scan, column.name) != nullptr;
    const bool text = group.scan.format != Format::Parquet || hive;
    if (hive || (text && !is_json(group))) value = without_null_texts(group.scan, value);
    if (nested(column) || (text && column.type == "STRING")) return value;
    if (text && !column.format.empty()) {
        value = "strptime(" + value + ", " + quote_literal(column.format) + ")";
    }
    return "CAST(" + value + " AS " + column.type + ")";
}

// Those that the engine can read together.
std::vector<FileGroup> read_together(const FileGroup& group) {
    if (group.scan.hive_columns.empty()) return {group};
    FileGroup plain = group;
    plain.files.clear();
    const FileGroup empty = plain;
    std::map<std::string, FileGroup> odd;  // by folder
    for (const std::string& file : group.files) {
        if (!has_odd_folders(file)) {
            plain.files.push_back(file);
            continue;
        }
        odd.try_emplace(os::parent_folder(file), empty).first->second.files.push_back(file);
    }
    std::vector<FileGroup> groups;
    if (!plain.files.empty()) groups.push_back(std::move(plain));
    for (auto& [folder, one] : odd) groups.push_back(std::move(one));
    return groups;
}

}  // namespace

Result<std::string> read_groups_sql(const TableFiles& table) {
    std::vector<FileGroup> groups;
    for (const FileGroup& group : table.groups) {
        for (FileGroup& one : read_together(group)) groups.push_back(std::move(one));
    }
    std::string sql;
    for (const FileGroup& group : groups) {
        std::string columns;
        const bool whole = whole_records(table, group);
        for (const Column& column : table.columns) {
            columns += (columns.empty() ? "" : ", ") + typed(group, whole, column) + " AS " +
                       quote_name(column.name);
        }
        if (!sql.empty()) sql += " UNION ALL ";
        sql += "SELECT " + columns + " FROM " + TRY(reader(table, group));
    }
    return sql;
}

}  // namespace tradewind::engine
