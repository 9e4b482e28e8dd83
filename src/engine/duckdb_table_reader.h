// A FileReader over the rows of a streaming statement.
#pragma once

#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/csv_scan.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_text.h"
#include "engine/engine.h"
#include "engine/sheet_cells.h"

namespace tradewind::engine {

struct TableReaderOptions {
    FileKind kind = FileKind::Parquet;
    std::size_t chunk_rows = 8192;
    std::uint64_t bytes_total = 0;
    // The first row holds the names (when it looks like that), any cell may be a floating-point
    // number, and rows without any cell do not count.
    bool sheet = false;
    UnusualCells unusual = {};  // of a sheet
};

// Of a sheet without any cell, which the reader of workbooks takes for an error.
bool is_empty_sheet(const Error& error);

class TableReader : public FileReader {
public:
    // The instance is the reader's own; the statement's columns are text for a sheet, any type
    // else.
    static Result<std::unique_ptr<FileReader>> open(
        std::unique_ptr<Instance> instance, const std::string& sql, TableReaderOptions options
    );

    const FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }
    Result<bool> next(RowChunk& chunk) override;
    std::uint64_t bytes_read() const override;
    std::uint64_t bytes_total() const override { return options_.bytes_total; }
    std::string original_as_json(const RowChunk& chunk, const FileRow& row) const override;

private:
    // What the views of a chunk point into.
    struct Memory {
        std::deque<ChunkHandle> chunks;
        CellArena arena;

        std::string_view keep(std::string_view text) {
            char* room = arena.allocate(text.size());
            std::memcpy(room, text.data(), text.size());
            return {room, text.size()};
        }
    };

    explicit TableReader(TableReaderOptions options) : options_(std::move(options)) {}

    Result<void> start(std::unique_ptr<Instance> instance, const std::string& sql);
    Result<void> describe_columns();
    Result<void> take_header();
    Result<bool> fetch(Memory& memory);
    void add_row(RowChunk& chunk, Memory& memory, idx_t at);
    std::optional<std::string_view> cell(Memory& memory, const ColumnText& column, idx_t at);
    std::optional<std::string_view> read_cell(
        Memory& memory, std::size_t column, idx_t at, RowChunk& chunk
    );
    std::optional<std::string_view> bytes_as_text(
        Memory& memory, std::size_t column, idx_t at, RowChunk& chunk
    );
    std::optional<std::string_view> meant(
        Memory& memory, std::optional<std::string_view> cell, std::size_t column, bool& inexact
    );
    std::string_view counted_from_1900(Memory& memory, std::string_view cell);
    std::string_view long_number(Memory& memory, std::string_view cell, bool& inexact);
    Error damaged(const Error& cause) const;

    TableReaderOptions options_;
    FileFormat format_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Connection> connection_;
    ResultHandle result_;
    std::vector<ColumnText> columns_;
    std::shared_ptr<Memory> current_;  // holds the engine's chunk that is being read
    idx_t at_ = 0;
    idx_t size_ = 0;
    std::int64_t next_row_ = 1;
    std::int64_t next_line_ = 1;
    std::int64_t first_column_ = 1;  // of a sheet
    bool finished_ = false;
    std::string scratch_;
};

}  // namespace tradewind::engine
