// Runs that jobs and backfills begin: begun once for the same order, however often it is carried
// out, and followed to their end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

struct RunOrder {
    pipeline::RunRequest request;  // its reason is of this order alone
    // The order was under way when the program ended: the run that it had begun is gone on with.
    bool resumed = false;
    std::vector<std::int64_t> runs;  // that it had begun by then, as far as is known
    std::function<Result<void>(std::int64_t run)> note_run;
    std::shared_ptr<std::atomic<bool>> cancelled;
    std::shared_ptr<const std::atomic<bool>> leaving;
};

bool is_good(const pipeline::Run& run);
// The run at its end. Cancelled: the program ends, or the run does not stop.
Result<pipeline::Run> carry_out_run(pipeline::Pipeline& pipeline, const RunOrder& order);

struct RunFailure {
    std::string text;      // which asset, and why
    bool blocked = false;  // by its checks
};
RunFailure failure_of(const pipeline::Run& run);

}  // namespace tradewind::app
