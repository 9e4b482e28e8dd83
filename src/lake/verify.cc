// Is what lies on the disk what was written?
#include <set>

#include "base/hash.h"
#include "base/log.h"
#include "lake/folder_lake.h"
#include "lake/paths.h"

namespace tradewind::lake {

namespace {

constexpr std::size_t read_bytes = 1u << 20;
// Lines in the error's detail; the log has them all.
constexpr std::size_t lines_max = 1000;

// Why the file is not what the version says; "" when it is. An error: it could not be looked at.
Result<std::string> fault_of(
    os::Filesystem& files, const std::string& path, const DataFile& expected
) {
    auto file = files.open(path, os::OpenMode::Read);
    if (!file.ok() && file.error().code() == ErrorCode::NotFound) return std::string("is missing");
    if (!file.ok()) return std::move(file).error();
    const std::uint64_t size = TRY((*file)->size());
    if (size != expected.bytes) {
        return "has " + std::to_string(size) + " bytes instead of " +
               std::to_string(expected.bytes);
    }
    std::uint32_t sum = 0;
    for (std::uint64_t at = 0; at < size;) {
        const std::string bytes = TRY((*file)->read_at(at, read_bytes));
        if (bytes.empty()) return std::string("is cut off");
        sum = crc32c(bytes, sum);
        at += bytes.size();
    }
    return std::string(sum == expected.crc32c ? "" : "has a wrong checksum");
}

void report(std::vector<std::string>& damage, const std::string& dataset, const std::string& line) {
    log::error("damage found: " + line, {{"dataset", dataset}});
    damage.push_back("dataset '" + dataset + "': " + line);
}

Error damage_error(const std::vector<std::string>& damage, bool quarantine) {
    std::string detail;
    for (std::size_t i = 0; i < damage.size() && i < lines_max; ++i)
        detail += (i == 0 ? "" : "\n") + damage[i];
    if (damage.size() > lines_max)
        detail += "\nand " + std::to_string(damage.size() - lines_max) + " more, see the log";
    return Error(
               ErrorCode::Corruption, "damage found in the lake: " + std::to_string(damage.size())
    )
        .with_detail(std::move(detail))
        .with_hint(
            quarantine ? "The damaged files are in quarantine; import or rebuild what they held."
                       : "Verify with quarantine takes the damaged files out of their datasets."
        );
}

// Whoever delivered the others' rows can make them again.
bool is_truth(const std::string& dataset) {
    return dataset.starts_with("raw/");
}

// Found damaged at a start already, or by the verify before: it is still less than it was.
bool waits_to_be_made(const std::string& dataset, const Version& current) {
    const bool made = dataset.starts_with("clean/") || dataset.starts_with("mart/");
    return made && current.run == verify_run;
}

}  // namespace

std::string describe(const LostRows& lost) {
    const std::string rows = std::to_string(lost.row_count) + " rows of ";
    const std::string gone = " are missing since " + lost.path + " was damaged";
    if (lost.origin == stream_origin) return rows + "the stream" + gone;
    const std::string import = "import " + std::to_string(lost.origin.value);
    if (lost.identity.empty()) return rows + import + gone;
    return rows + import + gone + "; a delivery of '" + lost.identity +
           "' with other bytes brings them back in its place";
}

// A dataset that cannot be looked at or repaired does not hide what is wrong with the others.
Result<void> FolderLake::verify(bool quarantine) {
    std::vector<std::string> damage;
    Result<void> failure;
    for (const DatasetPtr& dataset : all()) {
        auto looked_at = verify_dataset(*dataset, quarantine, damage);
        if (!looked_at.ok() && failure.ok()) failure = std::move(looked_at);
    }
    if (!failure.ok() || damage.empty()) return failure;
    return damage_error(damage, quarantine);
}

Result<void> FolderLake::quarantine_damaged(const std::string& name) {
    TRY(check_path(name, "dataset name"));
    const DatasetPtr dataset = find(name);
    if (dataset == nullptr) return {};
    std::vector<std::string> damage;
    TRY(verify_files(*dataset, true, damage));
    if (damage.empty()) return {};
    return damage_error(damage, true);
}

Result<void> FolderLake::quarantine_changed() {
    std::vector<std::string> damage;
    Result<void> failure;
    const Suspect touched = [this](const Version& version, const DataFile& file) {
        return was_touched(version, file);
    };
    for (const DatasetPtr& dataset : all()) {
        if (dataset->blocked()) continue;
        auto looked_at = verify_files(*dataset, true, damage, touched);
        if (!looked_at.ok() && failure.ok()) failure = std::move(looked_at);
    }
    if (!failure.ok() || damage.empty()) return failure;
    return damage_error(damage, true);
}

bool FolderLake::was_touched(const Version& version, const DataFile& file) const {
    const auto now = files_.info(absolute(file.path));
    if (!now.ok() || now->size != file.bytes) return true;
    if (file.modified_at.micros != 0) return now->modified_at != file.modified_at;
    return now->modified_at > version.published_at;
}

Result<void> FolderLake::verify_dataset(
    Dataset& dataset, bool quarantine, std::vector<std::string>& damage
) {
    const auto current = dataset.current();
    if (!current.ok()) {
        report(damage, dataset.name(), current.error().describe());
    } else {
        for (const LostRows& lost : (*current)->lost)
            report(damage, dataset.name(), describe(lost));
        if (waits_to_be_made(dataset.name(), **current)) {
            report(
                damage,
                dataset.name(),
                "version " + std::to_string((*current)->number) +
                    " is what was left when a damaged file was taken out; the next run of its "
                    "package makes it anew"
            );
        }
    }
    const std::vector<std::string> broken = TRY(dataset.check_version_files());
    for (const std::string& file : broken)
        report(damage, dataset.name(), "version file " + file + " is damaged");
    if (quarantine && (!broken.empty() || dataset.blocked())) {
        damage_met_ = true;
        TRY(dataset.repair(broken, quarantine_));
    }
    if (dataset.blocked()) return {};
    return verify_files(dataset, quarantine, damage);
}

Result<void> FolderLake::verify_files(
    Dataset& dataset, bool quarantine, std::vector<std::string>& damage, const Suspect& suspect
) {
    const auto pin = TRY(dataset.pin());
    std::set<std::string> bad;
    Commit removal;
    for (const DataFile& file : pin->version().files) {
        if (suspect && !suspect(pin->version(), file)) continue;
        const auto fault = fault_of(files_, absolute(file.path), file);
        // A medium that cannot read it any more has damaged it too, but a moved file would be no
        // better.
        const std::string why = fault.ok() ? *fault : "cannot be read: " + fault.error().message();
        if (why.empty()) continue;
        report(damage, dataset.name(), "data file " + file.path + " " + why);
        if (!fault.ok()) continue;
        bad.insert(file.path);
        const LostRows lost{
            file.path, file.row_count, file.origin, file.extra.text_or("identity", "")
        };
        if (is_truth(dataset.name()) && lost.row_count > 0) removal.lost.push_back(lost);
    }
    if (!quarantine || bad.empty()) return {};
    removal.remove_if = [&](const DataFile& file) { return bad.contains(file.path); };
    removal.run = verify_run;
    // First out of the version, then out of the folder: no reader of the newest version misses a
    // file.
    TRY(commit(dataset.name(), removal, std::nullopt));
    for (const std::string& path : bad) {
        const auto moved = quarantine_.move(path);
        if (!moved.ok() && moved.error().code() != ErrorCode::NotFound) return moved.error();
    }
    return {};
}

}  // namespace tradewind::lake
