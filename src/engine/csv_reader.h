// CSV files, row by row with their places and original bytes. Our own rather than the engine's
// reader: docs/decisions/0002-own-csv-reader.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/number_rows.h"
#include "engine/csv_scan.h"
#include "engine/engine.h"
#include "engine/text_window.h"

namespace tradewind::engine {

class CsvReader : public FileReader, public NumberSource {
public:
    static Result<std::unique_ptr<FileReader>> open(
        std::unique_ptr<TextWindow> window, FileFormat format, const FileOptions& options
    );

    const FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }
    Result<bool> next(RowChunk& chunk) override;
    Result<void> next_numbers(const NumbersWanted& wanted, NumberRows& to) override;
    std::uint64_t bytes_read() const override { return window_->source().bytes_read(); }
    std::uint64_t bytes_total() const override { return window_->source().bytes_total(); }
    std::string original_as_json(const RowChunk& chunk, const FileRow& row) const override;

private:
    // What the views of a chunk point into.
    struct Memory {
        std::shared_ptr<void> text;
        CellArena arena;
    };

    CsvReader(std::unique_ptr<TextWindow> window, FileFormat format, std::size_t chunk_rows)
        : window_(std::move(window)), format_(std::move(format)), chunk_rows_(chunk_rows) {}

    Result<void> read_header(const FileOptions& options);
    Result<void> name_columns(
        const std::vector<std::optional<std::string_view>>& cells,
        const std::vector<std::string>& names
    );
    Result<std::optional<ScannedRow>> scan_row(RowChunk& chunk);
    void add_row(RowChunk& chunk, const ScannedRow& scanned, std::size_t first_cell);
    std::string problem_of(const ScannedRow& scanned, std::size_t cell_count) const;
    bool blank(const ScannedRow& scanned) const;

    std::unique_ptr<TextWindow> window_;
    FileFormat format_;
    std::size_t chunk_rows_;
    std::unique_ptr<CsvScanner> scanner_;
    std::shared_ptr<Memory> memory_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
    std::int64_t next_row_ = 1;
    std::int64_t next_line_ = 1;
};

}  // namespace tradewind::engine
