// Which versions of a dataset stay. What is kept begins with a whole version file, called the
// floor, so that every version file on disk can be read and every data file it names is there; a
// floor that lies too far back is moved up by writing a whole file where retention would like to
// begin.
#include <algorithm>

#include "base/log.h"
#include "lake/dataset.h"

namespace tradewind::lake {

namespace {

// A whole file of that many entries is written for a single file that can go; beyond, for one in
// eight.
constexpr std::int64_t small_whole_files = 1000;
constexpr std::int64_t whole_share = 8;

VersionName name_of(std::int64_t number, const VersionNumbers& numbers) {
    return {number, numbers.deltas.contains(number) ? VersionKind::Delta : VersionKind::Whole};
}

}  // namespace

Result<void> Dataset::apply_retention() {
    const std::lock_guard writing(writing_);
    if (blocked()) return {};  // every file of it may still be needed to recover
    TRY(settle_doubt());
    const VersionNumbers numbers = TRY(folder_.list());
    if (numbers.empty()) return {};
    const std::int64_t oldest = TRY(oldest_to_keep(numbers));
    const std::int64_t floor = TRY(floor_for(oldest, numbers));
    if (floor == 0) return {};
    return remove_below(floor, numbers);
}

// False also when its file cannot be read: then it is not ours to throw away.
Result<bool> Dataset::expired(std::int64_t number, const VersionNumbers& numbers) {
    const auto header = folder_.read_header(name_of(number, numbers));
    if (!header.ok()) return false;
    return header->published_at.micros < clock_.now().micros - options_.version_retention_us;
}

// The oldest version that age, count or a pin keep. Versions are published in order of time (a
// clock that jumps back only makes some stay longer), so the border can be searched by halves.
Result<std::int64_t> Dataset::oldest_to_keep(const VersionNumbers& numbers) {
    const std::vector<std::int64_t> all = numbers.all();
    const auto kept_min = static_cast<std::size_t>(std::max(options_.versions_kept_min, 1));
    std::size_t low = 0;
    std::size_t high = all.size() > kept_min ? all.size() - kept_min : 0;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (TRY(expired(all[middle], numbers))) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return state_->with_lock([&](const State& state) {
        std::int64_t oldest = std::min(all[low], state.current->number);
        if (!state.pins.empty()) oldest = std::min(oldest, *state.pins.begin());
        return oldest;
    });
}

// The newest whole version file at or below `oldest`; 0: there is none, all stays.
Result<std::int64_t> Dataset::floor_for(std::int64_t oldest, const VersionNumbers& numbers) {
    const auto above = numbers.wholes.upper_bound(oldest);
    const std::int64_t floor = above == numbers.wholes.begin() ? 0 : *std::prev(above);
    if (floor == oldest) return floor;
    const std::int64_t freed = state_->with_lock([&](const State& state) {
        return std::count_if(state.retired.begin(), state.retired.end(), [&](const auto& file) {
            return file.second > floor && file.second <= oldest;
        });
    });
    if (freed == 0) return floor;
    const VersionHeader header = TRY(folder_.read_header(name_of(oldest, numbers)));
    if (static_cast<std::int64_t>(header.totals.file_count) >
        small_whole_files + whole_share * freed)
        return floor;
    std::set<std::string> damaged;
    const LoadedVersion loaded = TRY(folder_.load(numbers, oldest, damaged));
    if (!loaded.exact) return floor;
    TRY(write_whole(*loaded.version, loaded.retired));
    return oldest;
}

Result<void> Dataset::remove_below(std::int64_t floor, const VersionNumbers& numbers) {
    const bool anything = numbers.before(floor) > 0 || numbers.deltas.contains(floor);
    if (anything) {
        // It will be the only one that tells what came before: it must be readable.
        TRY(folder_.read({floor, VersionKind::Whole}));
        TRY(folder_.mark_floor(floor));
        for (const std::int64_t number : numbers.deltas) {
            if (number <= floor) TRY(folder_.remove({number, VersionKind::Delta}));
        }
        for (const std::int64_t number : numbers.wholes) {
            if (number < floor) TRY(folder_.remove({number, VersionKind::Whole}));
        }
        // Only then may data files go that those versions named.
        TRY(folder_.sync());
        // Should it come back after a crash, there is nothing left for it to remove.
        TRY(folder_.clear_floor());
    }
    state_->with_lock([&](State& state) {
        std::erase_if(state.retired, [&](const auto& file) { return file.second <= floor; });
    });
    return {};
}

// Without it, versions would be seen whose base is gone, and data files stay that only they named.
Result<void> Dataset::finish_removal() {
    const std::int64_t floor = TRY(folder_.marked_floor());
    if (floor == 0) return {};
    TRY(remove_below(floor, TRY(folder_.list())));
    return folder_.clear_floor();
}

}  // namespace tradewind::lake
