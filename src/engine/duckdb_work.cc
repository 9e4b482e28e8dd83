#include "engine/duckdb_work.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bits.h"
#include "base/clustered_keys.h"
#include "base/log.h"
#include "base/repeated_hashes.h"
#include "base/text.h"
#include "engine/copy_files.h"
#include "engine/csv_write.h"
#include "engine/file_table.h"
#include "engine/latest_rows.h"
#include "engine/parts_source.h"
#include "engine/sql_ordered.h"
#include "engine/workbook_write.h"

namespace tradewind::engine {

namespace {

// Are the keys, one a row, all different? Nothing: that cannot be told so, or one has a null.
Result<std::optional<bool>> differ_in_one_pass(IntegerReader& keys, std::size_t width) {
    ClusteredKeys clustered(width);
    std::vector<const std::int64_t*> columns(width);
    IntegerChunk chunk;
    while (TRY(keys.next(chunk))) {
        CHECK(chunk.columns.size() == width);
        for (std::size_t i = 0; i < width; ++i) {
            const IntegerColumn& column = chunk.columns[i];
            if (column.valid != nullptr && !all_set(column.valid, chunk.rows))
                return std::optional<bool>();
            columns[i] = chunk.columns[i].values;
        }
        if (!clustered.add(columns, chunk.rows)) break;
    }
    const ClusteredKeys::Finding found = clustered.finish();
    if (found == ClusteredKeys::Finding::Unclear) return std::optional<bool>();
    return std::optional(found == ClusteredKeys::Finding::Different);
}

}  // namespace

Result<std::unique_ptr<DuckdbWork>> DuckdbWork::open(
    Instance& instance,
    Watchdog& watchdog,
    StatementSources& sources,
    DistinctFiles& distinct,
    std::int64_t number,
    const WorkOptions& options,
    std::string extension_file
) {
    std::unique_ptr<DuckdbWork> work(new DuckdbWork(
        instance, watchdog, sources, distinct, "work_" + std::to_string(number), options
    ));
    work->extension_file_ = std::move(extension_file);
    auto connection = TRY(instance.connect());
    TRY(connection->run("ATTACH ':memory:' AS " + work->database_));
    work->connection_ = std::move(connection);
    TRY(work->connection_->run("SET search_path = " + quote_literal(work->search_path())));
    return work;
}

DuckdbWork::~DuckdbWork() {
    if (!connection_) return;
    connection_.reset();
    const auto cleaner = instance_.connect();
    const Result<void> gone =
        cleaner.ok() ? (*cleaner)->run("DETACH " + database_) : Result<void>(cleaner.error());
    if (!gone.ok())
        log::warn("a work's tables were not freed", {{"reason", gone.error().describe()}});
}

std::string DuckdbWork::full_name(const catalog::TableName& name) const {
    return database_ + "." + quote_name(name.schema) + "." + quote_name(name.table);
}

// Bare names are looked for in every schema of this work, and functions besides among the
// instance's own (duckdb_macros.h).
std::string DuckdbWork::search_path() const {
    std::string path = database_ + ".main";
    for (const std::string& schema : names_.schemas())
        path += "," + database_ + "." + quote_name(schema);
    return path + ",memory.main";
}

QueryPlace DuckdbWork::place(bool gated) const {
    return {instance_, watchdog_, names_, search_path(), gated, nullptr};
}

QueryRequest DuckdbWork::request(const std::string& sql) const {
    QueryRequest request;
    request.sql = sql;
    request.timeout_us = options_.timeout_us;
    request.cancelled = options_.cancelled;
    return request;
}

Error DuckdbWork::failure(Error error) const {
    if (error.code() != ErrorCode::Cancelled) return error;
    const bool asked = interrupted_ || (options_.cancelled != nullptr && *options_.cancelled);
    if (asked) return Error(ErrorCode::Cancelled, "it was cancelled");
    return Error(
        ErrorCode::DeadlineExceeded,
        "it took longer than " + format_duration_us(options_.timeout_us)
    );
}

Result<ResultHandle> DuckdbWork::run(const std::string& sql) {
    if (interrupted_) return failure(Error(ErrorCode::Cancelled, ""));
    const auto guard =
        watchdog_.watch(options_.timeout_us, options_.cancelled, [raw = connection_->raw()] {
            duckdb_interrupt(raw);
        });
    auto result = connection_->run_long(sql);
    if (!result.ok()) return failure(std::move(result).error());
    return result;
}

Result<void> DuckdbWork::make_room(const catalog::TableName& name) {
    TRY(names_.check(name.schema, name.table));
    names_.ensure(name.schema, name.table);
    TRY(connection_->run(
        "CREATE SCHEMA IF NOT EXISTS " + database_ + "." + quote_name(name.schema) + ";" +
        "SET search_path = " + quote_literal(search_path())
    ));
    // What there was may be of the other kind, which IF EXISTS does not forgive.
    const Result<void> table = connection_->run("DROP TABLE IF EXISTS " + full_name(name));
    if (table.ok()) return {};
    return connection_->run("DROP VIEW IF EXISTS " + full_name(name));
}

// Nothing: their columns are no whole numbers, or they lie too far apart in the files.
Result<std::optional<bool>> DuckdbWork::whole_keys_differ(
    const std::string& rows, const std::vector<std::string>& key
) {
    std::string names;
    std::string numbers;
    for (const std::string& column : key) {
        const std::string comma = names.empty() ? "" : ", ";
        names += comma + quote_name(column);
        numbers += comma + "CAST(" + quote_name(column) + " AS BIGINT) AS " + quote_name(column);
    }
    const std::string from = " FROM (" + rows + ")";
    constexpr std::array<std::string_view, 4> types{"TINYINT", "SMALLINT", "INTEGER", "BIGINT"};
    for (const ResultColumn& column : TRY(columns("SELECT " + names + from))) {
        if (std::ranges::find(types, column.type) == types.end()) return std::optional<bool>();
    }
    const auto keys = TRY(read_integers("SELECT " + numbers + from));
    return differ_in_one_pass(*keys, key.size());
}

Result<bool> DuckdbWork::keys_differ(const std::string& rows, const std::vector<std::string>& key) {
    if (const auto told = TRY(whole_keys_differ(rows, key))) return *told;
    const auto counted = TRY(read_integers("SELECT count(*) FROM (" + rows + ")"));
    IntegerChunk chunk;
    TRY(counted->next(chunk));
    return all_different(
        *chunk.columns.front().values,
        [&](const TakeHashes& take) -> Result<void> {
            const auto hashes = TRY(read_integers(key_hashes_sql(rows, key)));
            IntegerChunk some;
            while (TRY(hashes->next(some))) take(some.columns.front().values, some.rows);
            return {};
        }
    );
}

// The keys that are there twice are looked for once, and not in each statement that reads the view.
Result<std::string> DuckdbWork::read_keyed(const catalog::TableFiles& table) {
    std::string rows = TRY(read_all_rows_sql(table));
    if (distinct_.contains(table)) return rows;
    if (TRY(keys_differ(rows, table.key))) {
        distinct_.add(table);
        return rows;
    }
    const std::string repeated =
        database_ + ".main.repeated_keys_" + std::to_string(keyed_tables_++);
    auto found = TRY(run("CREATE TABLE " + repeated + " AS " + repeated_keys_sql(rows, table.key)));
    if (duckdb_value_int64(found.get(), 0, 0) > 0) return read_latest_sql(table, repeated);
    distinct_.add(table);
    TRY(connection_->run("DROP TABLE " + repeated));
    return rows;
}

Result<std::string> DuckdbWork::read_in_parts(const catalog::TableFiles& table) {
    auto source =
        TRY(make_parts_source(instance_, extension_file_, std::make_shared<const ManyFiles>(table))
        );
    parts_.push_back(std::make_unique<StatementSources::Use>(sources_, std::move(source)));
    return "SELECT * FROM " + parts_.back()->sql();
}

Result<void> DuckdbWork::add_table(const catalog::TableFiles& table) {
    const bool keyed = !table.key.empty() && !table.files.empty();
    const bool in_parts = table.files.size() > listed_files_max_ && fits_parts(table);
    const std::string sql =
        TRY(in_parts ? read_in_parts(table)
            : keyed  ? read_keyed(table)
                     : read_all_rows_sql(table));
    if (!in_parts && has_sheets(table))
        TRY(connection_->run("LOAD " + quote_literal(extension_file_)));
    TRY(make_room(table.name));
    auto created = connection_->run("CREATE VIEW " + full_name(table.name) + " AS " + sql);
    if (!created.ok()) return std::move(created).error().in("table " + table.name.text());
    return {};
}

Result<void> DuckdbWork::add_view(const catalog::TableName& name, const std::string& sql) {
    TRY(UserQuery::describe(place(true), sql));
    TRY(make_room(name));
    return connection_->run("CREATE VIEW " + full_name(name) + " AS " + sql);
}

Result<std::int64_t> DuckdbWork::add_result(
    const catalog::TableName& name, const std::string& sql
) {
    TRY(make_room(name));
    ResultHandle result = TRY(run("CREATE TABLE " + full_name(name) + " AS " + sql));
    return duckdb_value_int64(result.get(), 0, 0);
}

Result<std::vector<ResultColumn>> DuckdbWork::columns(const std::string& sql) {
    UserQuery::Shape shape = TRY(UserQuery::shape(place(false), sql));
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
        if (shape.wide_integers[i]) shape.columns[i].type = "BIGINT";
    }
    return std::move(shape.columns);
}

