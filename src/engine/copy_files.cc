#include "engine/copy_files.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_parquet_write.h"
#include "engine/duckdb_rows.h"
#include "engine/duckdb_text.h"
#include "engine/workbook_write.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

bool has_column(const std::vector<ResultColumn>& shape, const std::string& name) {
    return std::any_of(shape.begin(), shape.end(), [&](const ResultColumn& column) {
        return equal_ignore_case(column.name, name);
    });
}

Result<void> check_shape(const std::vector<ResultColumn>& shape, const WriteOptions& options) {
    std::set<std::string> names;
    for (const ResultColumn& column : shape) {
        if (!names.insert(to_lower_ascii(column.name)).second) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "two columns of the result are called " + column.name
            )
                .with_hint("Name one of them otherwise, with AS.");
        }
        if (column.type == "INTERVAL") {
            return Error(
                       ErrorCode::InvalidArgument,
                       "column " + column.name + " is an INTERVAL, which files cannot hold"
            )
                .with_hint("Turn it into a number of days or seconds.");
        }
    }
    for (const std::string& name : options.partition_by) {
        if (has_column(shape, name)) continue;
        return Error(
            ErrorCode::InvalidArgument, "partition_by names no column of the result: " + name
        );
    }
    return {};
}

// The engine names folders by what it partitions by, every byte as up to three, and a name has 255:
// so these are not the columns but keys, which are not in the files: short values themselves, or
// "~" and a hash.
constexpr std::size_t key_bytes_max = 64;
// What the engine calls the folder of nulls: a text like it is written under its hash.
constexpr const char* null_folder = "__HIVE_DEFAULT_PARTITION__";

std::string key_name(std::size_t i) {
    return "_partition_key_" + std::to_string(i);
}

std::string with_keys(const std::string& sql, const WriteOptions& options) {
    std::string keys;
    for (std::size_t i = 0; i < options.partition_by.size(); ++i) {
        const std::string text = "CAST(" + quote_name(options.partition_by[i]) + " AS VARCHAR)";
        keys += ", CASE WHEN strlen(" + text + ") <= " + std::to_string(key_bytes_max) +
                " AND NOT starts_with(" + text + ", '~') AND " + text + " <> " +
                quote_literal(null_folder) + " THEN " + text + " ELSE '~' || sha256(" + text +
                ") END AS " + quote_name(key_name(i));
    }
    return keys.empty() ? sql : "SELECT *" + keys + " FROM (" + sql + "\n)";
}

bool hashed(const std::string& key) {
    return key.starts_with('~');
}

bool flat(const std::vector<ResultColumn>& shape) {
    return std::none_of(shape.begin(), shape.end(), [](const ResultColumn& column) {
        return column.type.find('<') != std::string::npos;
    });
}

bool whole_numbers(const std::vector<ResultColumn>& shape, const std::set<std::string>& constants) {
    return std::ranges::all_of(shape, [&](const ResultColumn& column) {
        return whole_number(column.type) || constants.contains(column.name);
    });
}

std::string parquet_options(
    const std::vector<ResultColumn>& shape,
    const WriteOptions& options,
    const std::set<std::string>& constants
) {
    std::string sql = parquet_format(whole_numbers(shape, constants)) + ", RETURN_STATS";
    if (flat(shape)) {
        std::string ids;
        for (const ResultColumn& column : shape) {
            if (!ids.empty()) ids += ", ";
            ids += quote_name(column.name) + ": " + std::to_string(field_id(column.name));
        }
        sql += ", FIELD_IDS {" + ids + "}";
    }
    if (options.partition_by.empty()) return sql;
    std::string keys;
    for (std::size_t i = 0; i < options.partition_by.size(); ++i)
        keys += (keys.empty() ? "" : ", ") + quote_name(key_name(i));
    return sql + ", PARTITION_BY (" + keys + "), WRITE_PARTITION_COLUMNS false";
}

