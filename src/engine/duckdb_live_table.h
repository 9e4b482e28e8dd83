// A live table: a view over Parquet files and hot parts. The parts hot_<n> lie in an internal
// schema that no search path names.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_instance.h"
#include "engine/duckdb_row_table.h"
#include "engine/duckdb_source.h"
#include "engine/engine.h"

namespace tradewind::engine {

constexpr const char* hot_schema = "_tradewind";

// What live tables share; owned by the engine, outlives them.
struct LiveTablePlace {
    Instance& query_instance;
    Instance& work_instance;
    StatementSources& work_sources;
    std::atomic<std::int64_t>& next_part;                 // number of the next hot_<n>
    std::function<void(const LiveTableOptions&)> forget;  // called when the table goes
};

class DuckdbLiveTable : public LiveTable {
public:
    static Result<std::unique_ptr<LiveTable>> create(
        LiveTablePlace place, const LiveTableOptions& options, const std::vector<std::string>& files
    );
    ~DuckdbLiveTable() override;

    using LiveTable::append;
    Result<void> append(const std::vector<const RowBatch*>& batches) override;
    std::int64_t hot_row_count() const override { return row_count_; }
    Result<std::int64_t> seal() override;
    Result<void> write_sealed(const std::string& path) override;
    Result<void> publish(const std::vector<std::string>& files) override;
    Result<void> set_files(const std::vector<std::string>& files) override;

private:
    DuckdbLiveTable(LiveTablePlace place, LiveTableOptions options);

    std::string view_name() const;
    std::string create_part_sql(const RowTable& part) const;
    // One transaction: `before`, then the view over `files` and `parts`, then `after`.
    Result<void> replace_view(
        const std::vector<std::string>& files,
        const std::vector<std::string>& parts,
        const std::string& before,
        const std::string& after
    );
    std::string view_sql(
        const std::vector<std::string>& files, const std::vector<std::string>& parts
    ) const;
    std::vector<std::string> parts() const;

    LiveTablePlace place_;
    LiveTableOptions options_;
    std::vector<ColumnSpec> columns_;  // with provenance
    std::unique_ptr<Connection> connection_;
    std::vector<std::string> files_;
    std::unique_ptr<RowTable> hot_;
    std::unique_ptr<RowTable> sealed_;
    // Read by metrics from other threads.
    std::atomic<std::int64_t> row_count_ = 0;
};

}  // namespace tradewind::engine
