// Tables made of files, and views, under names that user SQL may read. Files below the readable
// folders are read where they are; others (and sheets) by the instance `work`, which hands the rows
// over: what locks the user's instance to its folders cannot be undone for one of them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engine/duckdb_instance.h"
#include "engine/duckdb_source.h"
#include "engine/engine.h"
#include "engine/table_catalog.h"

namespace tradewind::engine {

class PublishedFiles {
public:
    PublishedFiles(
        TableCatalog& names, std::vector<std::string> readable_folders, std::string extension_file
    )
        : names_(names),
          readable_folders_(std::move(readable_folders)),
          extension_file_(std::move(extension_file)) {}

    // Once, before the query instance is locked; both outlive this.
    Result<void> register_on(Instance& query_instance, Instance& work_instance);

    // As Engine::publish_table and its like.
    Result<void> publish(const catalog::TableFiles& table);
    // `sql` has been checked.
    Result<void> publish_view(const catalog::TableName& name, const std::string& sql);
    Result<void> unpublish(const catalog::TableName& name);

    // A table's files for one statement, which may be of another version than is published.
    struct Pinned {
        std::string sql;
        std::shared_ptr<void> hold;  // it can be run as long as this lives; not beyond the files
    };
    // Any thread.
    Result<Pinned> pin(const catalog::TableFiles& table);

private:
    bool readable(const catalog::TableFiles& table) const;
    Result<void> replace_view(const catalog::TableName& name, const std::string& sql);
    std::shared_ptr<TableSource> find(std::string_view name);
    // Makes the rows that the statement gives known by that key.
    Result<void> hand_over(
        const std::string& key, const catalog::TableFiles& table, const std::string& sql
    );
    void forget(const std::string& key);

    TableCatalog& names_;
    const std::vector<std::string> readable_folders_;
    const std::string extension_file_;
    Instance* query_ = nullptr;
    Instance* work_ = nullptr;
    std::mutex mutex_;  // of publishing: two at once would conflict in the engine's catalog
    std::set<std::string> published_;  // by "schema.table" in lower case
    std::atomic<std::int64_t> next_pinned_ = 1;
    std::mutex sources_mutex_;
    std::map<std::string, std::shared_ptr<TableSource>, std::less<>> sources_;
};

}  // namespace tradewind::engine