std::string text_options(const WriteOptions& options) {
    std::string sql;
    if (options.kind == FileKind::Csv) {
        sql = std::string("FORMAT csv, HEADER ") + (options.header ? "true" : "false");
    } else {
        sql = "FORMAT json";
        if (options.kind == FileKind::Json) sql += ", ARRAY true";
    }
    if (!options.compression.empty()) sql += ", COMPRESSION " + options.compression;
    return sql;
}

// `{_partition_key_0=france, …}` as the statistics give it, a JSON object once it is text.
std::map<std::string, std::string> partition_of(
    const std::string& text, const WriteOptions& options
) {
    std::map<std::string, std::string> values;
    const auto parsed = json::parse(text);
    if (!parsed.ok()) return values;
    for (std::size_t i = 0; i < options.partition_by.size(); ++i) {
        const json::Value* value = parsed->find(key_name(i));
        const bool null = value == nullptr || value->is_null();
        values[options.partition_by[i]] = null ? null_folder : value->text();
    }
    return values;
}

}  // namespace

Result<std::string> copy_sql(
    const std::string& sql,
    const std::vector<ResultColumn>& shape,
    const WriteOptions& options,
    const std::set<std::string>& constants
) {
    TRY(check_shape(shape, options));
    if (options.kind == FileKind::Xlsx) return workbook_copy_sql(sql, shape, options);
    const bool parquet = options.kind == FileKind::Parquet;
    return "COPY (" + with_keys(sql, options) + ") TO " + quote_literal(options.path) + " (" +
           (parquet ? parquet_options(shape, options, constants) : text_options(options)) + ")";
}

Result<std::vector<WrittenFile>> read_copy_result(
    ResultHandle& result, const WriteOptions& options
) {
    std::vector<WrittenFile> written;
    if (options.kind != FileKind::Parquet) {
        const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
        written.push_back({options.path, duckdb_value_int64(result.get(), 0, 0), 0, {}});
        written.back().bytes = TRY(files->info(options.path))
        .size;
        return written;
    }
    // filename, count, file_size_bytes, footer_size_bytes, column_statistics, partition_keys
    constexpr idx_t keys_column = 5;
    const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    const TypeHandle keys_type(duckdb_column_logical_type(result.get(), keys_column));
    ColumnText path = TRY(ColumnText::make(text.get()));
    ColumnText keys = TRY(ColumnText::make(keys_type.get()));
    while (const ChunkHandle chunk = ChunkHandle(duckdb_fetch_chunk(*result.get()))) {
        const auto vector = [&](idx_t i) { return duckdb_data_chunk_get_vector(chunk.get(), i); };
        const auto* counts = static_cast<const std::uint64_t*>(duckdb_vector_get_data(vector(1)));
        const auto* sizes = static_cast<const std::uint64_t*>(duckdb_vector_get_data(vector(2)));
        path.bind(vector(0));
        keys.bind(vector(keys_column));
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            WrittenFile file{
                std::string(path.text(row)), static_cast<std::int64_t>(counts[row]), sizes[row], {}
            };
            std::string values;
            if (!keys.null(row)) keys.append(values, row, TextStyle::Json);
            if (!values.empty()) file.partition = partition_of(values, options);
            written.push_back(std::move(file));
        }
    }
    return written;
}

Result<void> read_long_partitions(std::vector<WrittenFile>& written, const ReadRow& read_row) {
    for (WrittenFile& file : written) {
        for (auto& [name, value] : file.partition) {
            if (!hashed(value)) continue;
            const auto row = TRY(read_row(
                "SELECT CAST(" + quote_name(name) + " AS VARCHAR) FROM read_parquet(" +
                quote_literal(file.path) + ", hive_partitioning = false) LIMIT 1"
            ));
            if (!row.empty() && row.front()) value = *row.front();
        }
    }
    return {};
}

}  // namespace tradewind::engine
