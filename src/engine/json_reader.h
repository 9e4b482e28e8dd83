// JSON and NDJSON files: each row is a record, found by its brackets and quotes, not parsed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/json_scan.h"
#include "engine/text_window.h"

namespace tradewind::engine {

class JsonReader : public FileReader {
public:
    // By format.kind: Ndjson, a record a line; Json, the items of an array, or values one after
    // another.
    static Result<std::unique_ptr<FileReader>> open(
        std::unique_ptr<TextWindow> window, FileFormat format, const FileOptions& options
    );

    const FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }
    Result<bool> next(RowChunk& chunk) override;
    std::uint64_t bytes_read() const override { return window_->source().bytes_read(); }
    std::uint64_t bytes_total() const override { return window_->source().bytes_total(); }
    std::string original_as_json(const RowChunk& chunk, const FileRow& row) const override;

private:
    JsonReader(std::unique_ptr<TextWindow> window, FileFormat format, std::size_t chunk_rows)
        : window_(std::move(window)), format_(std::move(format)), chunk_rows_(chunk_rows) {}

    // More: the text in memory holds no whole record more. End: nor does the file.
    enum class Step { Record, More, End };
    Result<Step> next_record(RowChunk& chunk);
    Result<Step> next_line(RowChunk& chunk);
    Result<Step> next_value(RowChunk& chunk);
    Result<Step> separator();
    void skip_blanks();
    void add_row(RowChunk& chunk, std::size_t size);
    Result<void> check_length(std::size_t size) const;
    Error damaged(const std::string& what) const;

    std::unique_ptr<TextWindow> window_;
    FileFormat format_;
    std::size_t chunk_rows_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
    std::int64_t next_row_ = 1;
    std::int64_t line_ = 1;
    // Of Json: values one after another, or where in the array's items we stand.
    enum class State { Begin, Value, FirstItem, Item, AfterItem, Done };
    State state_ = State::Begin;
};

}  // namespace tradewind::engine
