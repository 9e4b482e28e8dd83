#include "engine/duckdb_row_table.h"

#include <algorithm>
#include <utility>

#include "engine/duckdb_rows.h"

namespace tradewind::engine {

Error retry_when_out_of_memory(Error error) {
    if (error.code() != ErrorCode::ResourceExhausted) return error;
    return Error(ErrorCode::Unavailable, "the SQL engine has no memory for more rows now")
        .with_detail(error.message());
}

RowTable::RowTable(
    Connection& connection, std::string schema, std::string name, std::vector<ColumnSpec> columns
)
    : connection_(connection),
      schema_(std::move(schema)),
      name_(std::move(name)),
      columns_(std::move(columns)),
      chunk_(make_chunk(columns_)) {}

std::string RowTable::sql_name() const {
    return quote_name(schema_) + "." + quote_name(name_);
}

Result<void> RowTable::open_appender() {
    if (appender_) return {};
    if (duckdb_appender_create(
            connection_.raw(), schema_.c_str(), name_.c_str(), appender_.out()
        ) == DuckDBSuccess)
        return {};
    Error error = error_from(DUCKDB_ERROR_INVALID, duckdb_appender_error(appender_.get()));
    appender_.reset();
    return error;
}

namespace {

Error appender_failure(duckdb_appender appender) {
    const duckdb_error_data data = duckdb_appender_error_data(appender);
    Error error = error_from(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
    duckdb_error_data owned = data;
    duckdb_destroy_error_data(&owned);
    return error;
}

}  // namespace

Result<void> RowTable::append_rows(const RowBatch& rows) {
    for (std::size_t begin = 0; begin < rows.row_count(); begin += duckdb_vector_size()) {
        const std::size_t count =
            std::min<std::size_t>(duckdb_vector_size(), rows.row_count() - begin);
        duckdb_data_chunk_reset(chunk_.get());
        TRY(fill_chunk(chunk_.get(), rows, begin, count));
        if (duckdb_append_data_chunk(appender_.get(), chunk_.get()) != DuckDBSuccess) {
            return appender_failure(appender_.get());
        }
    }
    return {};
}

Result<void> RowTable::append_all(const std::vector<const RowBatch*>& batches) {
    TRY(open_appender());
    for (const RowBatch* rows : batches) TRY(append_rows(*rows));
    if (duckdb_appender_flush(appender_.get()) != DuckDBSuccess)
        return appender_failure(appender_.get());
    return {};
}

Result<void> RowTable::check(const std::vector<const RowBatch*>& batches) const {
    for (const RowBatch* rows : batches) {
        if (rows->column_count() + provenance_columns().size() != columns_.size())
            return Error(ErrorCode::InvalidArgument, "the rows have other columns than the table");
    }
    return {};
}

Result<std::int64_t> RowTable::append(const std::vector<const RowBatch*>& batches) {
    TRY(check(batches));
    std::int64_t count = 0;
    for (const RowBatch* rows : batches) count += static_cast<std::int64_t>(rows->row_count());
    if (count == 0) return count;
    TRY(connection_.run("BEGIN TRANSACTION"));
    Result<void> done = append_all(batches);
    if (done.ok()) done = connection_.run("COMMIT");
    if (done.ok()) {
        row_count_ += count;
        return count;
    }
    // What the appender still holds belongs to the transaction that is undone.
    appender_.reset();
    const Result<void> undone = connection_.run("ROLLBACK");
    static_cast<void>(undone.ok());  // a failed COMMIT has rolled back already
    return retry_when_out_of_memory(std::move(done).error());
}

}  // namespace tradewind::engine
