// The kernel within one run: interactions are read and grouped once, by the first asset that needs
// them, and shared by all that are made of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/kernel.h"
#include "pipeline/interactions.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_inputs.h"

namespace tradewind::pipeline {

struct MakeOrder;

// Interactions as this run sees them.
struct GroupedInteractions {
    std::unique_ptr<kernel::Groups> groups;  // null: the kernel does not take them …
    std::string unfit;                       // … for this reason
    // Of all that was read: the groups are no others' than of these.
    std::map<catalog::TableName, std::int64_t> versions;
};

// Any thread.
class KernelRun {
public:
    // `assets`: all of the run, also those that it made before it was gone on with.
    KernelRun(
        const PipelineParts& parts,
        const PipelineOptions& options,
        RunInputs& inputs,
        const std::vector<const Asset*>& assets
    );

    // Whoever asks first reads and groups; the others wait. It stays until all of them are done.
    // Tables of users by orders are made without lines, which may not be there yet: for them alone.
    Result<std::shared_ptr<const GroupedInteractions>> groups(
        const Asset& asset, const MakeOrder& order
    );
    // The asset needs no groups any more.
    void done(const Asset& asset);

private:
    struct Shared {
        std::mutex mutex;  // held while it is grouped
        std::shared_ptr<const GroupedInteractions> groups;
        std::set<catalog::TableName> waiting;  // assets that may still ask
    };

    Result<std::shared_ptr<const GroupedInteractions>> make(
        const Asset& reads, const MakeOrder& order
    );
    Result<std::map<catalog::TableName, std::int64_t>> versions_of(const Asset& reads);

    const PipelineParts& parts_;
    const PipelineOptions& options_;
    RunInputs& inputs_;
    std::map<const Interactions*, std::unique_ptr<Shared>> shared_;
};

}  // namespace tradewind::pipeline
