// What a run reads: every table pinned at one version for as long as the run lasts, so that it does
// not move under it and can be read again.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "pipeline/draft.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_records.h"

namespace tradewind::pipeline {

struct PinnedTable {
    catalog::TableFiles files;
    std::int64_t version = 0;
    std::int64_t row_count = 0;
    std::shared_ptr<lake::Pin> pin;  // null: a crawled table, whose files are not ours
};

// The table that holds a run's parameters: name STRING, value STRING.
inline const catalog::TableName params_name{"run", "params"};

// What a run is over, besides what its tables hold now.
struct RunScope {
    PinnedVersions pinned;  // by the run that is gone on with: these are read again
    std::map<std::string, std::string> params;
};

// Any thread.
class RunInputs {
public:
    RunInputs(const PipelineParts& parts, const AssetGraph& graph, RunScope scope)
        : parts_(parts), graph_(graph), scope_(std::move(scope)) {}

    const AssetGraph& graph() const { return graph_; }
    // Streams' rows are in files from now on. Once, before anything is pinned.
    Result<void> flush_sources(const std::vector<const Asset*>& assets);
    // Pins what the assets and their checks read and do not make themselves. What cannot be pinned
    // is left out: who reads it will be told.
    PinnedVersions pin_all(const std::vector<const Asset*>& assets);
    // This run reads the table at that version. Before it is asked for.
    void pin_at(const TableAt& table);
    // The table as this run sees it. Conflict: an asset that never ran.
    Result<const PinnedTable*> table(const catalog::TableName& name);
    // The asset of that name; nullptr: there is none.
    const Asset* asset(const catalog::TableName& name) const { return graph_.find(name); }
    // The asset has a new version, which the rest of the run reads.
    void forget(const catalog::TableName& name);
    // The files of others that the asset reads are what was pinned, still: before what was made
    // from them is published. Conflict, Corruption: they are not.
    Result<void> check_crawled(const Asset& asset);
    // The rest of the run reads what is not published yet.
    void offer(const Prepared& prepared);

    // The stored tables that the asset reads, through views too, in order of their names.
    std::set<catalog::TableName> stored_inputs(const Asset& asset) const;
    // The same of what its checks look at, besides.
    std::set<catalog::TableName> stored_check_inputs(const Asset& asset) const;
    // Its views' statements, for its fingerprint.
    std::string view_sql(const Asset& asset) const;
    // Those of the views that its checks look at, and of the views below.
    std::string check_view_sql(const Asset& asset) const;
    // The rows of run.params, for its fingerprint; empty when it does not read them.
    std::string params_sql(const Asset& asset) const;
    // Where the columns of its result come from; empty where that cannot be told.
    std::vector<catalog::ColumnLineage> lineage(
        const Asset& asset, const std::string& sql, const std::vector<catalog::Column>& result
    );
    // Makes all that the asset reads known to the work, under its names.
    Result<void> add_to(engine::Work& work, const Asset& asset);

private:
    Result<PinnedTable> pin(const catalog::TableName& name);
    Result<std::shared_ptr<lake::Pin>> pin_dataset(
        const std::string& dataset, const std::optional<std::int64_t>& version
    );
    Result<void> add_views(
        engine::Work& work, const Asset& asset, std::set<catalog::TableName>& seen
    );

    const PipelineParts& parts_;
    const AssetGraph& graph_;
    RunScope scope_;
    std::mutex mutex_;  // guards pinned_; what it holds stays where it is until it is forgotten
    std::map<catalog::TableName, PinnedTable> pinned_;
};

}  // namespace tradewind::pipeline
