// Databases of others: dumps of their tables into dated files, reads of one table for a source, and
// what tables they have. Nothing is ever written to a database.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/secret.h"
#include "os/web_client.h"
#include "package/package.h"

namespace tradewind::extract {

enum class DatabaseKind { Postgres, Sqlite };
const char* to_string(DatabaseKind kind);

// An entry of connections.yml.
struct Connection {
    std::string name;
    DatabaseKind kind = DatabaseKind::Sqlite;
    std::string path;  // sqlite: absolute
    std::string host;  // postgres, and what follows; a folder: of the server's socket
    int port = 5432;
    std::string database;
    std::string user;
    os::SecretPlace password;
    std::string tls;      // libpq's sslmode
    std::string ca_file;  // absolute
    std::int64_t connect_timeout_us = 15'000'000;
    // How long the database may say nothing: a frozen one is left then.
    std::int64_t silence_timeout_us = 1'800'000'000;
    SourceLocation where;
};
using Connections = std::map<std::string, Connection>;

// connections.yml of a workspace: names with kind and place of databases, no secrets. None is fine.
// InvalidArgument with the place.
Result<Connections> read_connections(os::Filesystem& files, const std::string& workspace);

struct DumpTable {
    std::string name;   // {table} of the file's name
    std::string query;  // a table, or SELECT …
    SourceLocation where;
};

// An entry of `extracts:` in a package.yml.
struct Dump {
    std::string package;
    std::string name;
    std::string connection;
    std::string folder;    // below landing, or absolute
    std::string files;     // "{table}_{date}.csv.gz"
    std::string manifest;  // "rows_{date}.json"; empty: none
    std::string timezone;  // of {date}
    std::vector<DumpTable> tables;
    int parallel = 1;  // tables at once
    int retries = 2;   // after the connection was lost, from the start
    std::int64_t retry_delay_us = 30'000'000;
    SourceLocation where;
};

// InvalidArgument with the place: an unknown key or zone, names of files that would fall together.
// Whether the connection is there is another matter: a package may come before it.
Result<std::vector<Dump>> read_dumps(const package::Package& package);

struct DumpedTable {
    std::string table;
    std::string path;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;  // of the file
};

struct DumpReport {
    std::string package;
    std::string name;
    std::string date;
    std::vector<DumpedTable> tables;  // in the package's order
    std::string manifest;             // its path; empty: none
    int attempts = 1;
    std::int64_t duration_us = 0;
};
json::Value to_json(const DumpReport& report);

struct DumpOrder {
    std::string package;
    std::string name;
    std::string date;  // YYYY-MM-DD; empty: today, in the dump's zone
    os::GiveUp give_up;
};

// One table or query, whole or what is new, as a CSV file for the importer.
struct ReadOrder {
    std::string source;
    std::string connection;
    std::string query;      // a table, or SELECT …
    std::string watermark;  // column; empty: whole
    std::string folder;     // absolute; made where absent
    std::string date;       // of a whole read: part of the file's name
    os::GiveUp give_up;
};

struct ReadReport {
    std::string source;
    std::string path;  // empty: nothing is new
    std::int64_t row_count = 0;
    std::int64_t rows_without_watermark = 0;  // null: no watermark ever passes them
    std::uint64_t bytes = 0;
    std::string watermark;  // up to which it was read
    std::int64_t number = 0;
};

struct ColumnInfo {
    std::string name;
    std::string type;  // as the database calls it
    bool nullable = true;
    bool key = false;  // part of the primary key
};

struct TableInfo {
    std::string schema;  // sqlite: "main"
    std::string name;
    std::string kind;                // table, view
    std::int64_t row_estimate = -1;  // -1: not known
    std::vector<ColumnInfo> columns;
};
json::Value to_json(const TableInfo& table);

struct ExtractOptions {
    std::string landing_folder;
    std::uint64_t disk_reserve_bytes = 0;  // so much stays free
    // A database that somebody else has locked is waited for so long, and after a moment a warning
    // says so. It is not tried again after that: the schedule does.
    std::int64_t lock_wait_us = 30'000'000;
    std::int64_t lock_told_us = 2'000'000;
};

struct ExtractParts {
    Connections connections;
    std::vector<Dump> dumps;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
    os::Environment environment;
};

// All methods: any thread; they take as long as the database does, and end soon after give_up says
// so (Cancelled).
class Extractor {
public:
    virtual ~Extractor() = default;
    // All tables as they were at one instant. The files appear together at the end, each whole, the
    // manifest last; on failure no file of it has its final name. Files of the same date are
    // replaced. NotFound: no such dump or connection; Conflict: it is under way, or somebody keeps
    // the database locked; Unavailable: the
    // database was lost, and so it was each time; ResourceExhausted: the disk is full.
    virtual Result<DumpReport> dump(const DumpOrder& order) = 0;
    // The file appears whole or not at all. With a watermark, rows beyond the one that was
    // confirmed last; asked again before it is confirmed, it makes a file of the same name again.
    virtual Result<ReadReport> read(const ReadOrder& order) = 0;
    // What was read is durable elsewhere: the next read begins after it.
    virtual Result<void> confirm(const ReadReport& report) = 0;
    // The tables and views that the connection's user can read.
    virtual Result<std::vector<TableInfo>> describe(const std::string& connection) = 0;
    // Looks at every connection and remembers what it has. One that cannot be looked at keeps what
    // was known of it, and is among what is returned.
    virtual Result<std::vector<Error>> survey(const os::GiveUp& give_up) = 0;
    // What is remembered, a row a column: system.database_columns.
    virtual Result<RowBatch> surveyed() = 0;
    virtual const Connections& connections() const = 0;
    virtual const std::vector<Dump>& dumps() const = 0;
};

Result<std::unique_ptr<Extractor>> open_extractor(ExtractOptions options, ExtractParts parts);

}  // namespace tradewind::extract
