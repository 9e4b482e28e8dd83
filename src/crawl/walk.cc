#include "crawl/walk.h"

#include <algorithm>

#include "crawl/examine.h"
#include "crawl/lists_ahead.h"
#include "crawl/names.h"
#include "os/filesystem.h"
#include "os/special_file.h"

namespace tradewind::crawl {

namespace {

bool lies_in_any(const std::string& path, const std::vector<std::string>& folders) {
    return std::ranges::any_of(folders, [&](const std::string& folder) {
        return path.starts_with(folder + "/");
    });
}

// Why an entry is not read, as the kind of the finding and its words; no kind: it is.
struct Passed {
    const char* kind = nullptr;
    std::string why{};
};

Passed look_at(const os::FileInfo& entry, const std::string& path, const WalkVisitor& visitor) {
    // Only what has no size can be one.
    const bool special = !entry.folder && entry.size == 0 && os::is_special_file(path);
    if (entry.link) {
        const auto target = os::real_path(path);
        if (!target.ok()) return {"link", "it is a link that leads nowhere, or in a circle"};
        if (entry.folder)
            return {
                "link",
                "it is a link to the folder " + *target + "; links to folders are not followed"
            };
        if (!special && !lies_in_any(*target, visitor.link_targets))
            return {
                "link", "it is a link to " + *target + ", which lies outside of what is crawled"
            };
    }
    if (special) return {"no_file", "it is no file, but a pipe, a socket or a device"};
    return {};
}

}  // namespace

bool is_part_of_table(std::string_view folder_name) {
    return !hive_folder(folder_name).key.empty() || is_dated_folder(folder_name);
}

std::string table_folder_of(std::string folder) {
    while (folder != "/" && is_part_of_table(os::base_name(folder))) {
        folder = os::parent_folder(folder);
    }
    return folder;
}

namespace {

// Of the table, among entries of its folder at `path`; their names end in '/'.
std::vector<std::string> part_folders(
    const std::string& path, const std::vector<os::FileInfo>& entries
) {
    std::vector<std::string> folders;
    for (const os::FileInfo& entry : entries) {
        if (!entry.folder || entry.link) continue;
        std::string name = entry.name;
        name.pop_back();
        if (is_part_of_table(name)) folders.push_back(os::join(path, name));
    }
    return folders;
}

// `listed`: the entries of the folder at `path`.
Result<void> walk(
    os::Filesystem& files,
    const std::string& path,
    Result<std::vector<os::FileInfo>> listed,
    const WalkVisitor& visitor
) {
    if (!listed.ok()) {
        visitor.unlisted(path + "/", listed.error());
        return {};
    }
    // As the paths below them sort: "a.csv" stands before "a/b.csv".
    for (os::FileInfo& entry : *listed) {
        if (entry.folder) entry.name += '/';
    }
    std::ranges::sort(*listed, {}, &os::FileInfo::name);
    ListsAhead lists(files, part_folders(path, *listed));
    for (const os::FileInfo& entry : *listed) {
        std::string inner = os::join(path, entry.name);
        if (entry.folder) inner.pop_back();
        const std::string name = os::base_name(inner);
        const bool hive = entry.folder && !hive_folder(name).key.empty();
        if (!hive && is_passed_over(name)) continue;
        const Passed passed = look_at(entry, inner, visitor);
        if (passed.kind != nullptr) {
            TRY(visitor.passed_by(inner, passed.kind, passed.why));
            continue;
        }
        if (!entry.folder) {
            TRY(visitor.file({std::move(inner), entry.size, entry.modified_at}));
            continue;
        }
        if (is_part_of_table(name)) {
            TRY(walk(files, inner, lists.list(inner), visitor));
        } else {
            visitor.folder(std::move(inner));
        }
    }
    return {};
}

}  // namespace

Result<void> walk_table_folder(
    os::Filesystem& files, const std::string& path, const WalkVisitor& visitor
) {
    return walk(files, path, files.list(path), visitor);
}

}  // namespace tradewind::crawl
