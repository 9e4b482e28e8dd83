// The lake in a folder of a Filesystem.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "lake/dataset.h"
#include "lake/held_files.h"
#include "lake/lake.h"
#include "lake/quarantine.h"

namespace tradewind::lake {

using DatasetPtr = std::shared_ptr<Dataset>;

class FolderLake : public Lake {
public:
    FolderLake(LakeOptions options, os::Filesystem& files, os::Clock& clock);

    // Io, PermissionDenied: the root cannot be made or listed.
    Result<void> open();

    Result<Version> current(const std::string& dataset) override;
    Result<Version> version(const std::string& dataset, std::int64_t number) override;
    Result<std::shared_ptr<Pin>> pin(const std::string& dataset) override;
    Result<std::shared_ptr<Pin>> pin(const std::string& dataset, std::int64_t number) override;
    Result<std::vector<DatasetInfo>> datasets() override;
    Result<Version> commit(
        const std::string& dataset, const Commit& change, std::optional<std::int64_t> expected
    ) override;
    Result<std::unique_ptr<NewFile>> create(const std::string& path) override;
    Result<std::string> scratch_path(const std::string& suffix) override;
    Result<DataFile> adopt(
        const std::string& scratch_path, const std::string& path, std::int64_t row_count
    ) override;
    Result<void> discard(const std::string& path) override;
    Result<std::string> read(const std::string& path, std::uint64_t size_max) override;
    std::string absolute(const std::string& path) const override;
    Result<void> verify(bool quarantine) override;
    Result<void> quarantine_changed() override;
    Result<void> quarantine_damaged(const std::string& dataset) override;
    Result<std::size_t> sweep() override;

    // For the files being written (new_file.cc).
    Result<void> hold(const std::string& path);
    // Sets the file's time.
    Result<void> place(const std::string& from, DataFile& file);
    HeldFiles& held() { return held_; }
    os::Filesystem& files() { return files_; }
    std::string next_scratch_name(const std::string& suffix);
    std::string scratch_file(const std::string& name) const;

private:
    // Everything in the lake besides version files and scratch.
    struct Contents {
        std::vector<std::string> datasets;
        std::vector<std::string> data_files;
    };

    DatasetPtr find(const std::string& dataset) const;
    Result<DatasetPtr> find_or_add(const std::string& dataset);
    std::vector<DatasetPtr> all() const;
    bool named(const std::string& path) const;
    std::optional<DataFile> known(const std::string& path) const;
    std::optional<std::string> scratch_name_of(const std::string& path) const;

    Result<void> check_addable(const std::vector<DataFile>& files);
    Result<Contents> list_contents() const;
    Result<void> walk(const std::string& folder, int depth, bool in_dataset, Contents& contents)
        const;
    Result<std::size_t> sweep_scratch();
    Result<std::size_t> sweep_data();
    Result<void> drop_orphan(const std::string& path);

    Result<void> verify_dataset(
        Dataset& dataset, bool quarantine, std::vector<std::string>& damage
    );
    // Those of the newest version's files that `suspect` names; empty: all.
    using Suspect = std::function<bool(const Version& version, const DataFile& file)>;
    Result<void> verify_files(
        Dataset& dataset,
        bool quarantine,
        std::vector<std::string>& damage,
        const Suspect& suspect = {}
    );
    bool was_touched(const Version& version, const DataFile& file) const;

    const LakeOptions options_;
    os::Filesystem& files_;
    os::Clock& clock_;
    Quarantine quarantine_;
    HeldFiles held_;
    Guarded<std::map<std::string, DatasetPtr, std::less<>>> datasets_;
    std::atomic<std::uint64_t> scratch_count_{0};
    // A lost version file may have named what now looks like an orphan: those are kept aside.
    std::atomic<bool> damage_met_{false};
    std::mutex sweeping_;
};

}  // namespace tradewind::lake
