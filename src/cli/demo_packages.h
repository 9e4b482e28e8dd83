// The demo's part about what comes as files, by night: baskets to features, dumps of a chain's
// stores to weekly metrics, and such a night by itself.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "cli/command.h"

namespace tradewind::cli {

// What the demo lends.
struct DemoStage {
    std::string workspace;
    double scale = 1;  // of the demo's data
    std::function<Result<json::Value>(const std::string& target)> get;
    std::function<Result<json::Value>(const std::string& target, const json::Value& body)> post;
    // A line: what, what came of it, how long it took.
    std::function<void(const std::string& what, const std::string& result, std::int64_t us)> say;
    std::function<bool()> stopped;
};

Result<void> show_baskets(const DemoStage& stage);
Result<void> show_store_weeks(const DemoStage& stage);
// Of simulate-day, what its people would be told and why. Unavailable: the night did not go as it
// should.
Result<void> show_night(const Context& context);
// Begins a run of the package and waits for its end: the run. Unavailable: it did not succeed.
Result<json::Value> run_to_end(
    const DemoStage& stage, const std::string& package, const json::Value& body
);

}  // namespace tradewind::cli
