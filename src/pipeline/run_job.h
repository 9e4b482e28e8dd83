// A run that waits or is under way.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_records.h"

namespace tradewind::pipeline {

struct RunJob {
    explicit RunJob(Run first) : id(first.id), package(first.package), run(std::move(first)) {}

    const std::int64_t id;
    const std::string package;
    Guarded<Run> run;
    PinnedVersions pinned;  // by the run that is gone on with
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
    std::atomic<bool> cut_off{false};           // cancelled by nobody: the program ends
    std::atomic<std::int64_t> overtaken_by{0};  // a refresh: the run that makes what is left of it

    Run snapshot() const {
        return run.with_lock([](const Run& now) { return now; });
    }
};

}  // namespace tradewind::pipeline
