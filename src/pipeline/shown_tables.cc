#include "pipeline/shown_tables.h"

#include <algorithm>

#include "base/log.h"

namespace tradewind::pipeline {

namespace {

void warn_hidden(const Asset& asset, const Error& reason) {
    log::warn(
        "a table cannot be shown yet", {{"table", asset.name.text()}, {"reason", reason.describe()}}
    );
}

}  // namespace

// A table that was never made is there all the same, without rows: a question asked too early has
// an answer, and views over it can be planned.
Result<catalog::TableFiles> ShownTables::files_to_show(const Asset& asset) {
    const lake::Version current = TRY(parts_.lake->current(asset.dataset()));
    if (current.number > 0) return parts_.catalog->files(asset.name);
    if (planned_.empty()) {
        planned_ = plan_columns(graph_, *parts_.engine, [this](const catalog::TableName& name) {
            auto info = parts_.catalog->show(name);
            return info.ok() ? Result<std::vector<catalog::Column>>(info->columns)
                             : Result<std::vector<catalog::Column>>(info.error());
        });
    }
    const auto planned = planned_.find(asset.name);
    if (planned == planned_.end())
        return Error(
            ErrorCode::Conflict, asset.name.text() + " was never made, and cannot be planned"
        );
    catalog::TableFiles table;
    table.name = asset.name;
    table.columns = planned->second;
    return table;
}

// Of assets that cannot be made now, what was made of them.
void ShownTables::show_what_was_made() {
    for (const FaultyAsset& one : graph_.faulty) {
        const auto current = parts_.lake->current(one.asset.dataset());
        if (!one.asset.stored() || !current.ok() || current->number == 0) continue;
        const auto files = parts_.catalog->files(one.asset.name);
        const auto published =
            files.ok() ? parts_.engine->publish_table(*files) : Result<void>(files.error());
        if (!published.ok()) warn_hidden(one.asset, published.error());
    }
}

Result<void> ShownTables::show(const Asset& asset) {
    if (asset.materialize == Materialize::View)
        return parts_.engine->publish_view(asset.name, asset.sql);
    if (!asset.stored()) return {};
    while (true) {
        const std::int64_t version = TRY(parts_.lake->current(asset.dataset()))
        .number;
        TRY(parts_.engine->publish_table(TRY(files_to_show(asset))));
        // A run may have published a newer one meanwhile, before this older one was shown.
        if (TRY(parts_.lake->current(asset.dataset())).number == version) return {};
    }
}

// It was told of when the graph was read.
bool ShownTables::waits_for_crawl(const Asset& asset, std::set<catalog::TableName>& seen) const {
    return std::ranges::any_of(asset.inputs, [&](const engine::TableUse& use) {
        if (!seen.insert(use.name).second) return false;
        const Asset* input = graph_.find(use.name);
        if (input != nullptr) return waits_for_crawl(*input, seen);
        if (use.name.schema != "raw") return false;
        const auto info = parts_.catalog->show(use.name);
        return !info.ok() && info.error().code() == ErrorCode::NotFound;
    });
}

void ShownTables::show_or_tell(const Asset& asset) {
    const Result<void> shown = show(asset);
    std::set<catalog::TableName> seen;
    if (!shown.ok() && !waits_for_crawl(asset, seen)) warn_hidden(asset, shown.error());
}

void ShownTables::show_all() {
    const std::lock_guard lock(mutex_);
    show_what_was_made();
    for (const Asset& asset : graph_.assets) show_or_tell(asset);
}

void ShownTables::show_readers_of(std::set<catalog::TableName> tables) {
    const std::lock_guard lock(mutex_);
    planned_.clear();
    // Each comes after those that it reads.
    for (const Asset& asset : graph_.assets) {
        const bool reads = std::ranges::any_of(asset.inputs, [&](const engine::TableUse& use) {
            return tables.contains(use.name);
        });
        if (!reads) continue;
        tables.insert(asset.name);
        show_or_tell(asset);
    }
}

}  // namespace tradewind::pipeline
