// An engine for tests: live tables and row files, no SQL. Its files lie on the Filesystem given to
// it, so that a simulated machine forgets and tears them as it does all others; what is hot lives
// in memory and dies with it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "os/filesystem.h"

namespace tradewind::deliver::simulation {

class SimulatedEngine : public engine::Engine {
public:
    explicit SimulatedEngine(os::Filesystem& files) : files_(files) {}

    // All rows that a query would see: of the files, the sealed part and the hot one.
    Result<std::vector<RowBatch>> rows_of(const std::string& table);
    // The next appends to hot parts fail with Unavailable, as when memory is short.
    void fail_appends(int count) { append_failures_ = count; }

    Result<std::unique_ptr<engine::LiveTable>> create_live_table(
        const engine::LiveTableOptions& options, const std::vector<std::string>& files
    ) override;
    Result<std::unique_ptr<engine::RowFileWriter>> create_row_file_writer(
        const std::vector<ColumnSpec>& columns
    ) override;
    Result<std::unique_ptr<engine::RowFileReader>> read_row_file(
        const std::string& path,
        const std::vector<ColumnSpec>& columns,
        OriginId origin,
        std::size_t batch_rows
    ) override;

    Result<std::unique_ptr<engine::QueryResult>> query(const engine::QueryRequest&) override;
    Result<std::vector<engine::ResultColumn>> explain_columns(const std::string&) override;
    Result<std::int64_t> query_to_parquet(const engine::QueryRequest&, const std::string&) override;
    Result<void> replace_system_table(const std::string&, const RowBatch&) override;
    Result<void> publish_table(const catalog::TableFiles&) override { return no_sql(); }
    Result<void> publish_view(const catalog::TableName&, const std::string&) override {
        return no_sql();
    }
    Result<void> unpublish(const catalog::TableName&) override { return no_sql(); }
    void find_versions_with(FindVersion) override {}
    Result<std::unique_ptr<engine::Work>> open_work(const engine::WorkOptions&) override {
        return no_sql();
    }
    Result<std::vector<engine::TableUse>> tables_of(const std::string&) override {
        return no_sql();
    }
    Result<std::vector<catalog::ColumnLineage>>
    lineage_of(const std::string&, const engine::FindColumns&) override {
        return no_sql();
    }
    Result<engine::FollowedRows>
    follow_rows(const std::string&, const engine::FindFollowed&, const std::vector<std::string>&)
        override {
        return no_sql();
    }
    Result<void> check_expression(const std::string&) override { return no_sql(); }
    std::vector<std::string> table_names() override;

private:
    static Error no_sql();
    class Table;
    struct Content {
        std::vector<ColumnSpec> columns;
        std::vector<std::string> files;
        std::vector<RowBatch> sealed;
        std::vector<RowBatch> hot;
    };

    os::Filesystem& files_;
    std::map<std::string, std::shared_ptr<Content>> tables_;
    int append_failures_ = 0;
};

}  // namespace tradewind::deliver::simulation
