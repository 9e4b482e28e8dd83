// Rows collected in memory and written as one Parquet file, and read back.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_instance.h"
#include "engine/duckdb_row_table.h"
#include "engine/engine.h"

namespace tradewind::engine {

class DuckdbRowFileWriter : public RowFileWriter {
public:
    static Result<std::unique_ptr<RowFileWriter>> create(
        Instance& work, std::atomic<std::int64_t>& next_part, const std::vector<ColumnSpec>& columns
    );
    ~DuckdbRowFileWriter() override;

    Result<void> append(const RowBatch& rows) override;
    std::int64_t row_count() const override { return table_ ? table_->row_count() : 0; }
    Result<void> write(const std::string& path) override;

private:
    DuckdbRowFileWriter(
        std::atomic<std::int64_t>& next_part, const std::vector<ColumnSpec>& columns
    );
    Result<void> drop_table();

    std::atomic<std::int64_t>& next_part_;
    std::vector<ColumnSpec> columns_;  // with provenance
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<RowTable> table_;
};

Result<std::unique_ptr<RowFileReader>> open_row_file(
    Instance& work,
    const std::string& path,
    const std::vector<ColumnSpec>& columns,
    OriginId origin,
    std::size_t batch_rows
);

}  // namespace tradewind::engine
