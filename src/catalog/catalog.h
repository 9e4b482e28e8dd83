// What tables there are: names, columns, files, versions, lineage. The truth is elsewhere (the
// lake's versions for tables that we write, the records of the crawler for files that others wrote,
// the packages for views); this room puts it together under the names that SQL knows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "lake/lake.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::catalog {

// ---------------------------------------------------------------- names and shapes

struct TableName {
    std::string schema;
    std::string table;
    auto operator<=>(const TableName&) const = default;
    std::string text() const { return schema + "." + table; }
};
// "raw.online_retail". InvalidArgument: not two names with a dot between them.
Result<TableName> parse_table_name(std::string_view text);

struct Column {
    std::string name;
    std::string type;  // as portable SQL writes it: STRING, DECIMAL(12,4), …
    std::string description;
    // Its name in the files, where that is another: "Order ID" of order_id.
    std::string source{};
    // How a text file writes its dates and times, strptime form; empty: ISO.
    std::string format{};
    bool operator==(const Column&) const = default;
};

enum class Format { Parquet, Csv, Json, Ndjson, Xlsx };
const char* to_string(Format format);

// How a text file is read. Empty encoding: UTF-8.
struct FileScan {
    Format format = Format::Parquet;
    std::string compression;  // "", "gzip", "zstd"; "auto": each file's name tells
    std::string encoding;     // "utf-8", "utf-16", "iso-8859-1", "windows-1252"
    char delimiter = ',';
    char quote = '"';
    char escape = '"';
    bool header = true;
    std::string timestamp_format;  // strptime form; empty: ISO
    std::string date_format;
    std::string null_text;  // CSV: what besides the empty field means null; empty: nothing
    std::vector<std::string> other_null_texts;  // crawled files: what means null too
    std::string sheet;                          // XLSX: empty is the first
    int skip_lines = 0;  // CSV: lines before the header that are none of it ("sep=;")
    // Parquet written by this program: columns are found by number (see ON_DISK.md), files that
    // lack one give null.
    bool by_field_id = false;
    // Columns that stand in the folders' names (country=france/…), not in the files.
    std::vector<Column> hive_columns;
    bool operator==(const FileScan&) const = default;
};

// Files of one table that are read the same way.
struct FileGroup {
    FileScan scan;
    // The table's names of all columns in the files, in order (CSV, XLSX), in any order (Parquet);
    // of JSON, whose records name their own, only those that these files call otherwise than
    // Column::source says.
    std::vector<std::string> columns;
    std::vector<std::string> files;  // absolute
    // What the files call `columns` (Parquet, JSON); empty: as Column::source says.
    std::vector<std::string> sources{};
    // The engine's types of `columns` in the files, which are the same in all of them (Parquet);
    // empty: not known, nor whether they are.
    std::vector<std::string> types{};
};

// All that a reader needs of one version of a table.
struct TableFiles {
    TableName name;
    // In order, hive columns at the end. Files that lack one give null.
    std::vector<Column> columns;
    std::vector<std::string> files;  // absolute
    FileScan scan;
    // Crawled tables: the same files by the way they are read; `scan` is the first group's.
    std::vector<FileGroup> groups;
    // Rows with equal keys: the one received last counts (files of streams and imports, which carry
    // provenance columns). Empty: all rows.
    std::vector<std::string> key;
};

// ---------------------------------------------------------------- tables

// A column and the columns of other tables that it is computed from.
struct ColumnLineage {
    std::string column;
    std::vector<std::string> from;  // "raw.online_retail.quantity"
};

enum class Kind { Source, Asset, View, Crawled, System };
const char* to_string(Kind kind);

// A table that a package or the platform promises; says where its truth lies.
struct Declaration {
    TableName name;
    Kind kind = Kind::Asset;
    std::string layer;    // "raw", "clean", "mart", "system"
    std::string dataset;  // in the lake; empty for views, crawled and system tables
    std::string description;
    std::string grain;            // what one row stands for; may be empty
    std::vector<Column> columns;  // Source: with provenance. Asset: known descriptions, may be few
    std::vector<std::string> key;
    std::string sql;  // View: its statement; Asset: the statement it is made by
    std::vector<std::string> partition_by;
    // What its SQL reads, as the SQL says: counts where no version tells it (views, assets that
    // never ran).
    std::vector<std::string> inputs;
    std::vector<ColumnLineage> lineage;
};

struct InputVersion {
    std::string table;  // "raw.online_retail"
    std::int64_t version = 0;
};

