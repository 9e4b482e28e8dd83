#include "engine/csv_reader.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "engine/csv_dialect.h"
#include "engine/csv_numbers.h"
#include "engine/row_json.h"
#include "engine/row_text.h"

namespace tradewind::engine {

namespace {

// The dialect is guessed from this much text.
constexpr std::size_t sample_bytes = 64u << 10;

}  // namespace

Result<std::unique_ptr<FileReader>> CsvReader::open(
    std::unique_ptr<TextWindow> window, FileFormat format, const FileOptions& options
) {
    format.kind = FileKind::Csv;
    std::unique_ptr<CsvReader> reader(new CsvReader(
        std::move(window), std::move(format), std::max<std::size_t>(options.chunk_rows, 1)
    ));
    TRY(reader->read_header(options));
    return std::unique_ptr<FileReader>(std::move(reader));
}

Result<void> CsvReader::read_header(const FileOptions& options) {
    while (window_->text().size() < sample_bytes && TRY(window_->more())) {
    }
    const std::string_view sample = window_->text().substr(0, sample_bytes);
    const bool complete = window_->complete() && sample.size() == window_->text().size();
    const CsvDialect dialect = detect_dialect(sample, complete, options.delimiter);
    format_.delimiter = dialect.delimiter;
    format_.quote = dialect.quote;
    format_.header = options.columns.empty() && dialect.header;
    scanner_ =
        std::make_unique<CsvScanner>(dialect.delimiter, limits::record_bytes_max, dialect.quote);
    window_->consume(dialect.preamble_size);
    if (dialect.preamble_size > 0) ++next_line_;
    RowChunk chunk;
    memory_ = std::make_shared<Memory>();
    while (true) {
        chunk.cells.clear();
        const auto row = TRY(scan_row(chunk));
        if (!row) return Error(ErrorCode::InvalidArgument, "the file has no rows");
        if (blank(*row)) {
            window_->consume(row->size_with_end);
            next_line_ += static_cast<std::int64_t>(row->line_count);
            continue;
        }
        if (without_cells(row->fault)) {
            return Error(ErrorCode::InvalidArgument, "a quote in the header never closes")
                .with_detail("It opens on line " + std::to_string(next_line_) + ".");
        }
        TRY(name_columns(chunk.cells, options.columns));
        if (!format_.header) return {};
        window_->consume(row->size_with_end);
        next_line_ += static_cast<std::int64_t>(row->line_count);
        return {};
    }
}

Result<void> CsvReader::name_columns(
    const std::vector<std::optional<std::string_view>>& cells, const std::vector<std::string>& names
) {
    if (cells.size() > limits::columns_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "the file has more than " + format_count(limits::columns_max) + " columns"
        );
    }
    if (!names.empty() && names.size() != cells.size()) {
        return Error(
            ErrorCode::InvalidArgument,
            "the first row has " + std::to_string(cells.size()) + " cells, not " +
                std::to_string(names.size())
        );
    }
    header_ = names;
    for (std::size_t i = header_.size(); i < cells.size(); ++i) {
        header_.push_back(
            format_.header ? std::string(trim(*cells[i])) : "column_" + std::to_string(i + 1)
        );
    }
    doubles_.assign(header_.size(), false);
    return {};
}

// The row at the front of the window, which is left there. Nothing: the text ends, or (when the
// chunk has rows, which must not move) it has to be read on first.
Result<std::optional<ScannedRow>> CsvReader::scan_row(RowChunk& chunk) {
    while (true) {
        const std::string_view text = window_->text();
        if (!text.empty()) {
            const auto row = scanner_->next(text, window_->complete(), chunk.cells, memory_->arena);
            if (row && row->size <= limits::record_bytes_max) return row;
            if (row || text.size() > limits::record_bytes_max) {
                return Error(
                           ErrorCode::ResourceExhausted,
                           "a row is longer than " + format_bytes(limits::record_bytes_max)
                )
                    .with_detail("It begins on line " + std::to_string(next_line_) + ".");
            }
        }
        if (!chunk.rows.empty() || !TRY(window_->more())) {
            if (!chunk.rows.empty() || window_->text().empty()) return std::optional<ScannedRow>();
        }
    }
}

