#include "engine/duckdb_row_file.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "engine/duckdb_parquet_write.h"
#include "engine/duckdb_result_source.h"
#include "engine/duckdb_rows.h"

namespace tradewind::engine {

DuckdbRowFileWriter::DuckdbRowFileWriter(
    std::atomic<std::int64_t>& next_part, const std::vector<ColumnSpec>& columns
)
    : next_part_(next_part), columns_(with_provenance(columns)) {}

Result<std::unique_ptr<RowFileWriter>> DuckdbRowFileWriter::create(
    Instance& work, std::atomic<std::int64_t>& next_part, const std::vector<ColumnSpec>& columns
) {
    TRY(check_columns(columns));
    std::unique_ptr<DuckdbRowFileWriter> writer(new DuckdbRowFileWriter(next_part, columns));
    writer->connection_ = TRY(work.connect());
    return std::unique_ptr<RowFileWriter>(std::move(writer));
}

DuckdbRowFileWriter::~DuckdbRowFileWriter() {
    const Result<void> dropped = drop_table();
    if (!dropped.ok())
        log::warn("rows for a file could not be dropped", {{"reason", dropped.error().describe()}});
}

Result<void> DuckdbRowFileWriter::drop_table() {
    if (!table_) return {};
    const std::string name = table_->sql_name();
    table_.reset();
    return connection_->run("DROP TABLE " + name);
}

Result<void> DuckdbRowFileWriter::append(const RowBatch& rows) {
    if (!table_) {
        const std::string name = "rows_" + std::to_string(next_part_++);
        TRY(connection_->run(
            "CREATE TABLE main." + quote_name(name) + " (" + column_definitions(columns_) + ")"
        ));
        table_ = std::make_unique<RowTable>(*connection_, "main", name, columns_);
    }
    TRY(table_->append({&rows}));
    return {};
}

Result<void> DuckdbRowFileWriter::write(const std::string& path) {
    if (row_count() == 0) return Error(ErrorCode::InvalidArgument, "there are no rows to write");
    table_->close();
    auto written = write_parquet(*connection_, table_->sql_name(), columns_, path);
    if (!written.ok()) return retry_when_out_of_memory(std::move(written).error());
    CHECK(*written == row_count());
    return drop_table();
}

namespace {

class ParquetRowReader : public RowFileReader {
public:
    ParquetRowReader(std::shared_ptr<ResultSource> source, OriginId origin, std::size_t batch_rows)
        : source_(std::move(source)), origin_(origin), batch_rows_(batch_rows) {}

    Result<bool> next(RowBatch& rows) override {
        rows.clear();
        rows.origin = origin_;
        while (rows.row_count() < batch_rows_) {
            if (at_ == size_) TRY(fetch());
            if (size_ == 0) break;
            const std::size_t count = std::min(size_ - at_, batch_rows_ - rows.row_count());
            read_chunk(chunk_.get(), at_, count, rows);
            at_ += count;
        }
        return rows.row_count() > 0;
    }

private:
    Result<void> fetch() {
        chunk_ = TRY(source_->next_chunk());
        at_ = 0;
        size_ = chunk_ ? duckdb_data_chunk_get_size(chunk_.get()) : 0;
        return {};
    }

    std::shared_ptr<ResultSource> source_;
    OriginId origin_;
    std::size_t batch_rows_;
    ChunkHandle chunk_;
    std::size_t at_ = 0;
    std::size_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowFileReader>> open_row_file(
    Instance& work,
    const std::string& path,
    const std::vector<ColumnSpec>& columns,
    OriginId origin,
    std::size_t batch_rows
) {
    TRY(check_columns(columns));
    if (batch_rows == 0)
        return Error(ErrorCode::InvalidArgument, "a batch must hold at least one row");
    const std::vector<ColumnSpec> all = with_provenance(columns);
    const std::string select =
        "SELECT " + column_names(all) + " FROM " + read_parquet_sql({path}, all);
    auto source = TRY(ResultSource::run(TRY(work.connect()), select));
    return std::unique_ptr<RowFileReader>(
        std::make_unique<ParquetRowReader>(std::move(source), origin, batch_rows)
    );
}

}  // namespace tradewind::engine
