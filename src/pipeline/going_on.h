// Runs that are gone on with: those that ended before they were done, and those that waited for
// their turn when the program ended.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Nobody else goes on with it: who asked was answered that it is queued. Jobs and backfills go on
// with theirs themselves.
bool stands_for_itself(const Run& run);

// What it finished stays; the rest is as if it had never begun. Conflict: it succeeded, or one of
// its assets is no more; what is wrong with an asset that cannot be made.
Result<void> open_again(const AssetGraph& graph, Run& run);

// Can what it has not made be made?
Result<void> check_is_there(const AssetGraph& graph, const Run& run);

// Nothing of it has begun, and nothing will.
void end_unbegun(Run& run, RunState state, const std::string& message, Timestamp now);

// Those that waited when the program ended and have not been put into the queue again. Any thread.
class LeftRuns {
public:
    void add(std::int64_t run) {
        runs_.with_lock([&](auto& runs) { runs.insert(run); });
    }
    void remove(std::int64_t run) {
        runs_.with_lock([&](auto& runs) { runs.erase(run); });
    }
    bool contains(std::int64_t run) const {
        return runs_.with_lock([&](const auto& runs) { return runs.contains(run); });
    }
    // In their order.
    std::vector<std::int64_t> all() const {
        return runs_.with_lock([](const auto& runs) {
            return std::vector<std::int64_t>(runs.begin(), runs.end());
        });
    }

private:
    Guarded<std::set<std::int64_t>> runs_;
};

}  // namespace tradewind::pipeline
