#include "engine/workbook_dates.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "engine/xml_tags.h"
#include "engine/zip_verify.h"

namespace tradewind::engine {

namespace {

// A column of dates is one run of rows; this is a sheet in which every other cell is empty.
constexpr std::size_t runs_max = 2'000'000;
constexpr std::size_t styles_bytes_max = 16u << 20;
constexpr std::size_t tag_bytes_max = 64u << 10;

// ECMA-376, part 1, 18.8.30, with those of East Asia.
bool builtin_shows_a_day(std::int64_t number_format) {
    return (number_format >= 14 && number_format <= 17) || number_format == 22 ||
           (number_format >= 27 && number_format <= 31) || number_format == 36 ||
           (number_format >= 50 && number_format <= 54) ||
           (number_format >= 57 && number_format <= 58);
}

// "[h]", "[mm]", "[ss]": a time that may be longer than a day.
bool is_elapsed(std::string_view bracket) {
    const std::string letters = to_lower_ascii(bracket.substr(1, bracket.find(']') - 1));
    return !letters.empty() &&
           (letters.front() == 'h' || letters.front() == 'm' || letters.front() == 's') &&
           letters.find_first_not_of(letters.front()) == std::string::npos;
}

// By the place of a style.
Result<std::vector<bool>> read_date_styles(
    const std::string& path, const std::vector<ZipEntry>& entries, const Workbook& workbook
) {
    std::vector<bool> styles;
    const auto part = std::ranges::find(entries, workbook.styles_entry, &ZipEntry::name);
    if (workbook.styles_entry.empty() || part == entries.end()) return styles;
    const std::string xml = TRY(read_zip_entry(path, *part, styles_bytes_max));
    std::map<std::int64_t, bool> own;
    bool in_cells = false;
    for_each_tag(xml, [&](std::string_view tag) {
        const std::string_view name = tag_name(tag);
        const std::int64_t id = parse_integer(attribute(tag, "numFmtId")).value_or(0);
        if (name == "numFmt") own[id] = shows_a_day(unescape_xml(attribute(tag, "formatCode")));
        if (name == "cellXfs") in_cells = true;
        if (closes(tag, "cellXfs")) in_cells = false;
        if (name != "xf" || !in_cells) return;
        const auto found = own.find(id);
        styles.push_back(found == own.end() ? builtin_shows_a_day(id) : found->second);
    });
    return styles;
}

// Walks the tags of a sheet that comes in pieces.
class SheetWalk {
public:
    SheetWalk(const std::vector<bool>& styles, DateCells& dates) : styles_(styles), dates_(dates) {}

    Result<void> take(std::string_view piece) {
        rest_.append(piece);
        std::size_t begin = rest_.find('<');
        while (begin != std::string::npos) {
            const std::size_t end = rest_.find('>', begin);
            if (end == std::string::npos) break;
            TRY(look_at(std::string_view(rest_).substr(begin + 1, end - begin - 1)));
            begin = rest_.find('<', end);
        }
        rest_.erase(0, std::min(begin, rest_.size()));
        if (rest_.size() <= tag_bytes_max) return {};
        return Error(ErrorCode::InvalidArgument, "the sheet has a tag that never ends");
    }

private:
    // Rows and cells need not say where they are: then they follow the one before.
    Result<void> look_at(std::string_view tag) {
        const std::string_view name = tag_name(tag);
        if (name == "row") {
            at_ = {parse_integer(attribute(tag, "r")).value_or(at_.row + 1), 0};
        } else if (name == "c") {
            const Place said = place_of(attribute(tag, "r"));
            at_.column = said.column > 0 ? said.column : at_.column + 1;
            if (said.row > 0) at_.row = said.row;
            if (is_date(tag)) return add();
        }
        return {};
    }

    bool is_date(std::string_view tag) const {
        const std::string_view type = attribute(tag, "t");
        if (!type.empty() && type != "n") return false;
        const auto style = parse_integer(attribute(tag, "s")).value_or(0);
        return style >= 0 && static_cast<std::size_t>(style) < styles_.size() &&
               styles_[static_cast<std::size_t>(style)];
    }

    Result<void> add() {
        if (dates_.add(at_.row, at_.column)) return {};
        return Error(
                   ErrorCode::ResourceExhausted,
                   "the dates of the sheet cannot be told from numbers"
        )
            .with_detail(
                "The workbook counts its days from 1904, and its cells are in no order, or beyond "
                "what is kept of them."
            )
            .with_hint("Save it with dates that begin in 1900, or as CSV.");
    }

    const std::vector<bool>& styles_;
    DateCells& dates_;
    std::string rest_;
    Place at_;
};

}  // namespace

Place place_of(std::string_view cell) {
    Place place;
    std::size_t at = 0;
    for (; at < cell.size() && cell[at] >= 'A' && cell[at] <= 'Z' && at < 4; ++at)
        place.column = place.column * 26 + (cell[at] - 'A' + 1);
    place.row = parse_integer(cell.substr(at)).value_or(0);
    return place;
}

bool DateCells::add(std::int64_t row, std::int64_t column) {
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

bool DateCells::contains(std::int64_t row, std::int64_t column) const {
    if (column < 1 || static_cast<std::size_t>(column) > columns_.size()) return false;
    const std::vector<Run>& runs = columns_[static_cast<std::size_t>(column) - 1];
    const auto after = std::ranges::upper_bound(runs, row, {}, &Run::first);
    return after != runs.begin() && std::prev(after)->last >= row;
}

// Texts in quotes, escaped characters and what stands in brackets say nothing. An `m` is a month
// where no `h` or `s` makes it minutes.
bool shows_a_day(std::string_view format_code) {
    bool month = false;
    bool time = false;
    for (std::size_t at = 0; at < format_code.size(); ++at) {
        const char c = format_code[at];
        if (c == '"' || c == '[') {
            // [h] counts hours beyond a day; [Red] and [$-409] are no parts of a time.
            time = time || (c == '[' && is_elapsed(format_code.substr(at)));
            at = std::min(format_code.find(c == '"' ? '"' : ']', at + 1), format_code.size());
        } else if (c == '\\' || c == '_' || c == '*') {
            ++at;
        } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
            return true;
        } else if (c == 'm' || c == 'M') {
            month = true;
        } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
            time = true;
        }
    }
    return month && !time;
}

Result<DateCells> find_date_cells(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const Workbook& workbook,
    const Sheet& sheet,
    const UnpackLimits& limits
) {
    DateCells dates;
    const std::vector<bool> styles = TRY(read_date_styles(path, entries, workbook));
    const auto part = std::ranges::find(entries, sheet.entry, &ZipEntry::name);
    if (part == entries.end()) return dates;
    SheetWalk walk(styles, dates);
    TRY(read_zip_blocks(path, *part, limits, [&](std::string_view piece) {
        return walk.take(piece);
    }));
    return dates;
}

}  // namespace tradewind::engine
