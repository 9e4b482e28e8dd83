// Makes one asset within a run: decides what must be made, makes it in files that nobody sees,
// checks them, and publishes with one commit.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql_text.h"
#include "pipeline/batches.h"
#include "pipeline/draft.h"
#include "pipeline/kernel_run.h"
#include "pipeline/made_records.h"
#include "pipeline/pipeline.h"
#include "pipeline/publication.h"
#include "pipeline/run_inputs.h"
#include "pipeline/work_watch.h"

namespace tradewind::pipeline {

// What a run asks of every asset.
struct MakeOrder {
    std::int64_t run = 0;
    bool force = false;
    std::string from;
    std::string to;
    std::int64_t timeout_us = 0;
    std::shared_ptr<const std::atomic<bool>> cancelled;
    WorkWatch* watch = nullptr;          // told which work is under way
    KernelRun* kernels = nullptr;        // makes tables of interactions; null: SQL does
    Publication* publication = nullptr;  // takes what is made; null: it is published at once
};

// One asset, one run, one thread.
class AssetMaker {
public:
    AssetMaker(
        const PipelineParts& parts,
        const PipelineOptions& options,
        RunInputs& inputs,
        const Asset& asset,
        const MakeOrder& order
    )
        : parts_(parts), options_(options), inputs_(inputs), asset_(asset), order_(order) {}
    ~AssetMaker() {
        if (order_.watch != nullptr) order_.watch->watch(nullptr);
    }
    AssetMaker(const AssetMaker&) = delete;
    AssetMaker& operator=(const AssetMaker&) = delete;

    // True: there is nothing to do, and `outcome` says so.
    Result<bool> skip(AssetRun& outcome);
    // After skip() said no. Fills `outcome` as far as it came, also when it fails.
    Result<void> make(AssetRun& outcome);

private:
    Result<bool> up_to_date(const lake::Version& current);
    // By this statement, from the inputs as this run sees them.
    Result<bool> made_from_inputs(const lake::Version& version);
    bool is_own(const lake::Version& version) const;  // of this run, before it was cut off
    Result<void> find_statement();
    Result<void> open_work();
    Result<void> prepare();
    Result<std::string> statement();
    Result<void> make_view(AssetRun& outcome);
    Result<void> make_export(AssetRun& outcome);
    // Of exports and views: it is as a run would make it.
    Result<bool> as_made(AssetRun& outcome);
    // What it is made of may be another thing later, and no version tells.
    bool changes_by_itself() const;
    bool checks_look_later() const;
    Result<std::string> made_of();
    // Before the work, of what is read now: nothing is noted until it is done.
    Result<void> begin_unstored();
    void note_made(MadeRecord record);
    Result<void> make_table(AssetRun& outcome);
    Error explained(Error error);

    // Each mode fills the draft.
    Result<void> draft_whole(const lake::Version& current, Draft& draft);
    Result<void> draft_partitions(const lake::Version& current, Draft& draft);
    Result<void> draft_files(const lake::Version& current, Draft& draft);
    Result<void> draft_overwrite(const lake::Version& current, Draft& draft);
    Result<void> count_rows_in(Draft& draft);
    Result<bool> write_by_kernel(Draft& draft);
    Result<std::string> export_statement();
    Result<void> bind_in_order(const catalog::TableName& name, const lake::Version& version);
    Result<bool> stands_on_interactions(const Asset& asset);

    Result<void> draft_without(
        const lake::Version& current,
        const std::set<std::string>& gone,
        const std::set<std::string>& left,
        Batches& batches,
        Draft& draft
    );
    std::optional<std::set<std::string>> taken_before(
        const lake::Version& current, const Batches& batches
    );
    Result<bool> can_add_to(const lake::Version& current);
    Result<void> draft_changes(
        const lake::Version& current,
        const std::set<std::string>& known,
        Batches batches,
        Draft& draft
    );
    Result<void> merge_small_files(
        const lake::Version& current, const Batches& batches, Draft& draft
    );
    Result<std::optional<std::vector<std::string>>> touched_by(
        const catalog::TableName& input, const std::set<std::string>& files
    );
    Result<std::optional<std::set<std::string>>> partitions_in(
        const catalog::TableName& input, const std::set<std::string>& files, const Draft& draft
    );
    Result<std::optional<std::set<std::string>>> changed_partitions(
        const lake::Version& current, const Draft& draft
    );
    Result<std::set<std::string>> interval_partitions(const lake::Version& current);
    // The order names an interval, and the asset has a column for it.
    bool asks_interval() const {
        return !asset_.interval_column.empty() && (!order_.from.empty() || !order_.to.empty());
    }
    std::string interval_condition() const;
    std::vector<std::string> absolute(const std::set<std::string>& paths) const;

    // Runs `sql` into files of the asset; they join the draft with `batches` as their note.
    Result<std::size_t> write_files(
        const std::string& sql, const json::Value& batches, Draft& draft
    );
    Result<lake::DataFile> adopt(const engine::WrittenFile& file, const json::Value& batches);
    Result<void> bind_input(const catalog::TableName& name, std::vector<std::string> files);
    Result<std::vector<std::string>> partitions_of_result();
    std::string partition_key_sql() const;
    std::string partition_key(const lake::DataFile& file) const;
    using PartitionFiles = std::map<std::string, std::vector<const lake::DataFile*>>;
    PartitionFiles files_by_partition(
        const lake::FileList& files, const std::set<std::string>& without
    ) const;
    std::string only_partitions(const std::vector<std::string>& keys) const;

    Result<void> check(const lake::Version& current, const Draft& draft, AssetRun& outcome);
    std::set<catalog::TableName> add_check_inputs();
    // Conflict: they do not let these rows be published.
    Result<void> check_rows(
        const catalog::TableName& rows, std::int64_t version, AssetRun& outcome
    );
    Result<void> publish(Prepared prepared, AssetRun& outcome);
    // Queries see the version from now on.
    Result<void> show(const lake::Version& made);
    catalog::Provenance provenance(const Draft& draft);
    void keep_equal_files(const lake::Version& current, Draft& draft);

    const PipelineParts& parts_;
    const PipelineOptions& options_;
    RunInputs& inputs_;
    const Asset& asset_;
    const MakeOrder& order_;
    std::unique_ptr<engine::Work> work_;
    std::string sql_;          // its SELECT, a recipe's once it is compiled
    std::string hash_;         // of all that decides what the rows are, besides the input
    std::string note_;         // for the outcome's message
    std::string made_of_;      // of an export or a view, as it was before the work
    bool checks_hold_ = true;  // all of them, those that block nothing too
    int file_count_ = 0;
    std::int64_t keys_rows_in_ = 0;  // rows of the changed input files
};

// The view that stands for the asset's statement in its work.
inline const catalog::TableName result_name{"making", "result"};
inline const catalog::TableName candidate_name{"making", "candidate"};

std::string quote_table(const catalog::TableName& name);

}  // namespace tradewind::pipeline
