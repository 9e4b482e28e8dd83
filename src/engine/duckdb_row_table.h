// A table in memory that takes whole RowBatches: a live table's hot part, and what a file is
// written from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

// One thread.
class RowTable {
public:
    // The table (`schema`.`name`, columns with provenance) must exist.
    RowTable(
        Connection& connection,
        std::string schema,
        std::string name,
        std::vector<ColumnSpec> columns
    );

    // All rows or none; how many. Unavailable: no memory now.
    Result<std::int64_t> append(const std::vector<const RowBatch*>& batches);
    // No more appends: lets go of the table, so that it can be dropped.
    void close() { appender_.reset(); }
    std::int64_t row_count() const { return row_count_; }
    std::string sql_name() const;

private:
    Result<void> check(const std::vector<const RowBatch*>& batches) const;
    Result<void> append_all(const std::vector<const RowBatch*>& batches);
    Result<void> append_rows(const RowBatch& rows);
    Result<void> open_appender();

    Connection& connection_;
    std::string schema_;
    std::string name_;
    std::vector<ColumnSpec> columns_;  // with provenance
    ChunkHandle chunk_;
    AppenderHandle appender_;
    std::int64_t row_count_ = 0;
};

// A failed append or write: out of memory passes, so the caller tries again.
Error retry_when_out_of_memory(Error error);

}  // namespace tradewind::engine
