// What a run reads: every table pinned at one version for as long as the run lasts, so that it does
// not move under it and can be read again.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

struct PinnedTable {
    catalog::TableFiles files;
    std::int64_t version = 0;
    std::shared_ptr<lake::Pin> pin;  // null: a crawled table, whose files are not ours
};

// One thread.
class RunInputs {
public:
    RunInputs(const PipelineParts& parts, const AssetGraph& graph) : parts_(parts), graph_(graph) {}

    // Streams' rows are in files from now on. Once, before anything is pinned.
    Result<void> flush_sources(const std::vector<const Asset*>& assets);
    // The table as this run sees it. Conflict: an asset that never ran.
    Result<const PinnedTable*> table(const catalog::TableName& name);
    // The asset has a new version, which the rest of the run reads.
    void forget(const catalog::TableName& name) { pinned_.erase(name); }

    // The stored tables that the asset reads, through views too, in order of their names.
    std::set<catalog::TableName> stored_inputs(const Asset& asset) const;
    // Its views' statements, for its fingerprint.
    std::string view_sql(const Asset& asset) const;
    // Where the columns of its result come from; empty where that cannot be told.
    std::vector<catalog::ColumnLineage> lineage(
        const Asset& asset, const std::string& sql, const std::vector<catalog::Column>& result
    );
    // Makes all that the asset reads known to the work, under its names.
    Result<void> add_to(engine::Work& work, const Asset& asset);

private:
    Result<PinnedTable> pin(const catalog::TableName& name);
    Result<void> add_views(
        engine::Work& work, const Asset& asset, std::set<catalog::TableName>& seen
    );

    const PipelineParts& parts_;
    const AssetGraph& graph_;
    std::map<catalog::TableName, PinnedTable> pinned_;
};

}  // namespace tradewind::pipeline
