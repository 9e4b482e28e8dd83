#include "pipeline/refresh.h"

#include <algorithm>
#include <set>

namespace tradewind::pipeline {

namespace {

constexpr std::int64_t rests =
    4;  // for each part of the time that refreshes for streamed rows take
constexpr std::int64_t overtaking_max_us = 60'000'000;

}  // namespace

// At first, what its newest version says that it was made from.
Refreshes::Seen& Refreshes::seen_of(const Asset& asset) {
    const auto found = seen_.find(asset.name);
    if (found != seen_.end()) return found->second;
    Seen seen;
    seen.versions = versions_made_of(asset);
    return seen_.emplace(asset.name, std::move(seen)).first->second;
}

Refreshes::Versions Refreshes::versions_made_of(const Asset& asset) const {
    Versions versions;
    const auto current = parts_.lake->current(asset.dataset());
    if (!current.ok()) return versions;
    for (const auto& input : catalog::provenance_from(current->extra).inputs)
        versions[input.table] = input.version;
    return versions;
}

std::set<catalog::TableName> Refreshes::sources_of(const Asset& asset) const {
    std::set<catalog::TableName> sources;
    for (const engine::TableUse& use : asset.inputs) {
        const Asset* input = graph_.find(use.name);
        if (input != nullptr && input->materialize == Materialize::View)
            sources.merge(sources_of(*input));
        if (input == nullptr && use.name.schema == "raw") sources.insert(use.name);
    }
    return sources;
}

// A crawl that found changes is like an import: a person waits for what becomes of it.
std::optional<SourceState> Refreshes::state_of(const catalog::TableName& source) const {
    const auto state = parts_.source_state(source.table);
    if (state) return state;
    const auto version = parts_.catalog->crawled_version(source);
    if (!version.ok() || *version == 0) return std::nullopt;
    return SourceState{*version, *version, 0};
}

bool Refreshes::is_due(const Asset& asset, Seen& seen, bool at_once) const {
    const std::int64_t now = parts_.clock->monotonic_us();
    const bool imports = at_once || now >= seen.imports_not_before_us;
    const bool streamed = at_once || now >= seen.not_before_us;
    bool waiting = false;
    for (const catalog::TableName& source : sources_of(asset)) {
        const auto state = state_of(source);
        if (!state) continue;
        const std::int64_t known = seen.versions[source.text()];
        if (imports && state->import_version > known) return true;
        if (streamed && state->version != known) return true;
        if (streamed && state->hot_records >= asset.refresh->records) return true;
        waiting = waiting || state->hot_records > 0;
    }
    if (!waiting) {
        seen.waiting_since_us.reset();
        return false;
    }
    if (!seen.waiting_since_us) seen.waiting_since_us = now;
    if (!streamed) return false;
    return at_once || now - *seen.waiting_since_us >= asset.refresh->every_us;
}

std::vector<const Asset*> Refreshes::due(bool at_once) {
    std::lock_guard lock(mutex_);
    std::vector<const Asset*> assets;
    for (const Asset& asset : graph_.assets) {
        if (asset.refresh && is_due(asset, seen_of(asset), at_once)) assets.push_back(&asset);
    }
    return assets;
}

Refreshes::Versions Refreshes::versions_now(const Asset& asset) const {
    Versions versions;
    for (const catalog::TableName& source : sources_of(asset)) {
        const auto state = state_of(source);
        if (state) versions[source.text()] = state->version;
    }
    return versions;
}

void Refreshes::note_start(const Asset& asset) {
    std::lock_guard lock(mutex_);
    seen_of(asset).starting = versions_now(asset);
}

bool Refreshes::has_newer_import(const Seen& seen) const {
    if (!seen.starting) return false;
    return std::ranges::any_of(*seen.starting, [&](const auto& at_start) {
        const auto name = catalog::parse_table_name(at_start.first);
        const auto state = name.ok() ? state_of(*name) : std::nullopt;
        return state && state->import_version > at_start.second;
    });
}

bool Refreshes::overtaken(const Run& run) {
    std::lock_guard lock(mutex_);
    const auto behind = behind_since_us_.find(run.package);
    if (behind != behind_since_us_.end() &&
        parts_.clock->monotonic_us() - behind->second > overtaking_max_us)
        return false;
    bool newer = false;
    for (const AssetRun& one : run.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        const Asset* asset = name.ok() ? graph_.find(*name) : nullptr;
        if (asset == nullptr || !asset->refresh) continue;
        if (!has_newer_import(seen_of(*asset))) continue;
        if (one.state == RunState::Queued || one.state == RunState::Running) return false;
        newer = true;
    }
    return newer;
}

void Refreshes::note_run(const Run& run, bool was_overtaken) {
    const std::int64_t cost_us = run.finished_at.micros - run.started_at.micros;
    {
        std::lock_guard lock(mutex_);
        if (was_overtaken) {
            behind_since_us_.try_emplace(run.package, parts_.clock->monotonic_us());
        } else {
            behind_since_us_.erase(run.package);
        }
    }
    const bool may_succeed_later =
        run.state == RunState::Cancelled || std::ranges::any_of(run.assets, &AssetRun::may_pass);
    for (const AssetRun& one : run.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        const Asset* asset = name.ok() ? graph_.find(*name) : nullptr;
        if (asset == nullptr || !asset->refresh) continue;
        const bool made = one.state == RunState::Succeeded || one.state == RunState::Skipped;
        const bool called_off = was_overtaken && one.state == RunState::Cancelled;
        if (made || !(may_succeed_later || called_off)) {
            note_settled(*asset, {one.finished_at.micros - run.started_at.micros, cost_us});
        } else {
            note_unmade(*asset, cost_us);
        }
    }
}

void Refreshes::note_settled(const Asset& asset, const Cost& cost) {
    std::lock_guard lock(mutex_);
    Seen& seen = seen_of(asset);
    rest(seen, cost.asset_us, rests * cost.run_us);
    for (const auto& [table, version] : seen.starting.value_or(versions_now(asset)))
        seen.versions[table] = version;
    // Streamed rows are brought into files by the run itself, which makes a version more.
    for (const auto& [table, version] : versions_made_of(asset)) {
        const auto seen_of_table = seen.versions.find(table);
        if (seen_of_table != seen.versions.end())
            seen_of_table->second = std::max(seen_of_table->second, version);
    }
    seen.starting.reset();
}

void Refreshes::note_unmade(const Asset& asset, std::int64_t cost_us) {
    constexpr std::int64_t again_after_us = 60'000'000;
    std::lock_guard lock(mutex_);
    Seen& seen = seen_of(asset);
    const std::int64_t wait_us = std::max(rests * cost_us, again_after_us);
    rest(seen, wait_us, wait_us);
    seen.starting.reset();
}

void Refreshes::rest(Seen& seen, std::int64_t imports_us, std::int64_t streamed_us) const {
    seen.waiting_since_us.reset();
    seen.imports_not_before_us = parts_.clock->monotonic_us() + imports_us;
    seen.not_before_us = parts_.clock->monotonic_us() + streamed_us;
}

std::vector<const Asset*> assets_of_refresh(
    const AssetGraph& graph, const std::vector<const Asset*>& due, const Run& before
) {
    std::set<const Asset*> wanted(due.begin(), due.end());
    std::vector<std::string> selectors;
    for (const Asset* asset : due) selectors.push_back(asset->name.table + "+");
    const auto following = select_assets(graph, due[0]->package, selectors);
    if (following.ok()) wanted.insert(following->begin(), following->end());
    for (const AssetRun& one : before.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        if (name.ok()) wanted.insert(graph.find(*name));  // of other packages too
    }
    std::vector<const Asset*> assets;
    for (const Asset& asset : graph.assets) {
        if (wanted.contains(&asset) && asset.materialize != Materialize::Export)
            assets.push_back(&asset);
    }
    return assets;
}

}  // namespace tradewind::pipeline
