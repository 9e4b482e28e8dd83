#include "engine/duckdb_query.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "engine/sql_narrow.h"
#include "engine/sql_parse.h"
#include "engine/value_text.h"

namespace tradewind::engine {

namespace {

// Statements reach no file but those of the tables: one that cannot be read is our damage, not a
// fault of the statement. The engine tells it by words only.
Error damage_or(Error error) {
    constexpr std::array<std::string_view, 6> signs{
        "no magic bytes found at end of file",
        "no files found that match the pattern",
        "could not read enough bytes from file",
        "failed to read file",
        "TProtocolException",
        "cannot open file"
    };
    for (const std::string_view sign : signs) {
        if (!error.message().starts_with(sign)) continue;
        return Error(ErrorCode::Corruption, "a file of a table cannot be read")
            .with_detail(error.message() + ".")
            .with_hint(
                "`tradewind verify` sets damaged files aside and says which rows are missing."
            );
    }
    return error;
}

}  // namespace

std::string csv_header(const std::vector<ResultColumn>& columns) {
    std::string line;
    for (const ResultColumn& column : columns) {
        if (!line.empty()) line.push_back(',');
        append_csv_text(line, column.name);
    }
    line.push_back('\n');
    return line;
}

Result<std::unique_ptr<UserQuery>> UserQuery::start(
    const QueryPlace& place, const QueryRequest& request
) {
    if (request.timeout_us <= 0)
        return Error(ErrorCode::InvalidArgument, "the time limit of a query must be positive");
    if (request.rows_max && *request.rows_max < 0) {
        return Error(ErrorCode::InvalidArgument, "the row limit of a query cannot be negative");
    }
    std::unique_ptr<UserQuery> query(new UserQuery());
    query->timeout_us_ = request.timeout_us;
    query->cancelled_ = request.cancelled;
    query->rows_left_ = request.rows_max.value_or(INT64_MAX);
    PreparedHandle prepared = TRY(query->prepare(place, request.sql));
    // Planning cannot be interrupted: whoever went meanwhile is noticed here.
    if (query->gone()) return query->failure(Error(ErrorCode::Cancelled, ""));
    query->guard_ = place.watchdog.watch(
        request.timeout_us,
        request.cancelled,
        [raw = query->connection_->raw()] { duckdb_interrupt(raw); }
    );
    TRY(query->run(std::move(prepared)));
    return query;
}

Result<std::vector<ResultColumn>> UserQuery::describe(
    const QueryPlace& place, const std::string& sql
) {
    return TRY(shape(place, sql))
    .columns;
}

Result<UserQuery::Shape> UserQuery::shape(const QueryPlace& place, const std::string& sql) {
    UserQuery query;
    const PreparedHandle prepared = TRY(query.prepare(place, sql));
    Shape shape;
    for (idx_t i = 0; i < duckdb_prepared_statement_column_count(prepared.get()); ++i) {
        const TypeHandle type(duckdb_prepared_statement_column_logical_type(prepared.get(), i));
        const char* name = duckdb_prepared_statement_column_name(prepared.get(), i);
        shape.columns.push_back({
            name, TRY(ColumnText::make(type.get()))
            .portable_type()
        });
        const duckdb_type id = duckdb_get_type_id(type.get());
        shape.wide_integers.push_back(id == DUCKDB_TYPE_HUGEINT || id == DUCKDB_TYPE_UHUGEINT);
        duckdb_free(const_cast<char*>(name));
    }
    return shape;
}

// The gate. The statement is only parsed here: nothing of it is bound before it has passed.
Result<std::string> UserQuery::check(const QueryPlace& place, const std::string& sql) {
    TRY(check_sql_text(sql));
    const std::string tree = TRY(tree_of(*connection_, sql));
    TRY(check_sql_tree(tree, sql, place.tables));
    PinnedStatement pinned = TRY(pin_versions(*connection_, tree, sql, place.versions));
    holds_ = std::move(pinned.holds);
    if (place.versions == nullptr || place.versions->files.schemas_of_many().empty())
        return pinned.sql;
    NarrowedStatement narrowed =
        TRY(narrow_partitions(*connection_, pinned.sql, place.versions->files));
    holds_.insert(holds_.end(), narrowed.holds.begin(), narrowed.holds.end());
    return narrowed.sql;
}

Result<PreparedHandle> UserQuery::prepare(const QueryPlace& place, const std::string& sql) {
    connection_ = TRY(place.instance.connect());
    const auto explained = place.gated ? split_explain(sql) : std::nullopt;
    std::string checked = sql;
    if (place.gated) checked = TRY(check(place, explained ? explained->select : sql));
    if (!place.search_path.empty())
        TRY(connection_->run("SET search_path = " + quote_literal(place.search_path)));
    TRY(connection_->run("BEGIN TRANSACTION READ ONLY"));
    if (!explained) return plan(checked, DUCKDB_STATEMENT_TYPE_SELECT);
    const bool same = checked == explained->select;
    return plan(same ? explained->whole : "EXPLAIN " + checked, DUCKDB_STATEMENT_TYPE_EXPLAIN);
}

Result<PreparedHandle> UserQuery::plan(const std::string& sql, duckdb_statement_type expected) {
    ExtractedHandle statements;
    const idx_t count =
        duckdb_extract_statements(connection_->raw(), sql.c_str(), statements.out());
    if (count != 1) {
        const char* problem = duckdb_extract_statements_error(statements.get());
        return problem != nullptr
                   ? error_from(DUCKDB_ERROR_PARSER, problem)
                   : Error(ErrorCode::InvalidArgument, "exactly one statement is allowed");
    }
    PreparedHandle prepared;
    if (duckdb_prepare_extracted_statement(
            connection_->raw(), statements.get(), 0, prepared.out()
        ) != DuckDBSuccess) {
        return damage_or(error_from(DUCKDB_ERROR_BINDER, duckdb_prepare_error(prepared.get())));
    }
    if (duckdb_prepared_statement_type(prepared.get()) != expected) {
        return Error(ErrorCode::InvalidArgument, "only SELECT statements are allowed");
    }
    return prepared;
}

Result<void> UserQuery::run(PreparedHandle prepared) {
    PendingHandle pending;
    if (duckdb_pending_prepared_streaming(prepared.get(), pending.out()) != DuckDBSuccess) {
        return failure(error_from(DUCKDB_ERROR_INVALID_INPUT, duckdb_pending_error(pending.get())));
    }
    auto result = execute(std::move(pending));
    if (!result.ok()) return failure(std::move(result).error());
    result_ = std::move(result).take();
    TRY(describe_columns());
    return fetch();
}

Result<void> UserQuery::describe_columns() {
    const idx_t count = duckdb_column_count(result_.get());
    for (idx_t i = 0; i < count; ++i) {
        const TypeHandle type(duckdb_column_logical_type(result_.get(), i));
        const std::string name = duckdb_column_name(result_.get(), i);
        auto text = ColumnText::make(type.get());
        if (!text.ok()) return std::move(text).error().in("column " + name);
        columns_.push_back({name, text->portable_type()});
        texts_.push_back(std::move(text).take());
        std::string key;
        append_json_text(key, name);
        json_keys_.push_back(key + ":");
    }
    return {};
}

// The next chunk that has rows; none at the end.
Result<void> UserQuery::fetch() {
    chunk_ = ChunkHandle(duckdb_fetch_chunk(*result_.get()));
    if (!chunk_) {
        const char* problem = duckdb_result_error(result_.get());
        if (problem != nullptr && *problem != '\0') return failure(error_from(result_.get()));
        return {};
    }
    const idx_t size = duckdb_data_chunk_get_size(chunk_.get());
    if (size == 0) chunk_.reset();
    return {};
}

// Which of the reasons to be interrupted it was, and what a limit means to who asked; other errors
// stay as they are.
Error UserQuery::failure(Error error) const {
    if (error.code() == ErrorCode::ResourceExhausted) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "the query needs more memory or temporary space than queries may have"
        )
            .with_detail(error.message() + ".")
            .with_hint("Ask for less at a time: filter earlier, or group more coarsely.");
    }
    if (error.code() != ErrorCode::Cancelled) return damage_or(std::move(error));
    if (gone()) return Error(ErrorCode::Cancelled, "the query was cancelled");
    return Error(
               ErrorCode::DeadlineExceeded,
               "the query took longer than " + format_duration_us(timeout_us_)
    )
        .with_hint("Ask for less, or for more time.");
}

