// Tables of one run that are published with one decision: readers get all of them, or none.
//
// The lake commits one dataset at a time. What is going to be committed is written down before the
// first of them, so that a run that was cut off in between is taken back at the next start, before
// anybody reads.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "pipeline/draft.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_records.h"

namespace tradewind::pipeline {

class Publication {
public:
    Publication(const PipelineParts& parts, RunRecords& records, std::int64_t run)
        : parts_(parts), records_(records), run_(run) {}

    // Any thread.
    void add(Prepared prepared);
    bool holds(const catalog::TableName& name);

    using Made = std::vector<std::pair<Prepared, lake::Version>>;
    // Once, when nothing is added any more: all are committed and shown, or none.
    Result<Made> publish();

private:
    Result<void> commit_all(Made& made);

    const PipelineParts& parts_;
    RunRecords& records_;
    const std::int64_t run_;
    std::mutex mutex_;
    std::vector<Prepared> prepared_;  // each after those that it reads
};

// Runs that were cut off while they published: what they had committed is taken back. At the start,
// before the engine shows anything.
Result<void> take_back_unfinished(lake::Lake& lake, RunRecords& records);

}  // namespace tradewind::pipeline
