// How a dataset comes back at open, and how it goes on after damage.
#include <algorithm>

#include "base/log.h"
#include "lake/dataset.h"
#include "lake/paths.h"
#include "lake/quarantine.h"

namespace tradewind::lake {

struct Dataset::Recovered {
    LoadedVersion loaded;           // number 0 when nothing can be read
    std::int64_t number_max = 0;    // of the files there are, readable or not
    std::set<std::string> damaged;  // names of version files
    // Versions aside that nothing follows: a commit that was cut off between its two files, or lost
    // the second one. Newest first.
    std::vector<std::int64_t> unfinished;
};

// The newest version whose own file can be read, and that is a current one.
Result<Dataset::Recovered> Dataset::recover() const {
    Recovered recovered;
    const VersionNumbers numbers = TRY(folder_.list());
    recovered.number_max = numbers.newest();
    for (std::int64_t number = numbers.newest(); number > 0; number = numbers.before(number)) {
        auto loaded = folder_.load(numbers, number, recovered.damaged);
        if (loaded.ok() && loaded->version->aside) {
            recovered.unfinished.push_back(number);
            continue;
        }
        if (loaded.ok()) {
            recovered.loaded = std::move(loaded).take();
            return recovered;
        }
        if (loaded.error().code() != ErrorCode::Corruption) return std::move(loaded).error();
    }
    // Before the first version the dataset was empty; before a later one it was something that
    // nobody can tell any more.
    recovered.loaded.exact = recovered.number_max <= 1;
    return recovered;
}

void Dataset::adopt_state(Recovered recovered) {
    for (const LostRows& lost : recovered.loaded.version->lost)
        log::error("rows are lost: " + describe(lost), {{"dataset", name()}});
    state_->with_lock([&](State& state) {
        state.current = recovered.loaded.version;
        state.number_max = recovered.number_max;
        state.retired = std::move(recovered.loaded.retired);
        state.delta_count = recovered.loaded.delta_count;
        state.changed_count = recovered.loaded.changed_count;
    });
}

void Dataset::block(Error error) {
    log::error("dataset is blocked: " + error.describe(), {{"dataset", name()}});
    state_->with_lock([&](State& state) { state.blocked = std::move(error); });
}

void Dataset::quarantine_files(const std::set<std::string>& names, Quarantine& quarantine) {
    for (const std::string& file : names) {
        const auto moved =
            quarantine.move(name() + "/" + std::string(versions_folder) + "/" + file);
        log::error(
            "damaged version file " +
                (moved.ok() ? "is now " + *moved : "stays: " + moved.error().describe()),
            {{"dataset", name()}, {"file", file}}
        );
    }
}

bool Dataset::open(Quarantine& quarantine) {
    const std::lock_guard writing(writing_);
    auto prepared = folder_.remove_temporaries();
    // A commit that was cut off between its rename and its folder's sync counts if it can be seen;
    // from here on others rely on it.
    if (prepared.ok()) prepared = folder_.sync();
    if (!prepared.ok()) {
        block(std::move(prepared).error());
        return true;
    }
    auto recovered = recover();
    if (!recovered.ok()) {
        block(std::move(recovered).error());
        return true;
    }
    // Its data files are nobody's without it.
    if (auto dropped = drop_unfinished(recovered->unfinished); !dropped.ok()) {
        block(std::move(dropped).error());
        return true;
    }
    const bool exact = recovered->loaded.exact;
    const std::set<std::string> damaged = recovered->damaged;
    const bool newest_lost = recovered->loaded.version->number < recovered->number_max;
    adopt_state(std::move(recovered).take());
    if (damaged.empty() && exact) {
        if (const auto finished = finish_removal(); !finished.ok()) {
            log::warn(
                "retention that was cut off is not finished: " + finished.error().describe(),
                {{"dataset", name()}}
            );
        }
        return false;
    }
    if (newest_lost && exact && !step_over_lost().ok())
        return true;  // the file stays, and is met again
    quarantine_files(damaged, quarantine);
    if (!exact) block(chain_broken());
    return true;
}

Result<void> Dataset::drop_unfinished(const std::vector<std::int64_t>& numbers) {
    for (const std::int64_t number : numbers) {
        log::warn(
            "a commit that was cut off is dropped", {{"dataset", name()}, {"version", number}}
        );
        TRY(folder_.remove({number, VersionKind::Delta}));
        TRY(folder_.remove({number, VersionKind::Whole}));
        TRY(folder_.sync());
    }
    return {};
}

// Damaged ones are in quarantine by now.
std::string Dataset::lost_version_files() const {
    const auto numbers = folder_.list();
    if (!numbers.ok() || numbers->empty()) return "all of them";
    const std::vector<std::int64_t> there = numbers->all();
    const auto [least, most] = std::ranges::minmax(there);
    std::string list;
    for (std::int64_t number = least; number <= most; ++number) {
        if (std::ranges::find(there, number) != there.end()) continue;
        list += (list.empty() ? "" : ", ") + file_name({number, VersionKind::Delta});
    }
    return list.empty() ? "the ones before " + file_name({least, VersionKind::Delta}) : list;
}

Error Dataset::chain_broken() const {
    return Error(
               ErrorCode::Corruption,
               "dataset '" + name() + "' lost a version file that its newest version builds on"
    )
        .with_detail(
            "Missing in " + name() + "/" + std::string(versions_folder) + ": " +
            lost_version_files() +
            "; a damaged one is in quarantine. Which files the dataset has cannot be told for sure."
        )
        .with_hint(
            "Put the file back from a backup and start again, or go on with what can be recovered: "
            "tradewind verify."
        );
}

// The number of the lost version is never used again: runs may have noted it. An empty version
// after it says so durably.
Result<void> Dataset::step_over_lost() {
    const auto [base, number] = state_->with_lock([](const State& state) {
        return std::pair(state.current, state.number_max + 1);
    });
    Commit nothing;
    nothing.run = "recovery";
    bool in_doubt = false;
    const auto stepped = publish(TRY(plan_commit(*base, nothing, number, clock_.now())), in_doubt);
    if (stepped.ok()) return {};
    log::error("recovery not written: " + stepped.error().describe(), {{"dataset", name()}});
    return stepped.error();
}

Result<std::vector<std::string>> Dataset::check_version_files() const {
    std::vector<std::string> damaged;
    const VersionNumbers numbers = TRY(folder_.list());
    const auto check = [&](VersionName file) -> Result<void> {
        const auto read = folder_.read(file);
        if (read.ok() || read.error().code() == ErrorCode::NotFound)
            return {};  // retired meanwhile
        if (read.error().code() != ErrorCode::Corruption) return read.error();
        damaged.push_back(file_name(file));
        return {};
    };
    for (const std::int64_t number : numbers.deltas) TRY(check({number, VersionKind::Delta}));
    for (const std::int64_t number : numbers.wholes) TRY(check({number, VersionKind::Whole}));
    return damaged;
}

Result<void> Dataset::repair(const std::vector<std::string>& damaged, Quarantine& quarantine) {
    const std::lock_guard writing(writing_);
    TRY(settle_doubt());
    const auto [current, retired, number, blocked] = state_->with_lock([](const State& state) {
        return std::tuple(state.current, state.retired, state.number_max + 1, state.blocked);
    });
    // Blocked by something else than damage: what is in memory is not what is on the medium.
    if (blocked && blocked->code() != ErrorCode::Corruption) return *blocked;
    Version next = *current;
    next.number = number;
    next.published_at = clock_.now();
    // What was put together without the lost file may hold rows that it took out, and lack others:
    // none of what the version says of its making can be relied on.
    next.run = blocked ? verify_run : "recovery";
    const VersionHeader header = header_of(next, name(), VersionKind::Whole, 0);
    const auto written =
        folder_.write({number, VersionKind::Whole}, encode_whole(header, next.files, retired));
    if (!written.ok()) {
        doubt({number, VersionKind::Whole});
        return written;
    }
    state_->with_lock([&](State& state) {
        state.current = std::make_shared<const Version>(std::move(next));
        state.number_max = number;
        state.delta_count = 0;
        state.changed_count = 0;
        state.blocked.reset();
    });
    quarantine_files({damaged.begin(), damaged.end()}, quarantine);
    return {};
}

}  // namespace tradewind::lake
