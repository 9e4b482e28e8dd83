// Carries one run through its assets.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "pipeline/maker.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_records.h"

namespace tradewind::pipeline {

class Runner {
public:
    Runner(
        const PipelineParts& parts,
        const PipelineOptions& options,
        const AssetGraph& graph,
        RunRecords& records
    )
        : parts_(parts), options_(options), graph_(graph), records_(records) {}

    // An asset that fails does not stop those that do not read it; those that do are skipped.
    void carry_out(
        Run& run,
        const RunRequest& request,
        const std::shared_ptr<const std::atomic<bool>>& cancelled
    );

private:
    void make_one(
        RunInputs& inputs, const Asset& asset, Run& run, std::size_t place, MakeOrder order
    );
    const Asset* failed_input(const Asset& asset, const Run& run) const;
    void record(const Run& run);
    void record(const Run& run, std::size_t place);

    const PipelineParts& parts_;
    const PipelineOptions& options_;
    const AssetGraph& graph_;
    RunRecords& records_;
};

}  // namespace tradewind::pipeline
