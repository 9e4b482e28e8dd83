// The source's SQL table, raw.<source>: versions in the lake plus hot rows in the engine. Two
// writers meet here, the stream's table sink and imports; each commit and its publication happen
// under one lock.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/contract.h"
#include "deliver/deliver.h"
#include "engine/engine.h"
#include "lake/lake.h"

namespace tradewind::deliver {

class RawTable {
public:
    // The contract outlives it. A damaged file or dataset does not make it fail: the damage is set
    // aside where that leaves no doubt which rows there are; else everything below answers
    // Corruption until it is repaired.
    static Result<std::unique_ptr<RawTable>> open(
        const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine
    );

    // "raw/<source>/table"
    const std::string& dataset() const { return dataset_; }
    const std::vector<ColumnSpec>& columns() const { return columns_; }
    Result<lake::Version> current() { return lake_.current(dataset_); }

    // Readers see from now on what the lake says now. After files were taken out of it (verify).
    Result<void> republish();
    Result<void> append_hot(const std::vector<const RowBatch*>& batches);
    std::int64_t hot_row_count() const;
    // Hot rows → one Parquet file → the next version. `taken`: the stream position up to which rows
    // were appended. Returns the position that the version contains: less than `taken` when an
    // earlier flush had failed and was finished now. Called by the table sink only.
    Result<Position> flush_hot(const std::string& consumer, Position taken);
    struct Added {
        std::int64_t version = 0;
        std::int64_t replaced_count = 0;  // rows taken out
    };
    // Adds an import's files and takes out those of the import it replaces; a snapshot, those of
    // all others. Repeatable: files of that origin that are there already stay as they are.
    Result<Added> add_import(std::vector<lake::DataFile> files, const LoadTicket& ticket);
    // A snapshot that is older than the one shown: a version of its own, which readers do not see.
    Result<Added> put_aside(std::vector<lake::DataFile> files, const LoadTicket& ticket);
    // Takes an import's files out again.
    Result<void> remove_import(OriginId origin);

    bool takes_snapshots() const { return contract_.load() == contract::Load::Snapshot; }
    // Is that import's delivery part of what readers see?
    bool holds(const lake::Version& version, OriginId origin) const;
    // Would a snapshot be older than what the version shows?
    bool is_outdated(const LoadTicket& ticket, const lake::Version& version) const;
    // See Delivery::kept_version.
    Result<std::optional<KeptVersion>> kept_version(OriginId origin, std::int64_t number);

private:
    RawTable(const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine);
    Result<void> need_live();
    Result<void> make_live();
    Result<lake::Version> without_replaced(lake::Version version);
    lake::Commit commit_of(const lake::Version& before, const LoadTicket& ticket) const;
    std::vector<std::string> absolute(const lake::Version& version) const;
    Result<lake::DataFile> write_sealed(Position taken, std::int64_t row_count);

    Result<lake::Version> commit_or_discard(const lake::Commit& commit);
    Result<void> publish(const lake::Version& version);

    const contract::Contract& contract_;
    const engine::LiveTableOptions options_;
    const std::string dataset_ = "raw/" + options_.name + "/table";
    const std::vector<ColumnSpec>& columns_ = options_.columns;
    lake::Lake& lake_;
    engine::Engine& engine_;

    mutable std::mutex mutex_;  // over all below, and from a commit to its publication
    std::unique_ptr<engine::LiveTable> live_;  // null: it could not be opened yet
    bool was_damaged_ = false;
    std::string consumer_;                  // of the sealed part
    std::optional<Position> sealed_up_to_;  // set while a sealed part waits for its publication
};

}  // namespace tradewind::deliver
