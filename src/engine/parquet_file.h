// Rows into a Parquet file: row groups one after another, then the footer. Field ids by column
// name, zstd.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/row_batch.h"
#include "engine/parquet_chunk.h"

namespace tradewind::engine {

// One thread. The same rows give the same bytes when they are handed over in the same pieces; a
// group that ends for its size ends where a piece does.
class ParquetFile {
public:
    // A row group has so many rows, unless they are large or the last.
    static constexpr std::size_t group_rows = 122'880;
    static constexpr std::size_t group_bytes = 32u << 20;

    explicit ParquetFile(std::vector<ColumnSpec> columns);

    const std::vector<ColumnSpec>& columns() const { return columns_; }
    std::int64_t row_count() const { return row_count_; }
    // Of the row group that is being collected.
    ParquetValues& values(std::size_t column) { return values_[column]; }
    // So many further rows fit into it.
    std::size_t room() const { return group_rows - values_.front().rows(); }
    // To be called after rows were added to all columns: writes the row group once it is full.
    void added(std::size_t rows);
    // Writes the rest and the footer. Once.
    void finish();
    // What was written and not taken yet.
    std::string& out() { return out_; }
    // What it holds in memory.
    std::size_t bytes() const;
    // Some of out() was taken.
    void took() {
        taken_ += out_.size();
        out_.clear();
    }
    std::uint64_t size() const { return taken_ + out_.size(); }

private:
    struct Group {
        std::uint64_t begin = 0;
        std::size_t rows = 0;
        std::vector<ParquetChunk> chunks;
    };
    void write_group();
    std::string footer() const;

    std::vector<ColumnSpec> columns_;
    std::vector<ParquetValues> values_;
    ParquetPages pages_;
    std::vector<Group> groups_;
    std::int64_t row_count_ = 0;
    std::string out_;
    std::uint64_t taken_ = 0;
};

}  // namespace tradewind::engine
