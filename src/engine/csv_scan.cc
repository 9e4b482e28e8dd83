#include "engine/csv_scan.h"

#include <emmintrin.h>

#include <algorithm>
#include <cstring>

namespace tradewind::engine {

namespace {

constexpr std::size_t arena_block_bytes = 64u << 10;

using Cells = std::vector<std::optional<std::string_view>>;

// Finds the first byte that is one of three, 16 at a time.
class ByteFinder {
public:
    explicit ByteFinder(char delimiter)
        : delimiter_(_mm_set1_epi8(delimiter)),
          newline_(_mm_set1_epi8('\n')),
          carriage_return_(_mm_set1_epi8('\r')) {}

    // May read up to 16 bytes beyond `end`.
    const char* cell_end(const char* at, const char* end) const {
        for (; at < end; at += 16) {
            const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            const __m128i hits = _mm_or_si128(
                _mm_cmpeq_epi8(block, delimiter_),
                _mm_or_si128(
                    _mm_cmpeq_epi8(block, newline_), _mm_cmpeq_epi8(block, carriage_return_)
                )
            );
            const int mask = _mm_movemask_epi8(hits);
            if (mask != 0) return std::min(at + __builtin_ctz(static_cast<unsigned>(mask)), end);
        }
        return end;
    }

private:
    __m128i delimiter_;
    __m128i newline_;
    __m128i carriage_return_;
};

const char* find(const char* at, const char* end, char wanted) {
    const void* found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<const char*>(found);
}

// Ends of lines in a quoted cell: LF, CRLF or CR.
std::size_t count_lines(const char* begin, const char* end) {
    std::size_t count = 0;
    for (const char* at = begin; at < end; ++at) {
        if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'))) ++count;
    }
    return count;
}

// `""` becomes `"`.
std::string_view unescape(const char* begin, const char* end, char mark, CellArena& arena) {
    const auto size = static_cast<std::size_t>(end - begin);
    char* to = arena.allocate(size);
    char* at = to;
    while (begin < end) {
        const char* quote = find(begin, end, mark);
        const auto part = static_cast<std::size_t>(quote - begin);
        std::memcpy(at, begin, part);
        at += part;
        if (quote == end) break;
        *at++ = mark;
        begin = quote + 2;
    }
    const auto used = static_cast<std::size_t>(at - to);
    arena.shrink(size - used);
    return {to, used};
}

// Where a scan of a row stands.
class RowScan {
public:
    RowScan(
        char delimiter,
        char quote,
        std::string_view text,
        bool complete,
        std::size_t row_bytes_max,
        Cells& cells,
        CellArena& arena
    )
        : finder_(delimiter),
          delimiter_(delimiter),
          quote_(quote),
          begin_(text.data()),
          end_(text.data() + text.size()),
          at_(begin_),
          complete_(complete),
          quote_limit_(text.size() > row_bytes_max ? begin_ + row_bytes_max : end_),
          cells_(cells),
          arena_(arena) {}

    // False: more text is needed.
    bool run() {
        while (true) {
            if (at_ < end_ && *at_ == quote_) {
                if (!quoted_cell()) return false;
                if (without_cells(row_.fault)) return true;
            } else {
                const char* cell = at_;
                at_ = finder_.cell_end(at_, end_);
                if (at_ == end_ && !complete_) return false;
                cells_.emplace_back(std::string_view(cell, static_cast<std::size_t>(at_ - cell)));
            }
            if (at_ == end_ || *at_ != delimiter_) return line_end();
            ++at_;
        }
    }
    const ScannedRow& row() const { return row_; }

private:
    std::size_t offset(const char* at) const { return static_cast<std::size_t>(at - begin_); }

    bool line_end() {
        row_.size = offset(at_);
        if (at_ < end_) {
            if (*at_ == '\r' && at_ + 1 == end_ && !complete_) return false;
            const bool two = *at_ == '\r' && at_ + 1 < end_ && at_[1] == '\n';
            at_ += two ? 2 : 1;
        }
        row_.size_with_end = offset(at_);
        return true;
    }

    bool quoted_cell() {
        const char* cell = at_ + 1;
        const char* close = cell;
        bool escaped = false;
        while (true) {
            close = find(close, end_, quote_);
            const bool too_long = quote_limit_ < end_ && close >= quote_limit_;
            if (too_long || (close == end_ && complete_)) return unclosed();
            if (close == end_ || (close + 1 == end_ && !complete_)) return false;
            if (close + 1 == end_ || close[1] != quote_) break;
            escaped = true;
            close += 2;
        }
        const std::size_t lines = count_lines(cell, close);
        const char after = close + 1 < end_ ? close[1] : delimiter_;
        const bool text_follows = after != delimiter_ && after != '\n' && after != '\r';
        // That quote opened a cell of a later row: nothing closed this one.
        if (text_follows && lines > 0) return closed_in_text(lines);
        row_.line_count += lines;
        at_ = close + 1;
        if (text_follows) return text_after_quote(cell - 1);
        cells_.emplace_back(
            escaped ? unescape(cell, close, quote_, arena_)
                    : std::string_view(cell, static_cast<std::size_t>(close - cell))
        );
        return true;
    }

    // The cell is taken as it stands, quotes and all.
    bool text_after_quote(const char* cell) {
        if (row_.fault == RowFault::None) {
            row_.fault = RowFault::TextAfterQuote;
            row_.fault_line = row_.line_count - 1;
        }
        at_ = finder_.cell_end(at_, end_);
        if (at_ == end_ && !complete_) return false;
        cells_.emplace_back(std::string_view(cell, static_cast<std::size_t>(at_ - cell)));
        return true;
    }

    bool closed_in_text(std::size_t lines) {
        row_.close_line = row_.line_count - 1 + lines;
        return end_at_open_quote(RowFault::ClosedInText);
    }

    bool unclosed() { return end_at_open_quote(RowFault::UnclosedQuote); }

    // The row is the physical line that the quote opens on; the next begins after it.
    bool end_at_open_quote(RowFault fault) {
        row_.fault = fault;
        row_.fault_line = row_.line_count - 1;
        const char* line = std::min(find(at_, end_, '\n'), find(at_, end_, '\r'));
        at_ = line;
        return line_end();
    }

    ByteFinder finder_;
    char delimiter_;
    char quote_;
    const char* begin_;
    const char* end_;
    const char* at_;
    bool complete_;
    const char* quote_limit_;  // a quote that is open here never closes
    Cells& cells_;
    CellArena& arena_;
    ScannedRow row_;
};

}  // namespace

char* CellArena::allocate(std::size_t size) {
    if (blocks_.empty() || size_ - used_ < size) {
        size_ = std::max(arena_block_bytes, size);
        blocks_.push_back(std::make_unique<char[]>(size_));
        used_ = 0;
    }
    char* room = blocks_.back().get() + used_;
    used_ += size;
    return room;
}

std::optional<ScannedRow> CsvScanner::next(
    std::string_view text,
    bool complete,
    std::vector<std::optional<std::string_view>>& cells,
    CellArena& arena
) const {
    const std::size_t cell_count = cells.size();
    RowScan scan(delimiter_, quote_, text, complete, row_bytes_max_, cells, arena);
    if (!scan.run()) {
        cells.resize(cell_count);
        return std::nullopt;
    }
    if (without_cells(scan.row().fault)) cells.resize(cell_count);
    return scan.row();
}

}  // namespace tradewind::engine
