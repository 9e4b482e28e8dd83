#include "engine/workbook.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "engine/xml_tags.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t contents_bytes_max = 4u << 20;
constexpr const char* contents_entry = "xl/workbook.xml";
constexpr const char* relations_entry = "xl/_rels/workbook.xml.rels";

std::string joined(const std::vector<Sheet>& sheets) {
    std::string text;
    for (const Sheet& sheet : sheets) text += (text.empty() ? "\"" : ", \"") + sheet.name + "\"";
    return text;
}

const ZipEntry* find_entry(const std::vector<ZipEntry>& entries, std::string_view name) {
    const auto found = std::ranges::find(entries, name, &ZipEntry::name);
    return found == entries.end() ? nullptr : &*found;
}

// Where the parts lie that the table of contents speaks of.
struct Relations {
    std::map<std::string, std::string> entries;  // by id
    std::string styles;
};

// A target is a path from the archive's root, or from the folder of the table of contents.
std::string entry_of(std::string_view target) {
    const std::filesystem::path path(unescape_xml(target));
    const std::string name = (path.is_absolute() ? path : "/xl" / path).lexically_normal().string();
    return name.substr(1);
}

Result<Relations> read_relations(const std::string& path, const std::vector<ZipEntry>& entries) {
    Relations relations;
    const ZipEntry* part = find_entry(entries, relations_entry);
    if (part == nullptr) return relations;
    const std::string xml = TRY(read_zip_entry(path, *part, contents_bytes_max));
    for_each_tag(xml, [&](std::string_view tag) {
        if (tag_name(tag) != "Relationship") return;
        const std::string_view target = attribute(tag, "Target");
        if (target.empty()) return;
        relations.entries[unescape_xml(attribute(tag, "Id"))] = entry_of(target);
        if (attribute(tag, "Type").ends_with("/styles")) relations.styles = entry_of(target);
    });
    return relations;
}

bool is_true(std::string_view value) {
    return value == "1" || value == "true" || value == "on";
}

}  // namespace

Result<Workbook> read_workbook(const std::string& path, const std::vector<ZipEntry>& entries) {
    const ZipEntry* contents = find_entry(entries, contents_entry);
    if (contents == nullptr) {
        return Error(
                   ErrorCode::InvalidArgument, "the file is a zip archive, but no workbook (.xlsx)"
        )
            .with_hint("Unpack it and import what is in it.");
    }
    const Relations relations = TRY(read_relations(path, entries));
    const std::string xml = TRY(read_zip_entry(path, *contents, contents_bytes_max));
    Workbook workbook;
    workbook.styles_entry = relations.styles;
    for_each_tag(xml, [&](std::string_view tag) {
        const std::string_view name = tag_name(tag);
        if (name == "workbookPr") workbook.dates_1904 = is_true(attribute(tag, "date1904"));
        if (name != "sheet") return;
        Sheet& sheet = workbook.sheets.emplace_back();
        sheet.name = unescape_xml(attribute(tag, "name"));
        const auto entry = relations.entries.find(unescape_xml(attribute(tag, "r:id")));
        if (entry != relations.entries.end()) sheet.entry = entry->second;
    });
    if (workbook.sheets.empty())
        return Error(ErrorCode::InvalidArgument, "the workbook has no sheets");
    return workbook;
}

Result<std::size_t> choose_sheet(const std::vector<Sheet>& sheets, const std::string& wanted) {
    if (wanted.empty()) return std::size_t{0};
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        if (equal_ignore_case(sheets[i].name, wanted)) return i;
    }
    return Error(ErrorCode::InvalidArgument, "the workbook has no sheet \"" + wanted + "\"")
        .with_hint("It has " + joined(sheets) + ".");
}

}  // namespace tradewind::engine
