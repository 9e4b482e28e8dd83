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
#include "engine/engine.h"
#include "lake/lake.h"

namespace tradewind::deliver {

class RawTable {
public:
    static Result<std::unique_ptr<RawTable>> open(
        const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine
    );

    // "raw/<source>/table"
    const std::string& dataset() const { return dataset_; }
    const std::vector<ColumnSpec>& columns() const { return columns_; }
    Result<lake::Version> current() { return lake_.current(dataset_); }

    Result<void> append_hot(const RowBatch& rows);
    std::int64_t hot_row_count() const;
    // Hot rows → one Parquet file → the next version. `taken`: the stream position up to which rows
    // were appended. Returns the position that the version contains: less than `taken` when an
    // earlier flush had failed and was finished now. Called by the table sink only.
    Result<Position> flush_hot(const std::string& consumer, Position taken);
    // Adds an import's files and takes out those of the import it replaces. Repeatable: files of
    // that origin that are there already stay as they are. Returns the rows taken out.
    Result<std::int64_t> add_import(
        std::vector<lake::DataFile> files, OriginId origin, std::optional<OriginId> replaces
    );
    // Takes an import's files out again.
    Result<void> remove_import(OriginId origin);

private:
    RawTable(std::string dataset, std::vector<ColumnSpec> columns, lake::Lake& lake)
        : dataset_(std::move(dataset)), columns_(std::move(columns)), lake_(lake) {}
    std::vector<std::string> absolute(const lake::Version& version) const;
    Result<lake::DataFile> write_sealed(Position taken, std::int64_t row_count);

    const std::string dataset_;
    const std::vector<ColumnSpec> columns_;
    lake::Lake& lake_;
    Result<lake::Version> commit_or_discard(const lake::Commit& commit);
    Result<void> publish(const lake::Version& version);

    mutable std::mutex mutex_;  // over all below, and from a commit to its publication
    std::unique_ptr<engine::LiveTable> live_;
    std::string consumer_;                  // of the sealed part
    std::optional<Position> sealed_up_to_;  // set while a sealed part waits for its publication
};

}  // namespace tradewind::deliver
