#include "crawl/walk.h"

#include <algorithm>

#include "crawl/examine.h"
#include "crawl/names.h"

namespace tradewind::crawl {

bool is_part_of_table(std::string_view folder_name) {
    return !hive_folder(folder_name).key.empty() || is_dated_folder(folder_name);
}

Result<void> walk_table_folder(
    os::Filesystem& files, const std::string& path, const WalkVisitor& visitor
) {
    auto listed = files.list(path);
    if (!listed.ok()) {
        visitor.unlisted(path + "/", listed.error());
        return {};
    }
    // As the paths below them sort: "a.csv" stands before "a/b.csv".
    for (os::FileInfo& entry : *listed) {
        if (entry.folder) entry.name += '/';
    }
    std::ranges::sort(*listed, {}, &os::FileInfo::name);
    for (const os::FileInfo& entry : *listed) {
        std::string inner = os::join(path, entry.name);
        if (!entry.folder) {
            if (is_passed_over(entry.name)) continue;
            TRY(visitor.file({std::move(inner), entry.size, entry.modified_at}));
            continue;
        }
        inner.pop_back();
        const std::string name = entry.name.substr(0, entry.name.size() - 1);
        if (entry.link) continue;
        const bool hive = !hive_folder(name).key.empty();
        if (!hive && is_passed_over(name)) continue;
        if (is_part_of_table(name)) {
            TRY(walk_table_folder(files, inner, visitor));
        } else {
            visitor.folder(std::move(inner));
        }
    }
    return {};
}

}  // namespace tradewind::crawl
