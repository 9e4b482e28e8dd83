#include "engine/duckdb_computed.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <utility>

#include "base/sql_text.h"
#include "engine/copy_files.h"
#include "engine/duckdb_work.h"
#include "engine/parquet_computed.h"

namespace tradewind::engine {

namespace {

class ComputedCursor : public SourceCursor {
public:
    ComputedCursor(std::vector<ComputedColumn> columns, ComputedRows& rows)
        : columns_(std::move(columns)), rows_(rows) {}

    Result<void> next(duckdb_data_chunk chunk) override {
        values_.clear();
        for (std::size_t i = 0; i < columns_.size(); ++i)
            values_.push_back(values_of(columns_[i], duckdb_data_chunk_get_vector(chunk, i)));
        duckdb_data_chunk_set_size(chunk, TRY(rows_.next(values_, duckdb_vector_size())));
        return {};
    }

private:
    static ComputedValues values_of(const ComputedColumn& column, duckdb_vector vector) {
        ComputedValues values;
        void* data = duckdb_vector_get_data(vector);
        if (column.real) {
            values.reals = static_cast<double*>(data);
        } else {
            values.integers = static_cast<std::int64_t*>(data);
        }
        if (!column.nullable) return values;
        duckdb_vector_ensure_validity_writable(vector);
        values.valid = duckdb_vector_get_validity(vector);
        std::fill_n(values.valid, duckdb_vector_size() / 64, ~std::uint64_t{0});
        return values;
    }

    const std::vector<ComputedColumn> columns_;
    ComputedRows& rows_;
    std::vector<ComputedValues> values_;
};

class ComputedSource : public TableSource {
public:
    ComputedSource(std::vector<ComputedColumn> columns, ComputedRows& rows)
        : columns_(std::move(columns)), rows_(rows) {}

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < columns_.size(); ++i) names.push_back("c" + std::to_string(i));
        return names;
    }
    std::vector<TypeHandle> types() const override {
        std::vector<TypeHandle> types;
        for (const ComputedColumn& column : columns_) {
            types.emplace_back(
                duckdb_create_logical_type(column.real ? DUCKDB_TYPE_DOUBLE : DUCKDB_TYPE_BIGINT)
            );
        }
        return types;
    }
    std::unique_ptr<SourceCursor> open() override {
        return std::make_unique<ComputedCursor>(columns_, rows_);
    }

private:
    const std::vector<ComputedColumn> columns_;
    ComputedRows& rows_;
};

class ChunkReader : public IntegerReader {
public:
    explicit ChunkReader(std::unique_ptr<UserQuery> query) : query_(std::move(query)) {}

    Result<bool> next(IntegerChunk& chunk) override {
        chunk_ = TRY(query_->next_chunk());
        chunk.rows = chunk_ ? duckdb_data_chunk_get_size(chunk_.get()) : 0;
        chunk.columns.clear();
        for (idx_t i = 0; chunk.rows > 0 && i < query_->columns().size(); ++i) {
            duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_.get(), i);
            chunk.columns.push_back(
                {static_cast<const std::int64_t*>(duckdb_vector_get_data(vector)),
                 duckdb_vector_get_validity(vector)}
            );
        }
        return chunk.rows > 0;
    }

private:
    std::unique_ptr<UserQuery> query_;
    ChunkHandle chunk_;
};

}  // namespace

std::shared_ptr<TableSource> computed_source(
    const std::vector<ComputedColumn>& columns, ComputedRows& rows
) {
    std::vector<ComputedColumn> asked;
    for (const ComputedColumn& column : columns) {
        if (!column.constant) asked.push_back(column);
    }
    return std::make_shared<ComputedSource>(std::move(asked), rows);
}

std::string computed_sql(const std::vector<ComputedColumn>& columns, const std::string& from) {
    std::string list;
    std::size_t next = 0;
    for (const ComputedColumn& column : columns) {
        const std::string value =
            column.constant ? quote_literal(*column.constant) : "c" + std::to_string(next++);
        list += (list.empty() ? "" : ", ") + ("CAST(" + value + " AS " + column.type + ") AS ") +
                quote_name(column.name);
    }
    return "SELECT " + list + " FROM " + from;
}

Result<std::unique_ptr<IntegerReader>> DuckdbWork::read_integers(const std::string& sql) {
    if (interrupted_) return failure(Error(ErrorCode::Cancelled, ""));
    auto query = TRY(UserQuery::start(place(false), request(sql)));
    // Doubles are as wide, and come as their bits.
    for (const ResultColumn& column : query->columns()) {
        if (column.type == "BIGINT" || column.type == "DOUBLE") continue;
        return Error(
            ErrorCode::InvalidArgument,
            "column " + column.name + " is a " + column.type + ", neither BIGINT nor DOUBLE"
        );
    }
    return std::unique_ptr<IntegerReader>(std::make_unique<ChunkReader>(std::move(query)));
}

// On a connection of its own: the engine runs one statement at a time on each.
Result<WrittenFile> DuckdbWork::write_one(
    const std::vector<ComputedColumn>& columns, ComputedFile& file
) {
    if (interrupted_) return failure(Error(ErrorCode::Cancelled, ""));
    if (plain_columns(columns)) return write_plain(columns, file);
    const StatementSources::Use use(sources_, computed_source(columns, *file.rows));
    std::vector<ResultColumn> shape;
    std::set<std::string> constants;
    for (const ComputedColumn& column : columns) {
        shape.push_back({column.name, column.type});
        if (column.constant) constants.insert(column.name);
    }
    WriteOptions options;
    options.path = file.path;
    const std::string sql =
        TRY(copy_sql(computed_sql(columns, use.sql()), shape, options, constants));
    const auto connection = TRY(instance_.connect());
    const auto guard =
        watchdog_.watch(options_.timeout_us, options_.cancelled, [raw = connection->raw()] {
            duckdb_interrupt(raw);
        });
    auto result = connection->run_long(sql);
    if (!result.ok()) return failure(std::move(result).error());
    std::vector<WrittenFile> written = TRY(read_copy_result(*result, options));
    CHECK(written.size() == 1);
    return std::move(written.front());
}

Result<WrittenFile> DuckdbWork::write_plain(
    const std::vector<ComputedColumn>& columns, ComputedFile& file
) {
    std::atomic<bool> stop = false;
    const auto guard =
        watchdog_.watch(options_.timeout_us, options_.cancelled, [&stop] { stop = true; });
    auto written = write_plain_file(columns, file, [&] { return stop || interrupted_; });
    if (!written.ok()) return failure(std::move(written).error());
    return written;
}

Result<std::vector<WrittenFile>> DuckdbWork::write_computed(
    const std::vector<ComputedColumn>& columns, std::vector<ComputedFile> files, int at_once
) {
    std::vector<WrittenFile> written(files.size());
    std::vector<Result<void>> done(files.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size() && !failed; i = next++) {
            auto one = write_one(columns, files[i]);
            if (one.ok()) {
                written[i] = std::move(one).take();
            } else {
                done[i] = std::move(one).error();
                failed = true;
            }
            files[i].rows.reset();
        }
    };
    std::vector<std::thread> others;
    const std::size_t threads =
        std::min(files.size(), static_cast<std::size_t>(std::max(at_once, 1)));
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    for (Result<void>& one : done) TRY(std::move(one));
    return written;
}

}  // namespace tradewind::engine
