#include "crawl/partitions.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "crawl/names.h"

namespace tradewind::crawl {

std::vector<std::pair<std::string, std::string>> partition_of(
    const std::string& root, const std::string& path
) {
    std::vector<std::pair<std::string, std::string>> values;
    if (path.size() <= root.size()) return values;
    std::vector<std::string> parts = split(std::string_view(path).substr(root.size()), '/');
    parts.pop_back();
    for (const std::string& part : parts) {
        HiveFolder folder = hive_folder(part);
        if (!folder.key.empty())
            values.emplace_back(std::move(folder.key), std::move(folder.value));
    }
    return values;
}

std::string hidden_columns(const FileReport& report, const std::string& root) {
    std::string told;
    for (const auto& [key, value] : partition_of(root, report.file.path)) {
        const std::string name = column_names({key}).front();
        const auto column = std::ranges::find(report.columns, name, &FileColumn::name);
        if (column == report.columns.end()) continue;
        const bool same = value == hive_null ? column->profile.value_count() == 0
                                             : column->profile.all_are(value);
        if (same) continue;
        told += (told.empty() ? "its column '" : "; its column '") + column->source +
                "' is not read, for the folder " + key + "=" + value + " says it for all its rows";
    }
    if (told.empty()) return "";
    return told + "; rename the folder or the column to have both";
}

}  // namespace tradewind::crawl
