// Which rows are missing, for those who do not have the lake open.
#include <set>

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

// What cannot be read says nothing of rows; verify tells of it.
std::vector<LostRows> lost_rows_of(const VersionFolder& folder) {
    const auto numbers = folder.list();
    if (!numbers.ok() || numbers->empty()) return {};
    const std::int64_t newest = numbers->newest();
    for (const VersionKind kind : {VersionKind::Delta, VersionKind::Whole}) {
        const auto header = folder.read_header({newest, kind});
        if (header.ok()) return header->lost;
    }
    return {};
}

}  // namespace

std::vector<LostRows> find_lost_rows(os::Filesystem& files, const std::string& root) {
    std::vector<std::string> datasets;
    find_datasets(files, root, "", datasets);
    std::vector<LostRows> lost;
    for (const std::string& dataset : datasets) {
        for (LostRows& rows : lost_rows_of(VersionFolder(dataset, root, files)))
            lost.push_back(std::move(rows));
    }
    return lost;
}

}  // namespace tradewind::lake
