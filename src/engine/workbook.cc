#include "engine/workbook.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t contents_bytes_max = 4u << 20;

struct Entity {
    std::string_view name;
    std::string_view text;
};
constexpr Entity entities[] = {
    {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}
};

std::string unescape_xml(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto entity =
            std::find_if(std::begin(entities), std::end(entities), [&](const Entity& e) {
                return text.starts_with(e.name);
            });
        if (entity != std::end(entities)) {
            out += entity->text;
            text.remove_prefix(entity->name.size());
        } else {
            out.push_back(text.front());
            text.remove_prefix(1);
        }
    }
    return out;
}

// The value of ` name="…"` in a tag.
std::string_view attribute(std::string_view tag, std::string_view name) {
    for (std::size_t at = tag.find(name); at != std::string_view::npos;
         at = tag.find(name, at + 1)) {
        const std::size_t quote_at = at + name.size() + 1;
        const bool here = at > 0 &&
                          (tag[at - 1] == ' ' || tag[at - 1] == '\n' || tag[at - 1] == '\t') &&
                          quote_at < tag.size() && tag[quote_at - 1] == '=' &&
                          (tag[quote_at] == '"' || tag[quote_at] == '\'');
        if (!here) continue;
        const std::size_t end = tag.find(tag[quote_at], quote_at + 1);
        return tag.substr(quote_at + 1, end == std::string_view::npos ? 0 : end - quote_at - 1);
    }
    return {};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
    return text;
}

}  // namespace

Result<std::vector<std::string>> read_sheet_names(
    const std::string& path, const std::vector<ZipEntry>& entries
) {
    const auto contents = std::find_if(entries.begin(), entries.end(), [](const ZipEntry& e) {
        return e.name == "xl/workbook.xml";
    });
    if (contents == entries.end()) {
        return Error(
                   ErrorCode::InvalidArgument, "the file is a zip archive, but no workbook (.xlsx)"
        )
            .with_hint("Unpack it and import what is in it.");
    }
    const std::string xml = TRY(read_zip_entry(path, *contents, contents_bytes_max));
    std::vector<std::string> names;
    const std::string_view text(xml);
    for (std::size_t at = text.find("<sheet "); at != std::string_view::npos;
         at = text.find("<sheet ", at + 1)) {
        names.push_back(unescape_xml(attribute(text.substr(at, text.find('>', at) - at), "name")));
    }
    if (names.empty()) return Error(ErrorCode::InvalidArgument, "the workbook has no sheets");
    return names;
}

Result<std::string> choose_sheet(
    const std::vector<std::string>& sheets, const std::string& wanted
) {
    if (wanted.empty()) return sheets.front();
    for (const std::string& sheet : sheets) {
        if (equal_ignore_case(sheet, wanted)) return sheet;
    }
    return Error(ErrorCode::InvalidArgument, "the workbook has no sheet \"" + wanted + "\"")
        .with_hint("It has " + joined(sheets) + ".");
}

}  // namespace tradewind::engine
