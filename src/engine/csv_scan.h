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
    TextAfterQuote,  // "abc"def
};

struct ScannedRow {
    std::size_t size = 0;  // bytes without the line's end
    std::size_t size_with_end = 0;
    std::size_t line_count = 1;  // physical lines that it spans
    RowFault fault = RowFault::None;
    std::size_t fault_line = 0;  // lines after the row's first
};

// `text` must be followed by window_padding readable bytes.
class CsvScanner {
public:
    CsvScanner(char delimiter, std::size_t row_bytes_max)
        : delimiter_(delimiter), row_bytes_max_(row_bytes_max) {}

    // The row at the front of `text` (not empty); its cells are added to `cells`. Nothing: the row
    // may go on beyond the text (never when `complete`); then `cells` is as before. A row with an
    // unclosed quote ends where the physical line with that quote ends, and has no cells.
    std::optional<ScannedRow> next(
        std::string_view text,
        bool complete,
        std::vector<std::optional<std::string_view>>& cells,
        CellArena& arena
    ) const;

private:
    char delimiter_;
    std::size_t row_bytes_max_;
};

}  // namespace tradewind::engine