bool CsvReader::blank(const ScannedRow& scanned) const {
    const std::string_view row = window_->text().substr(0, scanned.size);
    return row.empty() || (header_.size() != 1 && trim(row).empty());
}

Result<bool> CsvReader::next(RowChunk& chunk) {
    chunk.cells.clear();
    chunk.rows.clear();
    chunk.memory.reset();
    memory_ = std::make_shared<Memory>();
    while (chunk.rows.size() < chunk_rows_) {
        const std::size_t first_cell = chunk.cells.size();
        const auto row = TRY(scan_row(chunk));
        if (!row) break;
        if (blank(*row)) {
            chunk.cells.resize(first_cell);
        } else {
            add_row(chunk, *row, first_cell);
        }
        window_->consume(row->size_with_end);
        next_line_ += static_cast<std::int64_t>(row->line_count);
    }
    format_.encoding = to_string(window_->source().encoding());
    if (chunk.rows.empty()) return false;
    memory_->text = window_->memory();
    chunk.memory = std::move(memory_);
    mark_bad_text(chunk, window_->has_nul(), format_.encoding);
    return true;
}

// A row that is cut in two by the end of the window is read on for; the last one of a file without
// a line's end is left to next().
Result<void> CsvReader::next_numbers(const NumbersWanted& wanted, NumberRows& to) {
    CHECK(wanted.digits_max.size() == header_.size());
    to.first_row = next_row_;
    to.first_line = next_line_;
    to.rows = 0;
    to.bytes = 0;
    to.columns.resize(header_.size());
    for (auto& column : to.columns) column.resize(std::max(column.size(), wanted.rows_max));
    if (!separates_numbers(format_.delimiter)) return {};
    NumbersWanted left = wanted;
    while (true) {
        left.rows_max = wanted.rows_max - to.rows;
        left.bytes_max = wanted.bytes_max - to.bytes;
        const ScannedNumbers found =
            scan_numbers(window_->text(), format_.delimiter, left, to.rows, to.columns);
        window_->consume(found.size);
        to.rows += found.rows;
        to.bytes += found.bytes;
        if (found.another_row) break;
        if (to.rows == wanted.rows_max || to.bytes >= wanted.bytes_max) break;
        if (window_->text().size() > limits::record_bytes_max || !TRY(window_->more())) break;
    }
    next_row_ += static_cast<std::int64_t>(to.rows);
    next_line_ += static_cast<std::int64_t>(to.rows);
    format_.encoding = to_string(window_->source().encoding());
    return {};
}

void CsvReader::add_row(RowChunk& chunk, const ScannedRow& scanned, std::size_t first_cell) {
    FileRow& row = chunk.rows.emplace_back();
    row.row = next_row_++;
    row.line = next_line_;
    row.original = window_->text().substr(0, scanned.size);
    row.first_cell = first_cell;
    row.cell_count = chunk.cells.size() - first_cell;
    if (scanned.fault != RowFault::None || row.cell_count != header_.size()) {
        row.problem = problem_of(scanned, row.cell_count);
    }
}

std::string CsvReader::problem_of(const ScannedRow& scanned, std::size_t cell_count) const {
    const auto line_after = [&](std::size_t lines) {
        return std::to_string(next_line_ + static_cast<std::int64_t>(lines));
    };
    const std::string line = line_after(scanned.fault_line);
    switch (scanned.fault) {
        case RowFault::UnclosedQuote:
            return "the quote that opens on line " + line + " never closes";
        case RowFault::ClosedInText:
            return "the quote that opens on line " + line +
                   " is never closed: text follows the next one, on line " +
                   line_after(scanned.close_line);
        case RowFault::TextAfterQuote:
            return "text follows a closing quote on line " + line;
        case RowFault::None:
            break;
    }
    return format_count(static_cast<std::int64_t>(cell_count)) +
           (cell_count == 1 ? " cell" : " cells") + " where the header has " +
           format_count(static_cast<std::int64_t>(header_.size()));
}

std::string CsvReader::original_as_json(const RowChunk& chunk, const FileRow& row) const {
    return cells_as_json(header_, chunk.cells.data() + row.first_cell, row.cell_count);
}

}  // namespace tradewind::engine
