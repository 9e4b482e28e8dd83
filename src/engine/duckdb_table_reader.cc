#include "engine/duckdb_table_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "engine/csv_dialect.h"
#include "engine/row_json.h"

namespace tradewind::engine {

namespace {

// What a formula that went wrong leaves in its cell.
constexpr std::array<std::string_view, 14> sheet_errors = {
    "#N/A",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!"
};

// From 1904-01-01 to 9999-12-31, as days since the former; and how many more they are since 1900.
constexpr double days_1904_end = 2'957'004;
constexpr double days_until_1904 = 1'462;

// Doubles hold every whole number below 2^53, which is also what the next one becomes.
constexpr double doubles_exact_max = 9'007'199'254'740'991;

constexpr const char* no_rows = "the sheet has no rows";

Error empty_sheet() {
    return {ErrorCode::InvalidArgument, no_rows};
}

}  // namespace

bool is_empty_sheet(const Error& error) {
    return error.code() == ErrorCode::InvalidArgument && error.message() == no_rows;
}

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
        return empty_sheet();
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
    if (!TRY(fetch(*current_))) return empty_sheet();
    // The engine names the columns of a sheet by the cells of its first row that is not empty.
    const Place first = place_of(header_.front());
    next_line_ = std::max<std::int64_t>(first.row, 1);
    first_column_ = std::max<std::int64_t>(first.column, 1);
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
    return memory.keep(scratch_);
}

// A sheet's cell as others are to read it: an error is no value, TRUE is no 1, days count from
// 1900, and numbers have no exponent.
std::optional<std::string_view> TableReader::meant(
    Memory& memory, std::optional<std::string_view> cell, std::size_t column, bool& inexact
) {
    if (!cell) return cell;
    if (cell->starts_with('#') && std::ranges::find(sheet_errors, *cell) != sheet_errors.end()) {
        format_.adjusted = true;
        return std::nullopt;
    }
    const UnusualCells& unusual = options_.unusual;
    const auto sheet_column = first_column_ + static_cast<std::int64_t>(column);
    const auto is_one = [&](const CellSet& set) {
        return !set.empty() && set.contains(next_line_, sheet_column);
    };
    if (is_one(unusual.booleans)) {
        format_.adjusted = true;
        return *cell == "0" ? std::string_view("FALSE") : std::string_view("TRUE");
    }
    if (is_one(unusual.dates)) return counted_from_1900(memory, *cell);
    if (is_one(unusual.long_numbers)) return long_number(memory, *cell, inexact);
    return cell;
}

std::string_view TableReader::counted_from_1900(Memory& memory, std::string_view cell) {
    const auto days = parse_double(cell);
    if (!days || !(*days >= 0 && *days < days_1904_end)) return cell;
    format_.adjusted = true;
    std::array<char, 32> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), *days + days_until_1904).ptr;
    return memory.keep({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

// A whole number as people write it; one that may have been another before it became a double stays
// as it is.
std::string_view TableReader::long_number(Memory& memory, std::string_view cell, bool& inexact) {
    const bool exponent = cell.find_first_of("eE") != std::string_view::npos;
    if (!exponent && cell.size() <= double_digits) return cell;
    const auto number = parse_double(cell);
    if (!number || *number != std::trunc(*number)) return cell;
    inexact = std::fabs(*number) > doubles_exact_max;
    if (inexact || !exponent) return cell;
    format_.adjusted = options_.sheet;
    return memory.keep(std::to_string(static_cast<std::int64_t>(*number)));
}

// Of the cell that comes next in the chunk.
std::optional<std::string_view> TableReader::read_cell(
    Memory& memory, std::size_t column, idx_t at, RowChunk& chunk
) {
    if (columns_[column].blob_type()) return bytes_as_text(memory, column, at, chunk);
    bool inexact = false;
    auto there = cell(memory, columns_[column], at);
    if (options_.sheet) {
        there = meant(memory, there, column, inexact);
    } else if (there && doubles_[column]) {
        there = long_number(memory, *there, inexact);
    }
    if (inexact) chunk.inexact.push_back(chunk.cells.size());
    return there;
}

// Who writes Parquet without its types (Impala, Hive) has texts in such columns.
std::optional<std::string_view> TableReader::bytes_as_text(
    Memory& memory, std::size_t column, idx_t at, RowChunk& chunk
) {
    if (columns_[column].null(at)) return std::nullopt;
    const std::string_view bytes = columns_[column].text(at);
    if (valid_utf8(bytes)) return bytes;
    chunk.no_text.push_back(chunk.cells.size());
    return cell(memory, columns_[column], at);
}

void TableReader::add_row(RowChunk& chunk, Memory& memory, idx_t at) {
    const std::size_t first_cell = chunk.cells.size();
    bool any = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        any = any || !columns_[i].null(at);
        chunk.cells.push_back(read_cell(memory, i, at, chunk));
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
    chunk.inexact.clear();
    chunk.no_text.clear();
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
