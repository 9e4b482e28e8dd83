// One dataset: its newest version in memory, its version files, and the pins that readers hold.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "lake/commit_plan.h"
#include "lake/lake.h"
#include "lake/version_folder.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::lake {

using VersionPtr = std::shared_ptr<const Version>;

class Quarantine;

// All methods: any thread. What writes waits for what else writes; reads never wait for a disk.
class Dataset {
public:
    Dataset(std::string name, const LakeOptions& options, os::Filesystem& files, os::Clock& clock);

    const std::string& name() const { return folder_.dataset(); }

    // Finds the newest version on disk. Never fails as a whole: a dataset that cannot be read is
    // blocked and says why. True: damage was found.
    bool open(Quarantine& quarantine);

    Result<VersionPtr> current() const;
    Result<VersionPtr> version(std::int64_t number) const;
    Result<std::shared_ptr<Pin>> pin();
    Result<std::shared_ptr<Pin>> pin(std::int64_t number);
    DatasetInfo info() const;
    bool blocked() const;
    // Is the path named by a version that is kept?
    bool names(std::string_view path) const;
    std::optional<DataFile> find(std::string_view path) const;  // in the newest version

    // `in_doubt` is set when it failed in a way that may leave the new version on the medium.
    Result<VersionPtr> commit(
        const Commit& change, std::optional<std::int64_t> expected, bool& in_doubt
    );

    // Removes the versions that retention gives up (see retention.cc).
    Result<void> apply_retention();

    // Reads every version file; the names of those that are damaged.
    Result<std::vector<std::string>> check_version_files() const;
    // Writes what is in memory as a new, whole version, moves the damaged version files away, and
    // lets the dataset go on if it was blocked by them.
    Result<void> repair(const std::vector<std::string>& damaged, Quarantine& quarantine);

private:
    struct State {
        VersionPtr current = std::make_shared<const Version>();
        std::int64_t number_max = 0;  // ever used, also by versions that were lost
        RetiredFiles retired;
        std::int64_t delta_count = 0;    // since the last whole version file
        std::int64_t changed_count = 0;  // files in those deltas
        std::multiset<std::int64_t> pins;
        std::optional<Error> blocked;
        // So many version files from number_max + 1 on may lie there that nobody was told of.
        std::int64_t doubtful_count = 0;
    };
    class PinnedVersion;
    struct Recovered;

    Result<Recovered> recover() const;
    Result<void> drop_unfinished(const std::vector<std::int64_t>& numbers);
    void adopt_state(Recovered recovered);
    void quarantine_files(const std::set<std::string>& names, Quarantine& quarantine);
    void block(Error error);
    std::string lost_version_files() const;
    Error chain_broken() const;
    Result<void> step_over_lost();

    bool doubt(VersionName name);
    Result<void> settle_doubt();
    Result<VersionPtr> publish(CommitPlan plan, bool& in_doubt);
    Result<VersionPtr> publish_aside(CommitPlan plan, bool& in_doubt);
    Result<void> write_delta(const CommitPlan& plan, std::int64_t base, bool& in_doubt);
    void write_whole_if_due();
    Result<void> write_whole(const Version& version, const RetiredFiles& retired);

    Result<std::int64_t> oldest_to_keep(const VersionNumbers& numbers);
    Result<bool> expired(std::int64_t number, const VersionNumbers& numbers);
    Result<std::int64_t> floor_for(std::int64_t oldest, const VersionNumbers& numbers);
    Result<void> remove_below(std::int64_t floor, const VersionNumbers& numbers);
    // What a crash in the midst of remove_below left.
    Result<void> finish_removal();

    const LakeOptions& options_;
    os::Clock& clock_;
    VersionFolder folder_;
    std::mutex writing_;  // held by commit, retention and repair; taken before state_
    // Shared with pins, which may outlive the lake.
    std::shared_ptr<Guarded<State>> state_ = std::make_shared<Guarded<State>>();
};

}  // namespace tradewind::lake
