#include "engine/csv_dialect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
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

// The first rows; blank lines do not count.
struct FirstRows {
    std::vector<Cells> rows;
    CellArena arena;
    bool faulty = false;  // a quote is not closed, or text follows one
};

FirstRows first_rows(std::string_view sample, bool complete, char delimiter, char quote) {
    const CsvScanner scanner(delimiter, sample_row_bytes_max, quote);
    FirstRows first;
    while (!sample.empty() && first.rows.size() < sample_rows_max) {
        Cells cells;
        const auto row = scanner.next(sample, complete, cells, first.arena);
        if (!row) break;
        first.faulty = first.faulty || row->fault != RowFault::None;
        if (row->size > 0) first.rows.push_back(std::move(cells));
        sample.remove_prefix(row->size_with_end);
    }
    return first;
}

// How many cells each of them has.
std::vector<std::size_t> cell_counts(
    std::string_view sample, bool complete, char delimiter, char quote
) {
    std::vector<std::size_t> counts;
    for (const Cells& cells : first_rows(sample, complete, delimiter, quote).rows)
        counts.push_back(cells.size());
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
char detect_delimiter(std::string_view sample, bool complete, char quote) {
    char best = ',';
    Score best_score;
    for (const char delimiter : delimiters) {
        const Score here = score(cell_counts(sample, complete, delimiter, quote));
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
    // Words that are numbers too, as "nan" and "inf", name a column as well as any others.
    const auto number = parse_double(text);
    const bool word =
        number && !std::isfinite(*number) && text.front() != '-' && text.front() != '+';
    return (number && !word) || parse_iso(text).ok();
}

}  // namespace

bool looks_like_header(const Cells& cells) {
    return std::none_of(cells.begin(), cells.end(), [](const auto& cell) {
        return cell && looks_like_data(*cell);
    });
}

namespace {

constexpr char usual_quote = '"';
constexpr char other_quote = '\'';

bool one_count(const FirstRows& first) {
    return std::ranges::all_of(first.rows, [&](const Cells& cells) {
        return cells.size() == first.rows.front().size();
    });
}

// Does the cell stand in quotes in the text? What is between them is all of it that we have.
bool is_quoted(const std::optional<std::string_view>& cell, std::string_view sample, char quote) {
    if (!cell) return false;
    const std::less_equal<const char*> not_after;
    const char* const end = sample.data() + sample.size();
    if (!not_after(sample.data(), cell->data()) || !not_after(cell->data(), end))
        return true;  // it has quotes in it, and is a copy without their doubles
    return cell->data() != sample.data() && cell->data()[-1] == quote;
}

struct QuotedCells {
    std::size_t quoted = 0;
    std::size_t bare = 0;  // empty ones do not count
};

// Are whole columns in quotes, and the others not at all? One such column of few rows may be
// chance.
bool by_columns(const FirstRows& first, std::string_view sample, char quote, std::size_t begin) {
    constexpr std::size_t rows_enough = 3;
    std::vector<QuotedCells> columns;
    for (std::size_t i = begin; i < first.rows.size(); ++i) {
        const Cells& cells = first.rows[i];
        if (columns.size() < cells.size()) columns.resize(cells.size());
        for (std::size_t at = 0; at < cells.size(); ++at) {
            if (is_quoted(cells[at], sample, quote))
                ++columns[at].quoted;
            else if (cells[at] && !cells[at]->empty())
                ++columns[at].bare;
        }
    }
    std::size_t whole = 0;
    std::size_t rows = 0;
    for (const QuotedCells& column : columns) {
        if (column.quoted > 0 && column.bare > 0) return false;
        whole += column.quoted > 0 ? 1 : 0;
        rows = std::max(rows, column.quoted);
    }
    return whole > 1 || (whole == 1 && rows >= rows_enough);
}

// Is the apostrophe what others take the double quote for? Only where the first rows say so as one:
// no double quote opens a cell, every apostrophe that opens one also closes it, and the whole first
// row is so quoted, or whole columns are, or only then have all rows as many cells as the first.
bool in_apostrophes(std::string_view sample, bool complete, char delimiter) {
    const FirstRows first = first_rows(sample, complete, delimiter, other_quote);
    if (first.faulty || first.rows.empty() || first.rows.front().size() < 2) return false;
    bool any = false;
    for (const Cells& cells : first.rows) {
        for (const auto& cell : cells) {
            if (cell && cell->starts_with(usual_quote)) return false;
            any = any || is_quoted(cell, sample, other_quote);
        }
    }
    if (!any) return false;
    const auto quoted = [&](const auto& cell) { return is_quoted(cell, sample, other_quote); };
    if (std::ranges::all_of(first.rows.front(), quoted)) return true;
    if (by_columns(first, sample, other_quote, 1)) return one_count(first);
    return one_count(first) && !one_count(first_rows(sample, complete, delimiter, usual_quote));
}

}  // namespace

CsvDialect detect_dialect(std::string_view sample, bool complete, std::optional<char> delimiter) {
    CsvDialect dialect;
    const std::optional<char> declared = declared_delimiter(sample, dialect.preamble_size);
    sample.remove_prefix(dialect.preamble_size);
    const auto delimiter_by = [&](char quote) {
        return delimiter  ? *delimiter
               : declared ? *declared
                          : detect_delimiter(sample, complete, quote);
    };
    dialect.delimiter = delimiter_by(dialect.quote);
    if (sample.find(other_quote) != std::string_view::npos) {
        const char with_apostrophes = delimiter_by(other_quote);
        if (in_apostrophes(sample, complete, with_apostrophes)) {
            dialect.quote = other_quote;
            dialect.delimiter = with_apostrophes;
        }
    }
    const auto first = first_rows(sample, complete, dialect.delimiter, dialect.quote);
    if (!first.rows.empty()) dialect.header = looks_like_header(first.rows.front());
    return dialect;
}

}  // namespace tradewind::engine
