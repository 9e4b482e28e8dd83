#include "lake/folder_lake.h"

#include "base/hash.h"
#include "base/log.h"
#include "lake/paths.h"

namespace tradewind::lake {

FolderLake::FolderLake(LakeOptions options, os::Filesystem& files, os::Clock& clock)
    : options_(std::move(options)),
      files_(files),
      clock_(clock),
      quarantine_(options_.root, options_.quarantine_folder, files) {
    CHECK(options_.full_version_every > 0);
}

Result<void> FolderLake::open() {
    TRY(files_.create_folders(os::join(options_.root, scratch_folder)));
    for (const std::string& name : TRY(list_contents()).datasets) {
        const auto dataset = std::make_shared<Dataset>(name, options_, files_, clock_);
        if (dataset->open(quarantine_)) damage_met_ = true;
        datasets_.with_lock([&](auto& datasets) { datasets[name] = dataset; });
    }
    // What cannot be removed now is in nobody's way.
    if (const auto swept = sweep(); !swept.ok())
        log::warn("lake not swept: " + swept.error().describe());
    return {};
}

DatasetPtr FolderLake::find(const std::string& dataset) const {
    return datasets_.with_lock([&](const auto& datasets) {
        const auto at = datasets.find(dataset);
        return at == datasets.end() ? nullptr : at->second;
    });
}

Result<DatasetPtr> FolderLake::find_or_add(const std::string& dataset) {
    TRY(check_path(dataset, "dataset name"));
    return datasets_.with_lock([&](auto& datasets) {
        DatasetPtr& entry = datasets[dataset];
        if (entry == nullptr) entry = std::make_shared<Dataset>(dataset, options_, files_, clock_);
        return entry;
    });
}

std::vector<DatasetPtr> FolderLake::all() const {
    return datasets_.with_lock([](const auto& datasets) {
        std::vector<DatasetPtr> found;
        for (const auto& [name, dataset] : datasets) found.push_back(dataset);
        return found;
    });
}

// A file mostly lies below its dataset's folder: that one is asked first.
bool FolderLake::named(const std::string& path) const {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
        const DatasetPtr dataset = find(path.substr(0, slash));
        if (dataset != nullptr && dataset->names(path)) return true;
    }
    for (const DatasetPtr& dataset : all()) {
        if (dataset->names(path)) return true;
    }
    return false;
}

std::optional<DataFile> FolderLake::known(const std::string& path) const {
    if (auto file = held_.find(path)) return file;
    for (const DatasetPtr& dataset : all()) {
        if (auto file = dataset->find(path)) return file;
    }
    return std::nullopt;
}

Result<Version> FolderLake::current(const std::string& dataset) {
    TRY(check_path(dataset, "dataset name"));
    const DatasetPtr found = find(dataset);
    if (found == nullptr) return Version();
    return *TRY(found->current());
}

Result<Version> FolderLake::version(const std::string& dataset, std::int64_t number) {
    return *TRY(TRY(find_or_add(dataset))->version(number));
}

Result<std::shared_ptr<Pin>> FolderLake::pin(const std::string& dataset) {
    return TRY(find_or_add(dataset))
    ->pin();
}

Result<std::shared_ptr<Pin>> FolderLake::pin(const std::string& dataset, std::int64_t number) {
    return TRY(find_or_add(dataset))
    ->pin(number);
}

Result<std::vector<DatasetInfo>> FolderLake::datasets() {
    std::vector<DatasetInfo> infos;
    for (const DatasetPtr& dataset : all()) {
        DatasetInfo info = dataset->info();
        if (info.version > 0 || !info.damage.empty()) infos.push_back(std::move(info));
    }
    return infos;
}

Result<void> FolderLake::check_addable(const std::vector<DataFile>& files) {
    for (const DataFile& file : files) {
        TRY(check_path(file.path, "data file path"));
        const auto there = files_.info(absolute(file.path));
        if (!there.ok()) return Error(there.error()).in("data file to add");
        const auto finished = held_.find(file.path);
        const bool same =
            there->size == file.bytes && !there->folder &&
            (!finished || (finished->bytes == file.bytes && finished->crc32c == file.crc32c));
        if (same) continue;
        return Error(
                   ErrorCode::InvalidArgument,
                   "data file '" + file.path + "' is not what the commit says"
        )
            .with_detail(
                "It has " + std::to_string(there->size) + " bytes, the commit says " +
                std::to_string(file.bytes) + "."
            );
    }
    return {};
}

Result<Version> FolderLake::commit(
    const std::string& dataset, const Commit& change, std::optional<std::int64_t> expected
) {
    const DatasetPtr target = TRY(find_or_add(dataset));
    // Held first, looked at then: a sweep cannot come in between.
    held_.begin_commit(change.add);
    bool in_doubt = false;
    auto committed = [&]() -> Result<VersionPtr> {
        TRY(check_addable(change.add));
        return target->commit(change, expected, in_doubt);
    }();
    using Outcome = HeldFiles::Outcome;
    held_.end_commit(
        change.add,
        committed.ok() ? Outcome::Committed
        : in_doubt     ? Outcome::InDoubt
                       : Outcome::Failed
    );
    if (!committed.ok()) return std::move(committed).error();
    return **committed;
}

Result<std::string> FolderLake::read(const std::string& path, std::uint64_t size_max) {
    TRY(check_path(path, "data file path"));
    std::string bytes = TRY(os::read_file(files_, absolute(path), size_max));
    const auto file = known(path);
    if (!file || (file->bytes == bytes.size() && file->crc32c == crc32c(bytes))) return bytes;
    return Error(ErrorCode::Corruption, "data file '" + path + "' is damaged")
        .with_hint("Verify with quarantine takes it out of its dataset.");
}

std::string FolderLake::absolute(const std::string& path) const {
    return os::join(options_.root, path);
}

Result<std::unique_ptr<Lake>> open_lake(
    LakeOptions options, os::Filesystem& files, os::Clock& clock
) {
    auto lake = std::make_unique<FolderLake>(std::move(options), files, clock);
    TRY(lake->open());
    return std::unique_ptr<Lake>(std::move(lake));
}

}  // namespace tradewind::lake
