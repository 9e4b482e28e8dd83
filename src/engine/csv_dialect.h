// How a CSV file is written, guessed from its first rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::engine {

struct CsvDialect {
    char delimiter = ',';
    char quote = '"';
    bool header = true;
    // Bytes before the first row that are none: spreadsheets' line "sep=;".
    std::size_t preamble_size = 0;
};

// `sample`: the text's beginning, followed by window_padding readable bytes; `complete`: all of it.
CsvDialect detect_dialect(std::string_view sample, bool complete, std::optional<char> delimiter);

// A header names things; a row with a number or date among its cells is data.
bool looks_like_header(const std::vector<std::optional<std::string_view>>& cells);

}  // namespace tradewind::engine