// How a version came about; stands in the lake's version (its `extra`), so that a restored lake
// tells it all. Crawled tables have it in their records.
struct Provenance {
    std::string run;
    std::string sql_hash;
    std::vector<InputVersion> inputs;
    std::vector<ColumnLineage> lineage;
    std::vector<Column> columns;
    std::int64_t rows_in = 0;
    std::string note;  // crawled tables: what changed, in words
};
json::Value to_json(const Provenance& provenance);
Provenance provenance_from(const json::Value& extra);

struct TableVersion {
    std::int64_t number = 0;
    Timestamp published_at;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::size_t file_count = 0;
    std::size_t files_kept = 0;  // of them, those that the version before had too
    Provenance provenance;
};

struct TablePartition {
    std::map<std::string, std::string> values;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::size_t file_count = 0;
};

struct CrawledColumnStatistics {
    std::string column;
    std::int64_t null_count = 0;
    // As text; empty when there is no value. Of all files that ever were part of the table since it
    // was last crawled in full: they and the count of distinct values only widen.
    std::string min;
    std::string max;
    std::int64_t distinct_approx = 0;
    bool operator==(const CrawledColumnStatistics&) const = default;
};

struct TableInfo {
    Declaration declared;
    std::vector<Column> columns;                      // as they are now
    TableVersion version;                             // number 0: nothing was published yet
    std::optional<FileScan> scan;                     // crawled tables
    std::string root;                                 // crawled tables: the folder of their files
    std::vector<CrawledColumnStatistics> statistics;  // crawled tables
    std::string damage;                               // why it cannot be read; empty: it can
};

// A column between others, which are named in full: "raw.online_retail.quantity".
struct ColumnLinks {
    std::string column;
    std::vector<std::string> from;     // columns of stored tables that it is computed from
    std::vector<std::string> through;  // columns of the views between
    std::vector<std::string> to;       // columns of tables and views that are computed from it
};

// Both ways. What one table names as an input names it as an output, and so with columns.
struct Lineage {
    std::vector<std::string> inputs;   // stored tables that it is made from, and views between
    std::vector<std::string> outputs;  // tables and views that are made from it
    std::vector<ColumnLinks> columns;  // those that have any, in the table's order
};

// What can be told of a declared table from its SQL alone, whether or not it was ever made.
struct PlannedTable {
    std::vector<Column> columns;       // none: it cannot be planned
    std::vector<std::string> inputs;   // stored tables that it reads, through views too
    std::vector<std::string> views;    // the views between
    std::vector<ColumnLinks> lineage;  // without `to`; one for each column
};
using PlannedTables = std::map<TableName, PlannedTable>;

// ---------------------------------------------------------------- what the crawler found

struct CrawledFile {
    std::string path;  // absolute
    // Where its rows are read instead, when the engine cannot read them in place; else empty.
    std::string copy;
    std::uint64_t bytes = 0;
    // As the file system says. Negative, its time turned round: it was written so short a time
    // before its crawl that a change in the same tick of the file system's clock could not be told.
    // The next crawl reads such a file again, and readers take its size and time for it as usual.
    Timestamp modified_at;
    std::int64_t row_count = 0;
    std::map<std::string, std::string> partition;
    std::size_t shape = 0;  // which of the table's shapes it has
    json::Value extra;      // what the crawler wants to know again
};

// A way in which some files of a crawled table are written.
struct CrawledShape {
    FileScan scan;
    std::vector<std::string> columns;  // as in FileGroup, and so the next
    std::vector<std::string> sources{};
    std::vector<std::string> types{};
    bool operator==(const CrawledShape&) const = default;
};

// One crawl's outcome for one table: the next version.
struct CrawledVersion {
    TableName name;
    std::string root;  // the folder of its files
    std::string layer = "raw";
    std::string description;
    // All those there ever were: files name them by their place.
    std::vector<CrawledShape> shapes;
    std::vector<Column> columns;
    std::vector<CrawledColumnStatistics> statistics;
    std::vector<CrawledFile> added;    // new, or with other bytes
    std::vector<std::string> removed;  // paths: deleted, or replaced by one in `added`
    std::string run;
    std::string note;  // "column discount added; price widened from BIGINT to DOUBLE"
    Timestamp at;
    json::Value extra;  // what the crawler wants to know again
};

struct CrawledTable {
    TableName name;
    std::string root;
    std::int64_t version = 0;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::size_t file_count = 0;
    std::vector<CrawledShape> shapes;
    std::vector<Column> columns;
    std::vector<CrawledColumnStatistics> statistics;
    json::Value extra;
};

// What a crawl has to say of one file, besides that it is part of a table.
struct CrawlFinding {
    std::string path;
    std::string kind;  // "unreadable", "empty", "conflict", "deleted", …
    std::string message;
    std::string table;  // where it belongs or belonged; may be empty
    std::uint64_t bytes = 0;
    Timestamp modified_at;
    std::string run;
    Timestamp at;
};

