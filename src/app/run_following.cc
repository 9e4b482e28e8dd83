#include "app/run_following.h"

#include <algorithm>

namespace tradewind::app {

namespace {

using pipeline::RunState;

// Between two looks whether the order was cancelled.
constexpr std::int64_t wait_us = 500'000;
// A cancelled run gets so long to end.
constexpr int waits_after_cancel_max = 240;
// How far back the run of an order that was cut off is looked for.
constexpr std::int64_t runs_looked_at = 1000;

bool is_over(const pipeline::Run& run) {
    return run.state != RunState::Queued && run.state != RunState::Running;
}

// The run that the order had begun when the program ended; 0: none.
Result<std::int64_t> earlier(pipeline::Pipeline& pipeline, const RunOrder& order) {
    if (!order.resumed) return std::int64_t{0};
    if (!order.runs.empty()) return order.runs.back();
    // It may have been recorded by the pipeline, and not yet by who ordered it.
    for (const pipeline::Run& run : TRY(pipeline.list(runs_looked_at))) {
        if (run.reason == order.request.reason) return run.id;
    }
    return std::int64_t{0};
}

Result<std::int64_t> begin(pipeline::Pipeline& pipeline, const RunOrder& order) {
    if (const std::int64_t id = TRY(earlier(pipeline, order)); id != 0) {
        const auto run = pipeline.show(id);
        if (run.ok() && (is_good(*run) || !is_over(*run))) return id;
        if (run.ok() && pipeline.resume(id).ok()) return id;
    }
    return TRY(pipeline.submit(order.request))
    .id;
}

Result<pipeline::Run> await(pipeline::Pipeline& pipeline, const RunOrder& order, std::int64_t id) {
    int waits_after_cancel = 0;
    while (true) {
        pipeline::Run run = TRY(pipeline.wait(id, wait_us));
        if (is_over(run)) return run;
        if (!order.cancelled->load()) continue;
        if (order.leaving->load() || waits_after_cancel > waits_after_cancel_max)
            return Error(ErrorCode::Cancelled, "run " + std::to_string(id) + " is left to itself");
        // It may have ended by now: then there is nothing to cancel.
        if (waits_after_cancel++ == 0) static_cast<void>(pipeline.cancel(id).ok());
    }
}

}  // namespace

bool is_good(const pipeline::Run& run) {
    return run.state == RunState::Succeeded || run.state == RunState::Skipped;
}

Result<pipeline::Run> carry_out_run(pipeline::Pipeline& pipeline, const RunOrder& order) {
    const std::int64_t id = TRY(begin(pipeline, order));
    if (std::ranges::find(order.runs, id) == order.runs.end()) TRY(order.note_run(id));
    return await(pipeline, order, id);
}

RunFailure failure_of(const pipeline::Run& run) {
    for (const pipeline::AssetRun& asset : run.assets) {
        if (asset.state == RunState::Failed)
            return {asset.asset + ": " + asset.message, asset.blocked};
    }
    return {run.message, false};
}

}  // namespace tradewind::app
