// What live updates say of runs, their assets, streams and the platform as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/api.h"
#include "base/json.h"
#include "deliver/deliver.h"
#include "pipeline/pipeline.h"

namespace tradewind::api {

// A run without its assets: how many there are of each state instead.
json::Value run_event(const pipeline::Run& run);
json::Value asset_event(const pipeline::Run& run, const pipeline::AssetRun& asset, Timestamp now);
json::Value lag_event(
    const std::string& stream,
    std::int64_t next_position,
    const std::vector<deliver::SinkStatus>& sinks
);

// The head of a dashboard.
struct Figures {
    std::int64_t records_accepted = 0;  // by the door, since the program began
    std::int64_t records_rejected = 0;
    std::int64_t records_per_second = 0;
    std::int64_t runs_queued = 0;
    std::int64_t runs_running = 0;
    std::int64_t runs_failed_today = 0;  // UTC
    std::int64_t dead_letters_open = 0;
};
json::Value figures_event(const Figures& figures);

}  // namespace tradewind::api
