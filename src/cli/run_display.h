// A run as a person follows it: a line for each asset as it ends; on a terminal the assets that are
// being made stand below, with their progress.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "os/clock.h"

namespace tradewind::cli {

// Queued or running, of a run, an asset in it or an import.
bool under_way(const json::Value& state_holder);
// It is as it shall be: made, or it was already.
bool is_made(const json::Value& asset);
std::vector<json::Value> assets_of(const json::Value& run);
// "1.2 s"; empty while it has not ended.
std::string duration_of(const json::Value& begun_and_ended);

class RunDisplay {
public:
    RunDisplay();
    void show(const json::Value& run);

private:
    void tell_ended(const std::vector<json::Value>& assets);
    void draw(const std::vector<json::Value>& assets);
    void wipe();

    const bool terminal_;
    const std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::set<std::string> told_;
    int drawn_lines_ = 0;
};

// A row per asset: outcome, and when in the run it was made.
std::string run_summary(const json::Value& run);

}  // namespace tradewind::cli
