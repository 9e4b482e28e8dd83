// Which of a graph's tables SQL can read, and as what: made ones as they are, the others empty.
#pragma once

#include <mutex>
#include <set>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Any thread. What cannot be shown is told in the log, and stops nothing.
class ShownTables {
public:
    ShownTables(const PipelineParts& parts, const AssetGraph& graph)
        : parts_(parts), graph_(graph) {}

    void show_all();
    // As Pipeline::show_readers_of.
    void show_readers_of(std::set<catalog::TableName> tables);

private:
    void show_what_was_made();
    void show_or_tell(const Asset& asset);
    Result<void> show(const Asset& asset);
    Result<catalog::TableFiles> files_to_show(const Asset& asset);
    bool waits_for_crawl(const Asset& asset, std::set<catalog::TableName>& seen) const;

    const PipelineParts& parts_;
    const AssetGraph& graph_;
    std::mutex mutex_;
    PlannedColumns planned_;  // asked for when an asset was never made
};

}  // namespace tradewind::pipeline
