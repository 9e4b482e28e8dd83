#include "engine/row_text.h"

#include <string_view>

#include "base/text.h"

namespace tradewind::engine {

namespace {

// The byte (from 1) where a text stops being UTF-8.
std::size_t first_bad_byte(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = utf8_sequence(text.substr(at));
        if (length == 0) return at + 1;
        at += length;
    }
    return 0;
}

void mark_row(FileRow& row, const std::string& encoding) {
    const std::size_t nul = row.original.find('\0');
    if (!valid_utf8(row.original)) {
        row.problem = "byte " + std::to_string(first_bad_byte(row.original)) +
                      " of the row is not " + encoding;
    } else if (nul != std::string_view::npos) {
        row.problem = "byte " + std::to_string(nul + 1) + " of the row is NUL";
    }
}

}  // namespace

// Checked over all rows at once, and row by row only where that found something.
void mark_bad_text(RowChunk& chunk, bool look_for_nul, const std::string& encoding) {
    if (chunk.rows.empty()) return;
    const char* begin = chunk.rows.front().original.data();
    const std::string_view last = chunk.rows.back().original;
    const std::string_view all(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
    const bool clean =
        valid_utf8(all) && !(look_for_nul && all.find('\0') != std::string_view::npos);
    if (clean) return;
    for (FileRow& row : chunk.rows) {
        if (row.problem.empty()) mark_row(row, encoding);
    }
}

}  // namespace tradewind::engine
