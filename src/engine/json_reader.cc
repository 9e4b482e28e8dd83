#include "engine/json_reader.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "engine/row_text.h"

namespace tradewind::engine {

Result<std::unique_ptr<FileReader>> JsonReader::open(
    std::unique_ptr<TextWindow> window, FileFormat format, const FileOptions& options
) {
    const std::size_t chunk_rows = std::max<std::size_t>(options.chunk_rows, 1);
    return std::unique_ptr<FileReader>(
        new JsonReader(std::move(window), std::move(format), chunk_rows)
    );
}

Error JsonReader::damaged(const std::string& what) const {
    return Error(ErrorCode::InvalidArgument, "the JSON file is " + what)
        .with_detail("On line " + std::to_string(line_) + ".");
}

Result<void> JsonReader::check_length(std::size_t size) const {
    if (size <= limits::record_bytes_max) return {};
    return Error(
               ErrorCode::ResourceExhausted,
               "a record is longer than " + format_bytes(limits::record_bytes_max)
    )
        .with_detail("It begins on line " + std::to_string(line_) + ".");
}

Result<bool> JsonReader::next(RowChunk& chunk) {
    chunk.cells.clear();
    chunk.rows.clear();
    chunk.memory.reset();
    while (chunk.rows.size() < chunk_rows_) {
        const Step step = TRY(next_record(chunk));
        if (step == Step::End) break;
        if (step == Step::Record) continue;
        // Reading on moves the text: not under the rows that are in the chunk already.
        if (!chunk.rows.empty()) break;
        TRY(window_->more());
    }
    format_.encoding = to_string(window_->source().encoding());
    if (chunk.rows.empty()) return false;
    chunk.memory = window_->memory();
    mark_bad_text(chunk, window_->has_nul(), format_.encoding);
    return true;
}

Result<JsonReader::Step> JsonReader::next_record(RowChunk& chunk) {
    return format_.kind == FileKind::Ndjson ? next_line(chunk) : next_value(chunk);
}

void JsonReader::add_row(RowChunk& chunk, std::size_t size) {
    FileRow& row = chunk.rows.emplace_back();
    row.row = next_row_++;
    row.line = line_;
    row.original = window_->text().substr(0, size);
}

Result<JsonReader::Step> JsonReader::next_line(RowChunk& chunk) {
    const std::string_view text = window_->text();
    if (text.empty() && window_->complete()) return Step::End;
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos && !window_->complete()) {
        TRY(check_length(text.size()));
        return Step::More;
    }
    const std::size_t size = std::min(newline, text.size());
    const std::string_view line = text.substr(0, size);
    if (!trim(line).empty()) {
        const std::size_t record_size = line.ends_with('\r') ? size - 1 : size;
        TRY(check_length(record_size));
        add_row(chunk, record_size);
    }
    window_->consume(std::min(size + 1, text.size()));
    ++line_;
    return Step::Record;
}

void JsonReader::skip_blanks() {
    const std::string_view text = window_->text();
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') ++line_;
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') break;
    }
    window_->consume(at);
}

// Passes what stands before a record: the array's opening bracket, a comma, its end.
Result<JsonReader::Step> JsonReader::separator() {
    while (true) {
        skip_blanks();
        const std::string_view text = window_->text();
        if (text.empty()) {
            if (!window_->complete()) return Step::More;
            if (state_ == State::FirstItem || state_ == State::Item || state_ == State::AfterItem) {
                return damaged("cut off: its array does not end");
            }
            return Step::End;
        }
        const char c = text.front();
        if (state_ == State::Begin) {
            state_ = c == '[' ? State::FirstItem : State::Value;
            if (c != '[') return Step::Record;
        } else if (c == ']' && (state_ == State::FirstItem || state_ == State::AfterItem)) {
            state_ = State::Done;
        } else if (c == ',' && state_ == State::AfterItem) {
            state_ = State::Item;
        } else if (state_ == State::AfterItem) {
            return damaged("damaged: a comma is missing between two items of its array");
        } else if (state_ == State::Done) {
            return damaged("followed by something else after its array");
        } else {
            return Step::Record;
        }
        window_->consume(1);
    }
}

Result<JsonReader::Step> JsonReader::next_value(RowChunk& chunk) {
    const Step step = TRY(separator());
    if (step != Step::Record) return step;
    const std::string_view text = window_->text();
    const auto value = scan_json_value(text, window_->complete());
    if (!value) {
        TRY(check_length(text.size()));
        if (window_->complete())
            return damaged("cut off: the record that begins here does not end");
        return Step::More;
    }
    TRY(check_length(value->size));
    add_row(chunk, value->size);
    window_->consume(value->size);
    line_ += static_cast<std::int64_t>(value->newline_count);
    if (state_ != State::Value) state_ = State::AfterItem;
    return Step::Record;
}

std::string JsonReader::original_as_json(const RowChunk& /*chunk*/, const FileRow& row) const {
    return std::string(row.original);
}

}  // namespace tradewind::engine
