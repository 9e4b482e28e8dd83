#include "draft/source_file.h"

#include <algorithm>

#include "base/text.h"
#include "draft/words.h"
#include "os/filesystem.h"

namespace tradewind::draft {

namespace {

constexpr std::size_t comment_column = 60;

std::string field_options(const Field& field) {
    std::string text =
        "{type: " +
        (field.type.find('(') == std::string::npos ? field.type : "\"" + field.type + "\"");
    if (field.required) text += ", required: true";
    if (!field.aliases.empty()) text += ", aliases: " + yaml_list(field.aliases);
    if (!field.formats.empty()) {
        std::vector<std::string> formats;
        for (const std::string& format : field.formats)
            formats.push_back(
                format.find('%') == std::string::npos ? format : "\"" + format + "\""
            );
        text += ", formats: [" + join(formats, ", ") + "]";
    }
    return text + "}";
}

std::string with_comment(std::string line, const std::string& comment) {
    if (comment.empty()) return line + "\n";
    line.resize(std::max(line.size() + 2, comment_column), ' ');
    return line + "# " + comment_text(comment) + "\n";
}

std::string files_line(const Table& table) {
    if (table.patterns.empty())
        return "# No pattern of names tells its files from others: import them with --source " +
               table.source + ".\n";
    std::vector<std::string> quoted;
    for (const std::string& pattern : table.patterns) {
        const std::string text = yaml_text(pattern);
        quoted.push_back(text.front() == '"' ? text : "\"" + text + "\"");
    }
    return "files: [" + join(quoted, ", ") + "]\n";
}

}  // namespace

std::string source_text(const Table& table) {
    const FoundTable& found = table.found;
    const std::string files =
        count_of(static_cast<std::int64_t>(found.files.size()), "file", "files");
    std::string text = "# Drafted from " + files + " with " +
                       count_of(table.row_count, "row", "rows") +
                       "; types and required fields are those that all rows keep to.\n";
    for (const std::string& note : table.notes) text += "# " + comment_text(note) + "\n";
    for (const std::string& column : table.left_out)
        text += "# Left out: " + comment_text(column) + ".\n";
    text += "source: " + yaml_text(table.source) + "\nkind: files\n";
    text += "description: " +
            yaml_text(
                "As delivered in " + comment_text(os::base_name(found.files.front())) +
                (found.files.size() > 1 ? " and the like." : ".")
            ) +
            "\n" + files_line(table);
    if (!table.key.columns.empty())
        text += with_comment("key: " + yaml_list(table.key.columns, true), table.key.why);
    text += "fields:\n";
    for (const Field& field : table.fields)
        text += with_comment("  " + yaml_text(field.name) + ": " + field_options(field), field.why);
    return text;
}

}  // namespace tradewind::draft
