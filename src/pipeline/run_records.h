// Runs as meta.sqlite keeps them: what was asked, what became of it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "os/database.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Any thread.
class RunRecords {
public:
    static Result<std::unique_ptr<RunRecords>> open(os::Database& database, std::size_t kept);

    // Gives the run its number.
    Result<void> add(Run& run);
    // Its state and message, and those of its assets.
    Result<void> update(const Run& run);
    Result<void> update(const Run& run, std::size_t asset);
    // All of it, in one step.
    Result<void> finish(const Run& run);
    Result<Run> show(std::int64_t id);
    Result<std::vector<Run>> list(std::int64_t limit);
    // Runs that were under way or waited when the process ended; they are marked as failed.
    Result<std::vector<Run>> end_interrupted(Timestamp now);

private:
    RunRecords(os::Database& database, std::size_t kept) : database_(database), kept_(kept) {}
    Result<void> load_assets(Run& run);

    os::Database& database_;
    const std::size_t kept_;
};

}  // namespace tradewind::pipeline
