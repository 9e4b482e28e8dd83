#include "engine/duckdb_table_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "engine/csv_dialect.h"
#include "engine/row_json.h"

namespace tradewind::engine {

namespace {

// The engine names the columns of a sheet by the cells of its first row that is not empty: "B3".
std::int64_t row_of_cell(const std::string& name) {
    const std::size_t digits = name.find_first_of("0123456789");
    return digits == std::string::npos ? 1 : parse_integer(name.substr(digits)).value_or(1);
}

}  // namespace

Result<std::unique_ptr<FileReader>> TableReader::open(
    std::unique_ptr<Instance> instance, const std::string& sql, TableReaderOptions options
) {
    std::unique_ptr<TableReader> reader(new TableReader(std::move(options)));
    TRY(reader->start(std::move(instance), sql));
    return std::unique_ptr<FileReader>(std::move(reader));
}

// What the engine says of a file that it cannot read further is a matter of the file.
Error TableReader::damaged(const Error& cause) const {
    if (cause.code() == ErrorCode::ResourceExhausted) {
        return Error(ErrorCode::ResourceExhausted, "the file needs too much memory")
            .with_detail(cause.message());
    }
    // The workbook is sound: its sheet is empty, which the engine tells as an error.
    if (options_.sheet && cause.message().find("rows found in xlsx") != std::string::npos)
        return Error(ErrorCode::InvalidArgument, "the sheet has no rows");
    return Error(ErrorCode::InvalidArgument, "the file is cut off or damaged")
        .with_detail("After row " + format_count(next_row_ - 1) + ": " + cause.message() + ".");
}

Result<void> TableReader::start(std::unique_ptr<Instance> instance, const std::string& sql) {
    instance_ = std::move(instance);
    connection_ = TRY(instance_->connect());
    format_.kind = options_.kind;
    format_.encoding = "utf-8";
    auto result = connection_->run_streaming(sql);
    if (!result.ok()) return damaged(result.error());
    result_ = std::move(result).take();
    TRY(describe_columns());
    if (options_.sheet) return take_header();
    return {};
}

Result<void> TableReader::describe_columns() {
    const idx_t count = duckdb_column_count(result_.get());
    if (count > limits::columns_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "the file has more than " + format_count(limits::columns_max) + " columns"
        );
    }
    for (idx_t i = 0; i < count; ++i) {
        const TypeHandle type(duckdb_column_logical_type(result_.get(), i));
        const std::string name = duckdb_column_name(result_.get(), i);
        auto text = ColumnText::make(type.get());
        if (!text.ok()) return std::move(text).error().in("column " + name);
        columns_.push_back(std::move(text).take());
        header_.push_back(name);
        doubles_.push_back(options_.sheet || columns_.back().real_type());
    }
    return {};
}

// The names are the first row, if it looks like names.
Result<void> TableReader::take_header() {
    current_ = std::make_shared<Memory>();
    if (!TRY(fetch(*current_))) return Error(ErrorCode::InvalidArgument, "the sheet has no rows");
    next_line_ = row_of_cell(header_.front());
    std::vector<std::optional<std::string_view>> names;
    for (const ColumnText& column : columns_) names.push_back(cell(*current_, column, 0));
    format_.header = looks_like_header(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        header_[i] = format_.header ? std::string(trim(names[i].value_or("")))
                                    : "column_" + std::to_string(i + 1);
    }
    if (!format_.header) return {};
    ++at_;
    ++next_line_;
    return {};
}

// The engine's next chunk, bound to the columns; false at the end.
Result<bool> TableReader::fetch(Memory& memory) {
    at_ = 0;
    size_ = 0;
    ChunkHandle chunk(finished_ ? nullptr : duckdb_fetch_chunk(*result_.get()));
    if (!chunk) {
        const char* problem = finished_ ? nullptr : duckdb_result_error(result_.get());
        if (problem != nullptr && *problem != '\0') return damaged(error_from(result_.get()));
        finished_ = true;
        return false;
    }
    size_ = duckdb_data_chunk_get_size(chunk.get());
    for (std::size_t i = 0; i < columns_.size(); ++i)
        columns_[i].bind(duckdb_data_chunk_get_vector(chunk.get(), i));
    memory.chunks.push_back(std::move(chunk));
    return true;
}

std::optional<std::string_view> TableReader::cell(
    Memory& memory, const ColumnText& column, idx_t at
) {
    if (column.null(at)) return std::nullopt;
    if (column.text_type()) return column.text(at);
    scratch_.clear();
    column.append_raw(scratch_, at);
    char* room = memory.arena.allocate(scratch_.size());
    std::memcpy(room, scratch_.data(), scratch_.size());
    return std::string_view(room, scratch_.size());
}

void TableReader::add_row(RowChunk& chunk, Memory& memory, idx_t at) {
    const std::size_t first_cell = chunk.cells.size();
    bool any = false;
    for (const ColumnText& column : columns_) {
        chunk.cells.push_back(cell(memory, column, at));
        any = any || chunk.cells.back().has_value();
    }
    const std::int64_t line = next_line_++;
    if (options_.sheet && !any) {
        chunk.cells.resize(first_cell);
        return;
    }
    FileRow& row = chunk.rows.emplace_back();
    row.row = next_row_++;
    row.line = line;
    row.first_cell = first_cell;
    row.cell_count = columns_.size();
}

Result<bool> TableReader::next(RowChunk& chunk) {
    chunk.cells.clear();
    chunk.rows.clear();
    chunk.memory.reset();
    // Cells of the chunk that is being read may still be in the last memory: it is shared then.
    auto memory = at_ < size_ ? current_ : std::make_shared<Memory>();
    while (chunk.rows.size() < options_.chunk_rows) {
        if (at_ == size_ && !TRY(fetch(*memory))) break;
        while (at_ < size_ && chunk.rows.size() < options_.chunk_rows)
            add_row(chunk, *memory, at_++);
    }
    current_ = memory;
    if (chunk.rows.empty()) return false;
    chunk.memory = std::move(memory);
    return true;
}

std::uint64_t TableReader::bytes_read() const {
    if (finished_) return options_.bytes_total;
    const double percentage = duckdb_query_progress(connection_->raw()).percentage;
    if (percentage <= 0) return 0;
    return static_cast<std::uint64_t>(
        static_cast<double>(options_.bytes_total) * std::min(percentage, 100.0) / 100
    );
}

std::string TableReader::original_as_json(const RowChunk& chunk, const FileRow& row) const {
    return cells_as_json(header_, chunk.cells.data() + row.first_cell, row.cell_count);
}

}  // namespace tradewind::engine
