// Which rows are missing, for those who do not have the lake open.
#include <algorithm>
#include <optional>

#include "lake/paths.h"
#include "lake/version_folder.h"

namespace tradewind::lake {

namespace {

// Every folder that has versions in it. Others can come and go meanwhile.
void find_datasets(
    os::Filesystem& files,
    const std::string& root,
    const std::string& below,
    std::vector<std::string>& found
) {
    const auto entries = files.list(below.empty() ? root : os::join(root, below));
    if (!entries.ok()) return;
    for (const os::FileInfo& entry : *entries) {
        if (!entry.folder || entry.link) continue;
        if (entry.name == versions_folder) {
            found.push_back(below);
        } else {
            find_datasets(
                files, root, below.empty() ? entry.name : below + "/" + entry.name, found
            );
        }
    }
}

// Of the newest version; nothing: it cannot be read, or there is none.
std::optional<VersionHeader> newest_header(const VersionFolder& folder) {
    const auto numbers = folder.list();
    if (!numbers.ok() || numbers->empty()) return std::nullopt;
    const std::int64_t newest = numbers->newest();
    for (const VersionKind kind : {VersionKind::Delta, VersionKind::Whole}) {
        auto header = folder.read_header({newest, kind});
        if (header.ok()) return std::move(header).take();
    }
    return std::nullopt;
}

bool has_files_besides_versions(os::Filesystem& files, const std::string& folder) {
    const auto entries = files.list(folder);
    return entries.ok() && std::ranges::any_of(*entries, [](const os::FileInfo& entry) {
               return entry.name != versions_folder;
           });
}

}  // namespace

std::vector<LostRows> find_lost_rows(os::Filesystem& files, const std::string& root) {
    std::vector<std::string> datasets;
    find_datasets(files, root, "", datasets);
    std::vector<LostRows> lost;
    for (const std::string& dataset : datasets) {
        // What cannot be read says nothing of rows.
        const auto header = newest_header(VersionFolder(dataset, root, files));
        if (header) lost.insert(lost.end(), header->lost.begin(), header->lost.end());
    }
    return lost;
}

std::vector<std::string> find_unreadable_datasets(os::Filesystem& files, const std::string& root) {
    std::vector<std::string> datasets;
    find_datasets(files, root, "", datasets);
    std::erase_if(datasets, [&](const std::string& dataset) {
        return newest_header(VersionFolder(dataset, root, files)) ||
               !has_files_besides_versions(files, os::join(root, dataset));
    });
    return datasets;
}

}  // namespace tradewind::lake
