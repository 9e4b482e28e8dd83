// Puts a version together: down its chain of deltas to a whole version file, and up again.
#include <algorithm>

#include "lake/version_folder.h"

namespace tradewind::lake {

struct VersionFolder::Chain {
    std::optional<VersionFile> whole;  // nothing: the chain begins at the empty dataset
    std::vector<VersionFile> deltas;   // newest first
};

namespace {

// What a delta changes, made to fit a base that may lack some of it (after a hole).
struct Changes {
    FileChunk add;
    std::vector<std::string> remove;
};

Changes fitting(const FileList& base, const VersionFile& delta) {
    Changes changes;
    for (const std::string& path : delta.removed) {
        if (base.find(path) != nullptr) changes.remove.push_back(path);
    }
    for (const FilePtr& file : delta.files) {
        if (base.find(file->path) == nullptr) changes.add.push_back(file);
    }
    return changes;
}

Version version_of(const VersionHeader& header, FileList files) {
    Version version;
    version.number = header.number;
    version.published_at = header.published_at;
    version.columns = header.columns;
    version.files = std::move(files);
    version.positions = header.positions;
    version.run = header.run;
    version.extra = header.extra;
    version.lost = header.lost;
    version.aside = header.aside;
    return version;
}

}  // namespace

Result<std::optional<VersionFile>> VersionFolder::try_read(
    VersionName name, std::set<std::string>& damaged
) const {
    auto file = read(name);
    if (file.ok()) return std::optional(std::move(file).take());
    if (file.error().code() == ErrorCode::NotFound) return std::optional<VersionFile>();
    if (file.error().code() != ErrorCode::Corruption) return std::move(file).error();
    damaged.insert(file_name(name));
    return std::optional<VersionFile>();
}

Result<VersionFolder::Chain> VersionFolder::collect(
    const VersionNumbers& numbers, std::int64_t number, std::set<std::string>& damaged
) const {
    Chain chain;
    for (std::int64_t at = number; at > 0;) {
        if (numbers.wholes.contains(at)) {
            chain.whole = TRY(try_read({at, VersionKind::Whole}, damaged));
            if (chain.whole) return chain;
        }
        std::optional<VersionFile> delta;
        if (numbers.deltas.contains(at)) delta = TRY(try_read({at, VersionKind::Delta}, damaged));
        if (delta) {
            at = delta->header.base;
            chain.deltas.push_back(*std::move(delta));
            continue;
        }
        if (at == number) break;  // nothing tells what this version is
        at = numbers.before(at);
    }
    return chain;
}

Result<LoadedVersion> VersionFolder::load(
    const VersionNumbers& numbers, std::int64_t number, std::set<std::string>& damaged
) const {
    const std::size_t damaged_before = damaged.size();
    Chain chain = TRY(collect(numbers, number, damaged));
    if (!chain.whole && chain.deltas.empty()) {
        const bool lost = damaged.size() > damaged_before;
        return Error(
            lost ? ErrorCode::Corruption : ErrorCode::NotFound,
            "version " + std::to_string(number) + " of '" + dataset_ + "' " +
                (lost ? "is damaged" : "is not kept")
        );
    }
    LoadedVersion loaded;
    FileList files;
    const VersionHeader* newest = nullptr;
    if (chain.whole) {
        files = from_sorted(std::move(chain.whole->files));
        loaded.retired = std::move(chain.whole->retired);
        newest = &chain.whole->header;
    }
    for (auto delta = chain.deltas.rbegin(); delta != chain.deltas.rend(); ++delta) {
        Changes changes = fitting(files, *delta);
        loaded.changed_count +=
            static_cast<std::int64_t>(delta->files.size() + delta->removed.size());
        files = changed(files, std::move(changes.add), std::move(changes.remove));
        for (const std::string& path : delta->removed) loaded.retired[path] = delta->header.number;
        // What a version aside took out is back with the one after it.
        for (const FilePtr& file : delta->files) loaded.retired.erase(file->path);
        newest = &delta->header;
    }
    loaded.delta_count = static_cast<std::int64_t>(chain.deltas.size());
    loaded.exact = files.content().totals == newest->totals;
    loaded.version = std::make_shared<const Version>(version_of(*newest, std::move(files)));
    return loaded;
}

}  // namespace tradewind::lake