void UserQuery::interrupt() {
    interrupted_ = true;
    duckdb_interrupt(connection_->raw());
}

Result<ChunkHandle> UserQuery::next_chunk() {
    if (!chunk_) return ChunkHandle();
    const auto size = static_cast<std::int64_t>(duckdb_data_chunk_get_size(chunk_.get()));
    if (size > rows_left_) {
        truncated_ = true;
        if (rows_left_ == 0) {
            chunk_.reset();
            return ChunkHandle();
        }
        duckdb_data_chunk_set_size(chunk_.get(), static_cast<idx_t>(rows_left_));
    }
    rows_left_ -= std::min(size, rows_left_);
    ChunkHandle chunk = std::move(chunk_);
    if (!truncated_) TRY(fetch());
    return chunk;
}

std::vector<TypeHandle> UserQuery::logical_types() {
    std::vector<TypeHandle> types;
    for (idx_t i = 0; i < columns_.size(); ++i)
        types.emplace_back(duckdb_column_logical_type(result_.get(), i));
    return types;
}

// As JSON.
void UserQuery::append_row(ResultFormat format, idx_t row, std::string& out) const {
    out.push_back(format == ResultFormat::Ndjson ? '{' : '[');
    for (std::size_t i = 0; i < texts_.size(); ++i) {
        if (i > 0) out.push_back(',');
        if (format == ResultFormat::Ndjson) out += json_keys_[i];
        texts_[i].append(out, row, TextStyle::Json);
    }
    out.push_back(format == ResultFormat::Ndjson ? '}' : ']');
    if (format != ResultFormat::JsonRows) out.push_back('\n');
}

