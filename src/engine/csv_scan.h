// Splits one CSV row at a time out of text in memory.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tradewind::engine {

// Room for cells that do not stand in the text as they are (a doubled quote in them).
class CellArena {
public:
    char* allocate(std::size_t size);
    // Gives back the end of the last allocation.
    void shrink(std::size_t unused) { used_ -= unused; }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
};

enum class RowFault {
    None,
    UnclosedQuote,   // the quote never closes (within `row_bytes_max`)
    ClosedInText,    // the next quote, lines later, is followed by text: it opened another cell
    TextAfterQuote,  // "abc"def
};

// Is the row as far as its quote's line, and nothing of it can be told apart?
inline bool without_cells(RowFault fault) {
    return fault == RowFault::UnclosedQuote || fault == RowFault::ClosedInText;
}

struct ScannedRow {
    std::size_t size = 0;  // bytes without the line's end
    std::size_t size_with_end = 0;
    std::size_t line_count = 1;  // physical lines that it spans
    RowFault fault = RowFault::None;
    std::size_t fault_line = 0;  // lines after the row's first
    std::size_t close_line = 0;  // ClosedInText: that of the next quote
};

// `text` must be followed by window_padding readable bytes.
class CsvScanner {
public:
    CsvScanner(char delimiter, std::size_t row_bytes_max, char quote = '"')
        : delimiter_(delimiter), quote_(quote), row_bytes_max_(row_bytes_max) {}

    // The row at the front of `text` (not empty); its cells are added to `cells`. Nothing: the row
    // may go on beyond the text (never when `complete`); then `cells` is as before. A row with a
    // quote that nothing closes ends where the physical line with it ends, and has no cells.
    std::optional<ScannedRow> next(
        std::string_view text,
        bool complete,
        std::vector<std::optional<std::string_view>>& cells,
        CellArena& arena
    ) const;

private:
    char delimiter_;
    char quote_;
    std::size_t row_bytes_max_;
};

}  // namespace tradewind::engine
