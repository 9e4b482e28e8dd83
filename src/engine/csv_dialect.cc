#include "engine/csv_dialect.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "base/time.h"
#include "engine/csv_scan.h"

namespace tradewind::engine {

namespace {

constexpr std::array delimiters{',', ';', '\t', '|'};
constexpr std::size_t sample_rows_max = 200;
constexpr std::size_t sample_row_bytes_max = 64u << 10;

using Cells = std::vector<std::optional<std::string_view>>;

// How many cells each of the first rows has; blank lines do not count.
std::vector<std::size_t> cell_counts(std::string_view sample, bool complete, char delimiter) {
    const CsvScanner scanner(delimiter, sample_row_bytes_max);
    std::vector<std::size_t> counts;
    Cells cells;
    CellArena arena;
    while (!sample.empty() && counts.size() < sample_rows_max) {
        cells.clear();
        const auto row = scanner.next(sample, complete, cells, arena);
        if (!row) break;
        if (row->size > 0) counts.push_back(cells.size());
        sample.remove_prefix(row->size_with_end);
    }
    return counts;
}

struct Score {
    std::size_t agreeing = 0;  // rows with the most common number of cells
    std::size_t cells = 0;     // that number
};

Score score(const std::vector<std::size_t>& counts) {
    std::map<std::size_t, std::size_t> rows_by_count;
    for (const std::size_t count : counts) {
        if (count > 1) ++rows_by_count[count];
    }
    Score best;
    for (const auto& [count, rows] : rows_by_count) {
        if (rows >= best.agreeing) best = {rows, count};
    }
    return best;
}

// The one by which most rows have the same number of cells, more than one; then the one that makes
// more cells; then the usual one.
char detect_delimiter(std::string_view sample, bool complete) {
    char best = ',';
    Score best_score;
    for (const char delimiter : delimiters) {
        const Score here = score(cell_counts(sample, complete, delimiter));
        if (here.agreeing > best_score.agreeing ||
            (here.agreeing == best_score.agreeing && here.cells > best_score.cells)) {
            best = delimiter;
            best_score = here;
        }
    }
    return best;
}

// "sep=;" alone on the first line.
std::optional<char> declared_delimiter(std::string_view sample, std::size_t& size) {
    const std::size_t end = std::min(sample.find_first_of("\r\n"), sample.size());
    std::string_view line = sample.substr(0, end);
    if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
    if (line.size() != 5 || !equal_ignore_case(line.substr(0, 4), "sep=")) return std::nullopt;
    size = end;
    if (size < sample.size() && sample[size] == '\r') ++size;
    if (size < sample.size() && sample[size] == '\n') ++size;
    return line[4];
}

bool looks_like_data(std::string_view cell) {
    const std::string_view text = trim(cell);
    if (text.empty()) return false;
    return parse_double(text).has_value() || parse_iso(text).ok();
}

}  // namespace

bool looks_like_header(const Cells& cells) {
    return std::none_of(cells.begin(), cells.end(), [](const auto& cell) {
        return cell && looks_like_data(*cell);
    });
}

CsvDialect detect_dialect(std::string_view sample, bool complete, std::optional<char> delimiter) {
    CsvDialect dialect;
    const std::optional<char> declared = declared_delimiter(sample, dialect.preamble_size);
    sample.remove_prefix(dialect.preamble_size);
    dialect.delimiter = delimiter  ? *delimiter
                        : declared ? *declared
                                   : detect_delimiter(sample, complete);
    const CsvScanner scanner(dialect.delimiter, sample_row_bytes_max);
    Cells cells;
    CellArena arena;
    while (!sample.empty()) {
        const auto row = scanner.next(sample, complete, cells, arena);
        if (!row) break;
        if (row->size > 0) {
            dialect.header = looks_like_header(cells);
            break;
        }
        sample.remove_prefix(row->size_with_end);
        cells.clear();
    }
    return dialect;
}

}  // namespace tradewind::engine