Result<std::unique_ptr<QueryResult>> DuckdbWork::query(const std::string& sql) {
    if (interrupted_) return failure(Error(ErrorCode::Cancelled, ""));
    return std::unique_ptr<QueryResult>(TRY(UserQuery::start(place(false), request(sql))));
}

Result<TextRows> DuckdbWork::rows(const std::string& sql, std::int64_t rows_max) {
    if (interrupted_) return failure(Error(ErrorCode::Cancelled, ""));
    QueryRequest asked = request(sql);
    asked.rows_max = rows_max;
    const std::unique_ptr<UserQuery> query = TRY(UserQuery::start(place(false), asked));
    TextRows answer;
    answer.columns = query->columns();
    TRY(query->append_text(answer.rows));
    return answer;
}

// Sums of integers are 128 bits wide, which Parquet does not have; other engines give BIGINT.
Result<std::string> DuckdbWork::projection(const std::string& sql) {
    std::string list;
    const UserQuery::Shape shape = TRY(UserQuery::shape(place(false), sql));
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
        const std::string name = quote_name(shape.columns[i].name);
        if (!list.empty()) list += ", ";
        list += shape.wide_integers[i] ? "CAST(" + name + " AS BIGINT) AS " + name : name;
    }
    return "SELECT " + list + " FROM (" + sql + "\n)";
}