// ---------------------------------------------------------------- the catalog

// Versions of one table that are shown unless somebody asks for more: a stream's table gets one
// each flush.
constexpr std::size_t versions_shown = 100;

// All methods: any thread.
class Catalog {
public:
    virtual ~Catalog() = default;

    // Replaces what was declared before, all at once.
    virtual Result<void> declare(std::vector<Declaration> tables) = 0;
    // Asked when somebody wants to know what no version tells: columns of views and of tables that
    // were never made, their lineage, and that of versions which do not tell it. On any thread; it
    // may ask this catalog for tables that are neither views nor assets.
    using FindPlanned = std::function<std::shared_ptr<const PlannedTables>()>;
    virtual void find_planned_with(FindPlanned find) = 0;

    virtual Result<std::vector<TableInfo>> list() = 0;
    // NotFound with the nearest name there is.
    virtual Result<TableInfo> show(const TableName& name) = 0;
    // Newest first; those still kept. None for views and system tables.
    virtual Result<std::vector<TableVersion>> versions(
        const TableName& name, std::size_t count_max = versions_shown
    ) = 0;
    virtual Result<std::vector<TablePartition>> partitions(const TableName& name) = 0;
    virtual Result<Lineage> lineage(const TableName& name) = 0;
    // The newest version, or an earlier one as long as it is kept (NotFound; of a crawled table
    // also when one of its files was deleted or replaced since, for the platform keeps no copy). A
    // view has no files: InvalidArgument; ask show() for its SQL. Each file of a crawled table is
    // looked at: Conflict when one has changed since it was crawled, Corruption when one is gone;
    // the message names it and how to tell the crawler.
    virtual Result<TableFiles> files(
        const TableName& name, std::optional<std::int64_t> version = std::nullopt
    ) = 0;

    // The crawler's: what is known of a table, and the next version of it, durable when it returns.
    virtual Result<std::optional<CrawledTable>> crawled(const TableName& name) = 0;
    // Tables whose root is that folder or lies below it, by name.
    virtual Result<std::vector<CrawledTable>> crawled_below(const std::string& root) = 0;
    // Files of the newest version, in byte order of their paths, from the one after `after` on:
    // they may be very many. Without partition and extra.
    virtual Result<std::vector<CrawledFile>> crawled_files(
        const TableName& name, const std::string& after, std::size_t count_max
    ) = 0;
    // A part of the next version's changes, so that a big one need not fit in memory. Readers see
    // nothing of it before record_crawl; what was staged and not recorded is gone when the catalog
    // is opened again, or with unstage_crawl.
    virtual Result<void> stage_crawl(
        const TableName& name,
        const std::vector<CrawledFile>& added,
        const std::vector<std::string>& removed
    ) = 0;
    virtual Result<void> unstage_crawl(const TableName& name) = 0;
    // Returns the version's number. What was staged for it is part of it. AlreadyExists: a package
    // or the platform declares a table of that name.
    virtual Result<std::int64_t> record_crawl(const CrawledVersion& version) = 0;
    // The definition goes; files stay where they are.
    virtual Result<void> forget_crawled(const TableName& name) = 0;
    // The newest version's number, and no more; 0: nobody crawled it. Cheap: asked many times a
    // second.
    virtual Result<std::int64_t> crawled_version(const TableName& name) = 0;
    // Why SQL cannot read a crawled table now (TableInfo::damage); empty: it can. Not durable.
    virtual void note_readable(const TableName& name, const std::string& why_not) = 0;

    // Replaces those of the same path and kind.
    virtual Result<void> record_findings(const std::vector<CrawlFinding>& findings) = 0;
    // Nothing is wrong with these files any more; that some were deleted once stays told.
    virtual Result<void> clear_findings(const std::vector<std::string>& paths) = 0;
    // Of files that are `root` or lie below it, by path.
    virtual Result<std::vector<CrawlFinding>> findings_below(
        const std::string& root, std::size_t count_max
    ) = 0;
};

Result<std::unique_ptr<Catalog>> open_catalog(lake::Lake& lake, os::Database& database);

// What was crawled, for whoever only reads the database of a platform that may be running.
Result<std::vector<CrawledTable>> read_crawled_tables(os::Database& database);
// Those of its files (or of the copies that are read instead) that are not there as they were
// crawled, or cannot be looked at, in byte order of their paths.
Result<std::vector<std::string>> missing_crawled_files(
    os::Database& database, os::Filesystem& files, const TableName& name
);

}  // namespace tradewind::catalog
