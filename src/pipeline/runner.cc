#include "pipeline/runner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace tradewind::pipeline {

namespace {

RunState outcome_of(const Run& run) {
    const auto any = [&](RunState state) {
        return std::ranges::any_of(run.assets, [&](const AssetRun& a) { return a.state == state; });
    };
    if (any(RunState::Failed)) return RunState::Failed;
    if (any(RunState::Cancelled)) return RunState::Cancelled;
    return RunState::Succeeded;
}

}  // namespace

// What cannot be recorded is told in the log: the run itself goes on.
void Runner::record(const Run& run) {
    const Result<void> done = records_.update(run);
    if (!done.ok())
        log::error("a run could not be recorded", {{"reason", done.error().describe()}});
    for (RunListener* listener : parts_.listeners) listener->on_run(run);
}

void Runner::record(const Run& run, std::size_t place) {
    const Result<void> done = records_.update(run, place);
    if (!done.ok())
        log::error("a run could not be recorded", {{"reason", done.error().describe()}});
    for (RunListener* listener : parts_.listeners) listener->on_asset(run, run.assets[place]);
}

const Asset* Runner::failed_input(const Asset& asset, const Run& run) const {
    for (const engine::TableUse& use : asset.inputs) {
        const auto made = std::ranges::find(run.assets, use.name.text(), &AssetRun::asset);
        if (made == run.assets.end()) continue;
        const bool unusable = made->state == RunState::Failed || made->state == RunState::Cancelled;
        if (unusable) return graph_.find(use.name);
    }
    return nullptr;
}

void Runner::make_one(
    RunInputs& inputs, const Asset& asset, Run& run, std::size_t place, MakeOrder order
) {
    AssetRun& outcome = run.assets[place];
    outcome.started_at = parts_.clock->now();
    AssetMaker maker(parts_, options_, inputs, asset, order);
    const Result<bool> skipped = maker.skip(outcome);
    if (skipped.ok() && *skipped) {
        // Written down with the end of the run: one that has nothing to do should cost nothing.
        outcome.state = RunState::Skipped;
        outcome.finished_at = parts_.clock->now();
        return;
    }
    outcome.state = RunState::Running;
    record(run, place);
    const Result<void> made = skipped.ok() ? maker.make(outcome) : Result<void>(skipped.error());
    if (made.ok()) {
        outcome.state = RunState::Succeeded;
    } else {
        const bool asked = order.cancelled && *order.cancelled;
        outcome.state = asked ? RunState::Cancelled : RunState::Failed;
        outcome.message = asked ? "cancelled" : made.error().describe();
        if (!asked)
            log::error("an asset failed", {{"asset", outcome.asset}, {"reason", outcome.message}});
    }
    outcome.finished_at = parts_.clock->now();
    record(run, place);
}

void Runner::carry_out(
    Run& run, const RunRequest& request, const std::shared_ptr<const std::atomic<bool>>& cancelled
) {
    run.state = RunState::Running;
    run.started_at = parts_.clock->now();
    record(run);
    std::vector<const Asset*> assets;
    for (const AssetRun& one : run.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        CHECK(name.ok());
        assets.push_back(graph_.find(*name));
    }
    RunInputs inputs(parts_, graph_);
    MakeOrder order{run.id, request.force, request.from, request.to, cancelled};
    const Result<void> flushed = inputs.flush_sources(assets);
    for (std::size_t i = 0; i < assets.size(); ++i) {
        AssetRun& outcome = run.assets[i];
        const Asset* broken = failed_input(*assets[i], run);
        if (!flushed.ok() || *cancelled || broken != nullptr) {
            outcome.state = RunState::Cancelled;
            outcome.message = !flushed.ok() ? flushed.error().describe()
                              : *cancelled  ? "cancelled"
                                            : "it reads " + broken->name.text() + ", which failed";
            continue;
        }
        make_one(inputs, *assets[i], run, i, order);
    }
    run.state = flushed.ok() ? outcome_of(run) : RunState::Failed;
    if (!flushed.ok()) run.message = flushed.error().describe();
    run.finished_at = parts_.clock->now();
    const Result<void> done = records_.finish(run);
    if (!done.ok())
        log::error("a run could not be recorded", {{"reason", done.error().describe()}});
    for (RunListener* listener : parts_.listeners) listener->on_run(run);
}

}  // namespace tradewind::pipeline
