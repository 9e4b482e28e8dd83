// What lies in the lake's datasets and belongs to nobody goes.
#include <algorithm>

#include "base/log.h"
#include "lake/folder_lake.h"
#include "lake/paths.h"

namespace tradewind::lake {

namespace {

// A path of 1,024 bytes cannot be deeper; symbolic links in a circle stop here.
constexpr int depth_max = 512;

}  // namespace

Result<FolderLake::Contents> FolderLake::list_contents() const {
    Contents contents;
    TRY(walk("", 0, false, contents));
    return contents;
}

// What lies in no dataset's folder is somebody else's, who put it there to be crawled, say.
Result<void> FolderLake::walk(
    const std::string& folder, int depth, bool in_dataset, Contents& contents
) const {
    const auto listed = files_.list(os::join(options_.root, folder));
    if (!listed.ok()) {
        // Somebody removed it meanwhile: then there is nothing in it.
        return listed.error().code() == ErrorCode::NotFound ? Result<void>()
                                                            : Result<void>(listed.error());
    }
    in_dataset = in_dataset || std::ranges::any_of(*listed, [](const os::FileInfo& info) {
                     return info.folder && info.name == versions_folder;
                 });
    for (const os::FileInfo& info : *listed) {
        const std::string path = os::join(folder, info.name);
        if (!info.folder) {
            if (in_dataset) contents.data_files.push_back(path);
        } else if (info.name == versions_folder) {
            if (check_path(folder, "dataset").ok()) contents.datasets.push_back(folder);
        } else if (path != scratch_folder && depth < depth_max) {
            TRY(walk(path, depth + 1, in_dataset, contents));
        }
    }
    return {};
}

Result<std::size_t> FolderLake::sweep() {
    const std::lock_guard sweeping(sweeping_);
    bool blocked = false;
    for (const DatasetPtr& dataset : all()) {
        const auto retired = dataset->apply_retention();
        if (!retired.ok())
            log::warn(
                "retention failed: " + retired.error().describe(), {{"dataset", dataset->name()}}
            );
        blocked = blocked || dataset->blocked();
    }
    const std::size_t scratch = TRY(sweep_scratch());
    // Which files a blocked dataset has is in doubt: nothing is an orphan for sure.
    if (blocked) return scratch;
    held_.begin_sweep();
    auto data = sweep_data();
    held_.end_sweep();
    return scratch + TRY(std::move(data));
}

Result<std::size_t> FolderLake::sweep_scratch() {
    std::size_t removed = 0;
    for (const os::FileInfo& info : TRY(files_.list(os::join(options_.root, scratch_folder)))) {
        if (held_.holds_scratch(info.name)) continue;
        TRY(os::remove_tree(files_, scratch_file(info.name)));
        ++removed;
    }
    return removed;
}

// The list is made first, what versions name is looked at later: a file that was there then, and is
// neither named nor held now, is nobody's.
Result<std::size_t> FolderLake::sweep_data() {
    std::size_t removed = 0;
    for (const std::string& path : TRY(list_contents()).data_files) {
        if (named(path)) continue;
        if (TRY(held_.remove_unheld(path, [&] { return drop_orphan(path); }))) ++removed;
    }
    return removed;
}

Result<void> FolderLake::drop_orphan(const std::string& path) {
    if (damage_met_) {
        auto moved = quarantine_.move(path);
        if (!moved.ok()) return std::move(moved).error();
        log::warn("a file that no version names is kept aside", {{"file", path}, {"now", *moved}});
        return {};
    }
    return files_.remove(absolute(path));
}

}  // namespace tradewind::lake
