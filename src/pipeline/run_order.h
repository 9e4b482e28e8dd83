// In which order a run's assets can be made: each after those of the run that it reads.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// One thread at a time. Places are those of the assets given.
class RunOrder {
public:
    RunOrder(const AssetGraph& graph, std::vector<const Asset*> assets);

    // The first that can be made now and was not taken yet.
    std::optional<std::size_t> take();
    // It is done: those that only waited for it can be taken.
    void done(std::size_t place);
    // It failed: it and all that read it, directly or not, will not be taken. The readers.
    std::vector<std::size_t> give_up(std::size_t place);
    const Asset& asset(std::size_t place) const { return *assets_[place]; }
    const std::vector<const Asset*>& assets() const { return assets_; }
    std::size_t size() const { return assets_.size(); }

private:
    struct Step {
        std::set<std::size_t> readers;
        std::size_t waits_for = 0;
        bool given_up = false;
    };

    std::vector<const Asset*> assets_;
    std::vector<Step> steps_;
    std::set<std::size_t> ready_;
};

}  // namespace tradewind::pipeline
