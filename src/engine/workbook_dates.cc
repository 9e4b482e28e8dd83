#include "engine/workbook_dates.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "engine/xml_tags.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t styles_bytes_max = 16u << 20;

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

}  // namespace

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

}  // namespace tradewind::engine
