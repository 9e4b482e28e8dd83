#include "engine/duckdb_row_file.h"

#include <algorithm>
#include <utility>

#include "engine/duckdb_parquet_write.h"
#include "engine/duckdb_result_source.h"
#include "engine/duckdb_rows.h"

namespace tradewind::engine {

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
