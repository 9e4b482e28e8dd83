#include "pipeline/going_on.h"

#include <string>
#include <utility>

namespace tradewind::pipeline {

namespace {

std::string name_of(const Run& run) {
    return "run " + std::to_string(run.id);
}

bool is_made(const AssetRun& one) {
    return one.state == RunState::Succeeded || one.state == RunState::Skipped;
}

Result<void> check_asset(const AssetGraph& graph, const Run& run, const AssetRun& one) {
    const auto asset = catalog::parse_table_name(one.asset);
    const FaultyAsset* faulty = asset.ok() ? graph.find_faulty(*asset) : nullptr;
    if (faulty != nullptr) return faulty->error;
    if (asset.ok() && graph.find(*asset) != nullptr) return {};
    return Error(ErrorCode::Conflict, name_of(run) + " makes " + one.asset + ", which is no more")
        .with_hint("Begin another: tradewind run " + run.package);
}

}  // namespace

bool stands_for_itself(const Run& run) {
    return run.reason == "asked" || run.reason == "refresh";
}

Result<void> open_again(const AssetGraph& graph, Run& run) {
    if (run.state == RunState::Succeeded)
        return Error(
                   ErrorCode::Conflict, name_of(run) + " succeeded: there is nothing to go on with"
        )
            .with_hint("Begin another: tradewind run " + run.package);
    for (AssetRun& one : run.assets) {
        TRY(check_asset(graph, run, one));
        if (is_made(one)) continue;
        AssetRun again;
        again.asset = one.asset;
        one = std::move(again);
    }
    run.state = RunState::Queued;
    run.message.clear();
    run.finished_at = {};
    return {};
}

Result<void> check_is_there(const AssetGraph& graph, const Run& run) {
    for (const AssetRun& one : run.assets) {
        const bool open = one.state == RunState::Queued || one.state == RunState::Running;
        if (open) TRY(check_asset(graph, run, one));
    }
    return {};
}

void end_unbegun(Run& run, RunState state, const std::string& message, Timestamp now) {
    run.state = state;
    run.message = message;
    run.finished_at = now;
    for (AssetRun& one : run.assets) {
        if (one.state != RunState::Queued) continue;
        one.state = RunState::Cancelled;
        one.message = message;
    }
}

}  // namespace tradewind::pipeline
