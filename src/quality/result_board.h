// The results that SQL sees, kept in memory: a run of checks must not read all of the history again
// to show its own.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "quality/history.h"
#include "quality/quality.h"

namespace tradewind::quality {

// Methods: any thread.
class ResultBoard {
public:
    ResultBoard(engine::Engine& engine, std::int64_t results_max)
        : engine_(engine), results_max_(static_cast<std::size_t>(results_max)) {}

    Result<void> open(History& history);
    // What cannot be shown is told in the log: the results themselves are kept.
    void add(const Report& report);

private:
    using Lines = std::vector<History::Line>;
    Result<void> show() const;

    engine::Engine& engine_;
    const std::size_t results_max_;
    std::mutex mutex_;
    std::deque<History::Line> all_;  // newest first
    std::map<catalog::TableName, Lines> newest_;
};

}  // namespace tradewind::quality
