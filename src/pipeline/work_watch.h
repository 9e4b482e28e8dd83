// What an asset's work is doing just now, seen from another thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "engine/engine.h"

namespace tradewind::pipeline {

// Any thread.
class WorkWatch {
public:
    // Null: it is over. The work outlives its being watched.
    void watch(engine::Work* work) {
        std::lock_guard lock(mutex_);
        work_ = work;
    }
    // Percent of the statement that runs now; -1: not known.
    double progress() {
        std::lock_guard lock(mutex_);
        return work_ == nullptr ? -1 : work_->progress_percent();
    }
    std::uint64_t memory_bytes() {
        std::lock_guard lock(mutex_);
        return work_ == nullptr ? 0 : work_->memory_bytes();
    }

private:
    std::mutex mutex_;
    engine::Work* work_ = nullptr;
};

}  // namespace tradewind::pipeline
