// The crawler: looks through folders for data files, finds out how they are written and of what
// types their columns are, groups them to tables, and keeps the catalog and the engine current.
//
// Which files are one table: those of one folder, with its partition folders (`day=2024-01-02/`)
// and dated folders (`2024/01/02/`), that have the same columns but for a few. A folder whose files
// are all alike is a table with the folder's name; else each kind of file is one, named by what its
// files' names begin with.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

// What becomes of a file that differs from its table.
struct SchemaPolicy {
    bool add_columns = true;  // columns the table does not have yet become part of it
    bool widen_types = true;  // BIGINT → DECIMAL → DOUBLE → STRING, DATE → TIMESTAMP → STRING
    // Where the above says no, the file is left out and a finding tells why. True: it is taken in
    // all the same, and the finding only tells.
    bool conflicts_only_logged = false;
};

struct CrawlRequest {
    std::string path;  // a folder or a file; absolute
    SchemaPolicy policy;
    // Reads all files again, whether they changed or not, and takes types and statistics from them
    // alone. A folder that cannot be listed is then an error.
    bool again = false;
    std::shared_ptr<const std::atomic<bool>> cancelled;  // null: never
};

struct CrawledTableReport {
    catalog::TableName name;
    std::string change;  // "new", "changed", "unchanged"
    std::int64_t version = 0;
    std::int64_t row_count = 0;
    std::size_t files_added = 0;
    std::size_t files_changed = 0;
    std::size_t files_deleted = 0;
    std::string note;
    std::string problem;  // why SQL cannot read it; empty: it can
};

struct CrawlReport {
    std::string run;
    std::string path;
    std::vector<CrawledTableReport> tables;
    std::size_t files_seen = 0;
    std::size_t files_read = 0;
    // Folders that cannot be listed though they were asked for, or are known to hold a table or a
    // part of one. Each is a finding too.
    std::size_t unlisted_count = 0;
    std::size_t finding_count = 0;
    std::vector<catalog::CrawlFinding> findings;  // the first findings_shown
    std::int64_t elapsed_us = 0;
};
constexpr std::size_t findings_shown = 100;

struct CrawlerOptions {
    std::string lake_root;         // absolute; datasets whose tables are declared are left alone
    std::string extension_folder;  // as engine::FileOptions
    std::string temp_folder;
    int threads = 2;
};

// All methods: any thread; one crawl at a time.
class Crawler {
public:
    virtual ~Crawler() = default;
    // NotFound: no such path. Conflict: another crawl is under way. Cancelled: nothing was recorded
    // of tables not finished by then. What is wrong with single files is in the report's findings.
    virtual Result<CrawlReport> crawl(const CrawlRequest& request) = 0;
    // Makes every crawled table known to the engine; at start. Why one cannot be read, the catalog
    // knows from then on.
    virtual Result<void> publish_all() = 0;
    // Drops the table from catalog and engine; files stay where they are.
    virtual Result<void> forget(const catalog::TableName& name) = 0;
};

std::unique_ptr<Crawler> make_crawler(
    CrawlerOptions options,
    catalog::Catalog& catalog,
    engine::Engine& engine,
    lake::Lake& lake,
    os::Filesystem& files,
    os::Clock& clock
);

// system.tables, system.columns, system.partitions, system.table_versions and
// system.crawl_findings: what the catalog says, as SQL. All methods: any thread.
class SystemTables {
public:
    virtual ~SystemTables() = default;
    // Fills them again where anything changed since the last time. Before a query that reads them.
    virtual Result<void> refresh() = 0;
};

std::unique_ptr<SystemTables> make_system_tables(catalog::Catalog& catalog, engine::Engine& engine);

}  // namespace tradewind::crawl
