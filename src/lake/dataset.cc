#include "lake/dataset.h"

#include <algorithm>

#include "base/log.h"
#include "lake/paths.h"

namespace tradewind::lake {

namespace {

// However big the dataset, opening it reads at most this many times full_version_every deltas.
constexpr std::int64_t whole_delay_max = 32;
// A whole version file is due when what changed is at least this part of what it would hold.
constexpr std::int64_t whole_share = 8;

}  // namespace

class Dataset::PinnedVersion : public Pin {
public:
    PinnedVersion(VersionPtr version, std::shared_ptr<Guarded<State>> state)
        : version_(std::move(version)), state_(std::move(state)) {}
    PinnedVersion(const PinnedVersion&) = delete;
    PinnedVersion& operator=(const PinnedVersion&) = delete;
    ~PinnedVersion() override {
        state_->with_lock([&](State& state) { state.pins.erase(state.pins.find(version_->number)); }
        );
    }
    const Version& version() const override { return *version_; }

private:
    VersionPtr version_;
    std::shared_ptr<Guarded<State>> state_;
};

Dataset::Dataset(
    std::string name, const LakeOptions& options, os::Filesystem& files, os::Clock& clock
)
    : options_(options), clock_(clock), folder_(std::move(name), options.root, files) {}

Result<VersionPtr> Dataset::current() const {
    return state_->with_lock([](const State& state) -> Result<VersionPtr> {
        if (state.blocked) return *state.blocked;
        return state.current;
    });
}

Result<VersionPtr> Dataset::version(std::int64_t number) const {
    const VersionPtr newest = state_->with_lock([](const State& state) { return state.current; });
    if (number == newest->number) return current();
    std::set<std::string> damaged;
    const LoadedVersion loaded = TRY(folder_.load(TRY(folder_.list()), number, damaged));
    if (loaded.exact) return loaded.version;
    return Error(
               ErrorCode::Corruption,
               "version " + std::to_string(number) + " of '" + name() + "' cannot be put together"
    )
        .with_detail("A version file that it builds on is damaged or missing.");
}

Result<std::shared_ptr<Pin>> Dataset::pin() {
    return state_->with_lock([&](State& state) -> Result<std::shared_ptr<Pin>> {
        if (state.blocked) return *state.blocked;
        state.pins.insert(state.current->number);
        return std::shared_ptr<Pin>(std::make_shared<PinnedVersion>(state.current, state_));
    });
}

// Held before it is read: retention must not pass it in between.
Result<std::shared_ptr<Pin>> Dataset::pin(std::int64_t number) {
    state_->with_lock([&](State& state) { state.pins.insert(number); });
    auto found = version(number);
    if (found.ok())
        return std::shared_ptr<Pin>(std::make_shared<PinnedVersion>(std::move(*found), state_));
    state_->with_lock([&](State& state) { state.pins.erase(state.pins.find(number)); });
    return std::move(found).error();
}

DatasetInfo Dataset::info() const {
    return state_->with_lock([&](const State& state) {
        DatasetInfo info;
        info.name = name();
        info.version = state.current->number;
        info.row_count = state.current->row_count();
        info.bytes = state.current->bytes();
        info.file_count = state.current->files.size();
        for (const LostRows& lost : state.current->lost) info.lost_row_count += lost.row_count;
        if (state.blocked) info.damage = state.blocked->describe();
        return info;
    });
}

bool Dataset::blocked() const {
    return state_->with_lock([](const State& state) { return state.blocked.has_value(); });
}

bool Dataset::names(std::string_view path) const {
    return state_->with_lock([&](const State& state) {
        return state.current->files.find(path) != nullptr || state.retired.contains(path);
    });
}

std::optional<DataFile> Dataset::find(std::string_view path) const {
    return state_->with_lock([&](const State& state) -> std::optional<DataFile> {
        const DataFile* file = state.current->files.find(path);
        return file == nullptr ? std::nullopt : std::optional(*file);
    });
}

Result<VersionPtr> Dataset::commit(
    const Commit& change, std::optional<std::int64_t> expected, bool& in_doubt
) {
    const std::lock_guard writing(writing_);
    TRY(settle_doubt());
    const VersionPtr base = TRY(current());
    if (expected && *expected != base->number) {
        return Error(
                   ErrorCode::Conflict,
                   "dataset '" + name() + "' is at version " + std::to_string(base->number) +
                       ", not " + std::to_string(*expected)
        )
            .with_hint("Read the current version and decide again.");
    }
    const std::int64_t number =
        state_->with_lock([](const State& state) { return state.number_max; }) + 1;
    CommitPlan plan = TRY(plan_commit(*base, change, number, clock_.now()));
    VersionPtr made =
        TRY(change.aside ? publish_aside(std::move(plan), in_doubt)
                         : publish(std::move(plan), in_doubt));
    write_whole_if_due();
    return made;
}

// The rename of the version file is the commit point. When the folder's sync after it fails nobody
// knows what the medium holds: the file is taken back, and until that is sure no other commit goes
// through and its data files stay.
Result<VersionPtr> Dataset::publish(CommitPlan plan, bool& in_doubt) {
    const VersionPtr base = state_->with_lock([](const State& state) { return state.current; });
    TRY(write_delta(plan, base->number, in_doubt));
    auto next = std::make_shared<const Version>(std::move(plan.next));
    state_->with_lock([&](State& state) {
        state.current = next;
        state.number_max = next->number;
        for (const std::string& path : plan.removed) state.retired[path] = next->number;
        ++state.delta_count;
        state.changed_count += static_cast<std::int64_t>(plan.added.size() + plan.removed.size());
    });
    return VersionPtr(next);
}

// Here the rename of the second version file is the commit point: a version aside that none follows
// is dropped at the next start.
Result<VersionPtr> Dataset::publish_aside(CommitPlan plan, bool& in_doubt) {
    const VersionPtr base = state_->with_lock([](const State& state) { return state.current; });
    plan.next.aside = true;
    const CommitPlan back = plan_way_back(*base, plan);
    TRY(write_delta(plan, base->number, in_doubt));
    TRY(write_delta(back, plan.next.number, in_doubt));
    state_->with_lock([&](State& state) {
        state.current = std::make_shared<const Version>(back.next);
        state.number_max = back.next.number;
        for (const std::string& path : back.removed) state.retired[path] = back.next.number;
        state.delta_count += 2;
        state.changed_count +=
            2 * static_cast<std::int64_t>(back.added.size() + back.removed.size());
    });
    return std::make_shared<const Version>(std::move(plan.next));
}

Result<void> Dataset::write_delta(const CommitPlan& plan, std::int64_t base, bool& in_doubt) {
    const VersionHeader header = header_of(plan.next, name(), VersionKind::Delta, base);
    const VersionName file{plan.next.number, VersionKind::Delta};
    auto written = folder_.write(file, encode_delta(header, plan.added, plan.removed));
    if (!written.ok()) in_doubt = doubt(file);
    return written;
}

// After a failed write of a new version: may it, or one that was written just before it and that
// nobody was told of, be on the medium all the same?
bool Dataset::doubt(VersionName name) {
    const bool there = folder_.maybe_there(name);
    const bool in_doubt = state_->with_lock([&](State& state) {
        state.doubtful_count = name.number - state.number_max - (there ? 0 : 1);
        return state.doubtful_count > 0;
    });
    if (const auto settled = settle_doubt(); !settled.ok()) {
        log::error(settled.error().describe(), {{"dataset", folder_.dataset()}});
    }
    return in_doubt;
}

// From the newest down, each for sure before the next: none may be left whose base is gone.
Result<void> Dataset::settle_doubt() {
    for (;;) {
        const std::int64_t number = state_->with_lock([](const State& state) {
            return state.doubtful_count == 0 ? 0 : state.number_max + state.doubtful_count;
        });
        if (number == 0) return {};
        auto settled = folder_.remove({number, VersionKind::Delta});
        if (settled.ok()) settled = folder_.remove({number, VersionKind::Whole});
        if (settled.ok()) settled = folder_.sync();
        if (!settled.ok())
            return std::move(settled).error().in("a failed commit cannot be taken back");
        state_->with_lock([](State& state) { --state.doubtful_count; });
    }
}

void Dataset::write_whole_if_due() {
    const bool due = state_->with_lock([&](const State& state) {
        const auto file_count = static_cast<std::int64_t>(state.current->files.size());
        const bool worth_it = state.changed_count * whole_share >= file_count;
        const std::int64_t every = options_.full_version_every;
        return state.delta_count >= (worth_it ? every : every * whole_delay_max);
    });
    if (!due) return;
    const auto [version, retired] = state_->with_lock([](const State& state) {
        return std::pair(state.current, state.retired);
    });
    const auto written = write_whole(*version, retired);
    // The deltas tell the same; the next commit tries again.
    if (!written.ok())
        log::warn(
            "whole version file not written: " + written.error().describe(), {{"dataset", name()}}
        );
}

Result<void> Dataset::write_whole(const Version& version, const RetiredFiles& retired) {
    const VersionHeader header = header_of(version, name(), VersionKind::Whole, 0);
    TRY(folder_.write(
        {version.number, VersionKind::Whole}, encode_whole(header, version.files, retired)
    ));
    state_->with_lock([&](State& state) {
        if (state.current->number != version.number) return;
        state.delta_count = 0;
        state.changed_count = 0;
    });
    return {};
}

}  // namespace tradewind::lake
