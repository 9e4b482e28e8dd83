#include "engine/sheet_cells.h"

#include <algorithm>

#include "base/text.h"
#include "engine/workbook_dates.h"
#include "engine/xml_tags.h"
#include "engine/zip_verify.h"

namespace tradewind::engine {

namespace {

// A column of dates is one run of rows; this is a sheet in which every other cell is empty.
constexpr std::size_t runs_max = 2'000'000;
constexpr std::size_t tag_bytes_max = 64u << 10;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Walks the tags of a sheet that comes in pieces.
class SheetWalk {
public:
    SheetWalk(const std::vector<bool>& date_styles, UnusualCells& cells)
        : date_styles_(date_styles), cells_(cells) {}

    Result<void> take(std::string_view piece) {
        rest_.append(piece);
        std::size_t begin = rest_.find('<');
        while (begin != std::string::npos) {
            const std::size_t end = rest_.find('>', begin);
            if (end == std::string::npos) break;
            // The text behind a tag has to be there too.
            const std::size_t next = rest_.find('<', end);
            if (next == std::string::npos && rest_.size() - begin <= tag_bytes_max) break;
            const std::string_view all = rest_;
            TRY(look_at(
                all.substr(begin + 1, end - begin - 1),
                all.substr(end + 1, next == std::string::npos ? next : next - end - 1)
            ));
            begin = next;
        }
        rest_.erase(0, std::min(begin, rest_.size()));
        if (rest_.size() <= tag_bytes_max) return {};
        return Error(ErrorCode::InvalidArgument, "the sheet has a tag that never ends");
    }

private:
    // Rows and cells need not say where they are: then they follow the one before.
    Result<void> look_at(std::string_view tag, std::string_view text) {
        const std::string_view name = tag_name(tag);
        if (name == "row") {
            at_ = {parse_integer(attribute(tag, "r")).value_or(at_.row + 1), 0};
        } else if (name == "c") {
            const Place said = place_of(attribute(tag, "r"));
            at_.column = said.column > 0 ? said.column : at_.column + 1;
            if (said.row > 0) at_.row = said.row;
            const std::string_view type = attribute(tag, "t");
            number_ = type.empty() || type == "n";
            if (type == "b") return add(cells_.booleans);
            if (number_ && is_date(tag)) return add(cells_.dates);
        } else if (name == "v" && number_ && is_long_number(text)) {
            return add(cells_.long_numbers);
        }
        return {};
    }

    bool is_date(std::string_view tag) const {
        const auto style = parse_integer(attribute(tag, "s")).value_or(0);
        return style >= 0 && static_cast<std::size_t>(style) < date_styles_.size() &&
               date_styles_[static_cast<std::size_t>(style)];
    }

    static bool is_long_number(std::string_view text) {
        const auto whole = static_cast<std::size_t>(
            std::ranges::find_if_not(text, [](char c) { return is_digit(c) || c == '-'; }) -
            text.begin()
        );
        return whole > double_digits || text.find_first_of("eE") != std::string_view::npos;
    }

    Result<void> add(CellSet& set) {
        if (set.add(at_.row, at_.column)) return {};
        return Error(
                   ErrorCode::ResourceExhausted,
                   "the kinds of the sheet's cells cannot be kept apart"
        )
            .with_detail(
                "Its days that count from 1904, its TRUE and FALSE, or its long numbers are in no "
                "order, or more than what is kept of them."
            )
            .with_hint("Save it as CSV.");
    }

    const std::vector<bool>& date_styles_;
    UnusualCells& cells_;
    std::string rest_;
    Place at_;
    bool number_ = false;  // the cell at hand
};

// A run of 16 digits holds a place whose number is divisible by 16.
bool has_long_digits(std::string_view text) {
    constexpr std::size_t step = double_digits + 1;
    for (std::size_t at = step - 1; at < text.size(); at += step) {
        if (!is_digit(text[at])) continue;
        std::size_t begin = at;
        while (begin > 0 && is_digit(text[begin - 1])) --begin;
        std::size_t end = at + 1;
        while (end < text.size() && is_digit(text[end])) ++end;
        // Behind a point they are the error of a fraction.
        if (end - begin >= step && (begin == 0 || text[begin - 1] != '.')) return true;
    }
    return false;
}

bool has_exponent(std::string_view text, char letter) {
    for (std::size_t at = text.find(letter, 1);
         at != std::string_view::npos && at + 1 < text.size();
         at = text.find(letter, at + 1)) {
        if (is_digit(text[at - 1]) && (text[at + 1] == '+' || is_digit(text[at + 1]))) return true;
    }
    return false;
}

}  // namespace

Place place_of(std::string_view cell) {
    Place place;
    std::size_t at = 0;
    for (; at < cell.size() && cell[at] >= 'A' && cell[at] <= 'Z' && at < 4; ++at)
        place.column = place.column * 26 + (cell[at] - 'A' + 1);
    place.row = parse_integer(cell.substr(at)).value_or(0);
    return place;
}

bool CellSet::add(std::int64_t row, std::int64_t column) {
    if (column < 1 || column > 16'384) return false;  // as many as a sheet can have
    if (static_cast<std::size_t>(column) > columns_.size())
        columns_.resize(static_cast<std::size_t>(column));
    std::vector<Run>& runs = columns_[static_cast<std::size_t>(column) - 1];
    if (!runs.empty() && row <= runs.back().last) return false;
    if (!runs.empty() && row == runs.back().last + 1) {
        runs.back().last = row;
        return true;
    }
    runs.push_back({row, row});
    return ++run_count_ <= runs_max;
}

bool CellSet::contains(std::int64_t row, std::int64_t column) const {
    if (column < 1 || static_cast<std::size_t>(column) > columns_.size()) return false;
    const std::vector<Run>& runs = columns_[static_cast<std::size_t>(column) - 1];
    const auto after = std::ranges::upper_bound(runs, row, {}, &Run::first);
    return after != runs.begin() && std::prev(after)->last >= row;
}

void UnusualLook::take(std::string_view piece) {
    if (found_) return;
    // What a piece's end may cut apart.
    constexpr std::size_t rest_bytes = 64;
    const std::string_view front = piece.substr(0, rest_bytes);
    const auto look = [](std::string_view text) {
        return text.find("t=\"b\"") != std::string_view::npos ||
               text.find("t='b'") != std::string_view::npos || has_exponent(text, 'E') ||
               has_exponent(text, 'e') || has_long_digits(text);
    };
    found_ = look(piece) || look(rest_ + std::string(front));
    rest_.append(piece.substr(piece.size() - std::min(piece.size(), rest_bytes)));
    rest_.erase(0, rest_.size() - std::min(rest_.size(), rest_bytes));
}

Result<UnusualCells> find_unusual_cells(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const Workbook& workbook,
    const Sheet& sheet,
    const UnpackLimits& limits
) {
    UnusualCells cells;
    std::vector<bool> date_styles;
    if (workbook.dates_1904) date_styles = TRY(read_date_styles(path, entries, workbook));
    const auto part = std::ranges::find(entries, sheet.entry, &ZipEntry::name);
    if (part == entries.end()) return cells;
    SheetWalk walk(date_styles, cells);
    TRY(read_zip_blocks(path, *part, limits, [&](std::string_view piece) {
        return walk.take(piece);
    }));
    return cells;
}

}  // namespace tradewind::engine
