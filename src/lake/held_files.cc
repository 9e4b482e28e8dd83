#include "lake/held_files.h"

#include "base/check.h"

namespace tradewind::lake {

Result<void> HeldFiles::hold(const std::string& path) {
    return state_.with_lock([&](State& state) -> Result<void> {
        const auto [entry, added] = state.entries.try_emplace(path);
        if (!added) {
            return Error(
                ErrorCode::AlreadyExists,
                "data file '" + path + "' is being written or waits for its commit"
            );
        }
        entry->second.owned = true;
        return {};
    });
}

void HeldFiles::finished(const DataFile& file) {
    state_.with_lock([&](State& state) {
        const auto entry = state.entries.find(file.path);
        CHECK(entry != state.entries.end());
        entry->second.file = file;
    });
}

void HeldFiles::release(const std::string& path) {
    state_.with_lock([&](State& state) { state.entries.erase(path); });
}

std::optional<DataFile> HeldFiles::find(const std::string& path) const {
    return state_.with_lock([&](const State& state) -> std::optional<DataFile> {
        const auto entry = state.entries.find(path);
        return entry == state.entries.end() ? std::nullopt : entry->second.file;
    });
}

Result<void> HeldFiles::discard(
    const std::string& path, const std::function<Result<void>()>& remove
) {
    return state_.with_lock([&](State& state) -> Result<void> {
        const auto entry = state.entries.find(path);
        if (entry == state.entries.end()) return {};
        const Entry& held = entry->second;
        const bool ours =
            held.owned && held.file && held.commits == 0 && !held.in_doubt && !held.after_sweep;
        if (!ours) return {};
        TRY(remove());
        state.entries.erase(entry);
        return {};
    });
}

void HeldFiles::begin_commit(const std::vector<DataFile>& files) {
    state_.with_lock([&](State& state) {
        for (const DataFile& file : files) ++state.entries[file.path].commits;
    });
}

void HeldFiles::let_go(State& state, const std::string& path, Outcome outcome) {
    const auto at = state.entries.find(path);
    CHECK(at != state.entries.end() && at->second.commits > 0);
    Entry& entry = at->second;
    --entry.commits;
    if (outcome == Outcome::Committed) entry.owned = false;
    if (outcome == Outcome::InDoubt) entry.in_doubt = true;
    if (entry.owned || entry.in_doubt || entry.commits > 0) return;
    if (state.sweeping) {
        entry.after_sweep = true;
    } else {
        state.entries.erase(at);
    }
}

void HeldFiles::end_commit(const std::vector<DataFile>& files, Outcome outcome) {
    state_.with_lock([&](State& state) {
        for (const DataFile& file : files) let_go(state, file.path, outcome);
    });
}

void HeldFiles::begin_sweep() {
    state_.with_lock([](State& state) { state.sweeping = true; });
}

void HeldFiles::end_sweep() {
    state_.with_lock([](State& state) {
        state.sweeping = false;
        std::erase_if(state.entries, [](const auto& entry) {
            return entry.second.after_sweep && entry.second.commits == 0;
        });
    });
}

Result<bool> HeldFiles::remove_unheld(
    const std::string& path, const std::function<Result<void>()>& remove
) {
    return state_.with_lock([&](State& state) -> Result<bool> {
        if (state.entries.contains(path)) return false;
        TRY(remove());
        return true;
    });
}

void HeldFiles::hold_scratch(const std::string& name) {
    state_.with_lock([&](State& state) { state.scratch.insert(name); });
}

void HeldFiles::release_scratch(const std::string& name) {
    state_.with_lock([&](State& state) { state.scratch.erase(name); });
}

bool HeldFiles::holds_scratch(const std::string& name) const {
    return state_.with_lock([&](const State& state) { return state.scratch.contains(name); });
}

}  // namespace tradewind::lake
