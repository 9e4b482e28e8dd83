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
#include "engine/many_files.h"
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
    // The table of that name that is read part by part; null: it is not. A bare name (schema
    // empty) is the only one of it. Any thread.
    std::shared_ptr<const ManyFiles> many(std::string_view schema, std::string_view table) const;
    std::set<std::string> schemas_of_many() const;  // in lower case
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
    Result<Pinned> pin(std::shared_ptr<const ManyFiles> files);
    // More files of one table are read part by part. Before any is published.
    void list_at_most(std::size_t files) { listed_files_max_ = files; }

private:
    bool readable(const catalog::TableFiles& table) const;
    Result<void> replace_view(const catalog::TableName& name, const std::string& sql);
    std::shared_ptr<TableSource> find(std::string_view name);
    // Makes the rows that the statement gives known by that key.
    Result<void> hand_over(
        const std::string& key, const catalog::TableFiles& table, const std::string& sql
    );
    Result<void> publish_many(const catalog::TableFiles& table);
    bool in_parts(const catalog::TableFiles& table) const;
    void put(const std::string& key, std::shared_ptr<TableSource> source);
    std::string next_key();
    Pinned held(const std::string& key);
    void forget(const std::string& key);
    void forget_many(const catalog::TableName& name);

    TableCatalog& names_;
    const std::vector<std::string> readable_folders_;
    const std::string extension_file_;
    std::size_t listed_files_max_ = listed_files_max;
    Instance* query_ = nullptr;
    Instance* work_ = nullptr;
    std::mutex mutex_;  // of publishing: two at once would conflict in the engine's catalog
    std::set<std::string> published_;  // by "schema.table" in lower case
    std::atomic<std::int64_t> next_pinned_ = 1;
    mutable std::mutex sources_mutex_;  // guards what follows
    std::map<std::string, std::shared_ptr<TableSource>, std::less<>> sources_;
    std::map<catalog::TableName, std::shared_ptr<const ManyFiles>> many_;
};

}  // namespace tradewind::engine
