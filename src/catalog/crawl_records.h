// The crawler's records in meta.sqlite: tables, their versions, and which file belonged to which
// versions. A file's row says from which version on it is part of the table and, when it went,
// since which it is not; so every version is kept at the cost of what changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::catalog {

// All methods: any thread.
class CrawlRecords {
public:
    static Result<CrawlRecords> open(os::Database& database);
    // Only to read: changes nothing.
    static CrawlRecords view(os::Database& database) { return CrawlRecords(database); }

    Result<std::vector<CrawledTable>> tables(const std::string& root);  // empty: all
    Result<std::optional<CrawledTable>> find(const TableName& name);
    Result<std::int64_t> version_of(const TableName& name);  // 0: no such table
    Result<TableInfo> info(const CrawledTable& table);
    Result<std::vector<TableVersion>> versions(const TableName& name, std::size_t count_max);
    Result<std::vector<TablePartition>> partitions(const TableName& name);
    // Of the newest version, in order of their paths.
    Result<std::vector<CrawledFile>> page(
        const TableName& name, const std::string& after, std::size_t count_max
    );
    Result<TableFiles> files(const CrawledTable& table, std::int64_t number);
    // Are the files of that version as they were crawled? Conflict: one is not;
    // Corruption: one is gone.
    Result<void> check_files(const CrawledTable& table, std::int64_t number, os::Filesystem& files);

    Result<void> stage(
        const TableName& name,
        const std::vector<CrawledFile>& added,
        const std::vector<std::string>& removed
    );
    Result<void> unstage(const TableName& name);
    Result<std::int64_t> record(const CrawledVersion& version);
    Result<void> rename(const TableName& name, const TableName& to);
    Result<void> forget(const TableName& name);

private:
    struct Id {
        std::int64_t table = 0;
        std::int64_t version = 0;
    };
    struct Totals {
        std::int64_t row_count = 0;
        std::int64_t bytes = 0;
        std::int64_t file_count = 0;
        std::int64_t files_kept = 0;
    };

    explicit CrawlRecords(os::Database& database) : database_(&database) {}
    Result<std::optional<Id>> id_of(const TableName& name);
    Result<Id> existing_id(const TableName& name);
    Result<Id> id_or_new(const TableName& name);
    Result<void> put(
        Id id, const std::vector<CrawledFile>& added, const std::vector<std::string>& removed
    );
    Result<void> undo_staged(Id id);
    Result<void> add_files(TableFiles& table, const std::vector<CrawledShape>& shapes, Id id);
    Result<Totals> totals(std::int64_t table, std::int64_t version);
    Result<void> put_version(Id id, const CrawledVersion& version, const Totals& totals);
    os::Database* database_;
};

}  // namespace tradewind::catalog