Result<void> UserQuery::append_text(std::vector<std::vector<std::optional<std::string>>>& rows) {
    while (const ChunkHandle chunk = TRY(next_chunk())) {
        for (std::size_t i = 0; i < texts_.size(); ++i)
            texts_[i].bind(duckdb_data_chunk_get_vector(chunk.get(), i));
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            auto& cells = rows.emplace_back(texts_.size());
            for (std::size_t i = 0; i < texts_.size(); ++i) {
                if (texts_[i].null(row)) continue;
                texts_[i].append_raw(cells[i].emplace(), row);
            }
        }
    }
    return {};
}

Result<void> UserQuery::begin_arrow(std::string& out) {
    std::vector<std::string> names;
    for (const ResultColumn& column : columns_) names.push_back(column.name);
    arrow_ = TRY(ArrowStream::begin(result_.get(), logical_types(), names));
    return arrow_->append_schema(out);
}

Result<std::int64_t> UserQuery::append_arrow(std::string& out) {
    if (arrow_ == nullptr) TRY(begin_arrow(out));
    const ChunkHandle chunk = TRY(next_chunk());
    if (!chunk) {
        TRY(arrow_->append_end(out));
        return std::int64_t{0};
    }
    TRY(arrow_->append_batch(chunk.get(), out));
    return static_cast<std::int64_t>(duckdb_data_chunk_get_size(chunk.get()));
}

Result<std::int64_t> UserQuery::append_rows(ResultFormat format, std::string& out) {
    if (format == ResultFormat::Arrow) return append_arrow(out);
    const ChunkHandle chunk = TRY(next_chunk());
    if (!chunk) return std::int64_t{0};
    for (std::size_t i = 0; i < texts_.size(); ++i)
        texts_[i].bind(duckdb_data_chunk_get_vector(chunk.get(), i));
    const idx_t size = duckdb_data_chunk_get_size(chunk.get());
    if (format == ResultFormat::Csv) csv_.append(texts_, size, out);
    for (idx_t row = 0; row < size && format != ResultFormat::Csv; ++row) {
        if (format == ResultFormat::JsonRows && any_rows_) out.push_back(',');
        any_rows_ = true;
        append_row(format, row, out);
    }
    return static_cast<std::int64_t>(size);
}

}  // namespace tradewind::engine