Result<std::vector<WrittenFile>> DuckdbWork::write(
    const std::string& sql, const WriteOptions& options
) {
    const std::vector<ResultColumn> shape = TRY(columns(sql));
    const std::string rows_sql = TRY(projection(sql));
    const std::string statement = TRY(copy_sql(rows_sql, shape, options));
    if (options.kind == FileKind::Csv && options.compression.empty()) {
        const auto all = TRY(query(rows_sql));
        return std::vector<WrittenFile> {
            TRY(write_csv(*all, options.path, options.header))
        };
    }
    if (options.kind == FileKind::Xlsx)
        TRY(connection_->run("LOAD " + quote_literal(extension_file_)));
    auto result = run(statement);
    if (!result.ok()) return workbook_failure(std::move(result).error());
    std::vector<WrittenFile> written = TRY(read_copy_result(*result, options));
    TRY(read_long_partitions(
        written,
        [this](const std::string& query) -> Result<std::vector<std::optional<std::string>>> {
            TextRows answer = TRY(rows(query, 1));
            if (answer.rows.empty()) return std::vector<std::optional<std::string>>();
            return std::move(answer.rows.front());
        }
    ));
    return written;
}

Result<std::optional<OrderedRead>> DuckdbWork::ordered_read(const std::string& sql) {
    return engine::ordered_read(*connection_, sql);
}

double DuckdbWork::progress_percent() {
    return duckdb_query_progress(connection_->raw()).percentage;
}

std::uint64_t DuckdbWork::memory_bytes() {
    const auto connection = instance_.connect();
    if (!connection.ok()) return 0;
    const auto bytes =
        (*connection)
            ->run_integer(
                "SELECT CAST(coalesce(sum(memory_usage_bytes), 0) AS BIGINT) FROM duckdb_memory()"
            );
    return bytes.ok() ? static_cast<std::uint64_t>(*bytes) : 0;
}

void DuckdbWork::interrupt() {
    interrupted_ = true;
    duckdb_interrupt(connection_->raw());
}

}  // namespace tradewind::engine
