// The SQL engine: user queries in a sandbox, live tables (files ∪ hot rows), Parquet files, and
// readers for the files people have. Says nothing of the engine below.
//
// SQL types in results carry portable names (STRING, DECIMAL(12,4), TIMESTAMP, …).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "catalog/catalog.h"
#include "engine/work_rows.h"

namespace tradewind::engine {

enum class FileKind { Csv, Xlsx, Json, Ndjson, Parquet };

// ---------------------------------------------------------------- queries

struct QueryRequest {
    std::string sql;  // exactly one SELECT (or EXPLAIN of one, DESCRIBE, SHOW TABLES: no)
    std::optional<std::int64_t> rows_max;  // more rows are cut off, and `truncated()` says so
    std::int64_t timeout_us = 30'000'000;
    // Set by whoever asked, when he is gone: the query ends with Cancelled, soon and at any stage.
    // Null: never.
    std::shared_ptr<const std::atomic<bool>> cancelled;
};

enum class ResultFormat { Csv, JsonRows, Ndjson, Arrow };

struct ResultColumn {
    std::string name;
    std::string type;
};

// A running query; one thread, but interrupt() from any.
class QueryResult {
public:
    virtual ~QueryResult() = default;
    virtual const std::vector<ResultColumn>& columns() const = 0;
    // Appends the next rows in that format (CSV: RFC 4180 with CRLF? no: LF; without header line;
    // JsonRows: `[…],[…]` arrays separated by commas over all calls; Ndjson: an object a line;
    // Arrow: messages of an IPC stream, the schema with the first call, the end with the last).
    // Returns how many rows; 0 at the end. Errors: DeadlineExceeded, Cancelled,
    // ResourceExhausted (memory or temporary space), InvalidArgument (a cast that fails in a row,
    // …).
    virtual Result<std::int64_t> append_rows(ResultFormat format, std::string& out) = 0;
    virtual bool truncated() const = 0;
    virtual void interrupt() = 0;
};

// CSV header line for the columns.
std::string csv_header(const std::vector<ResultColumn>& columns);

// ---------------------------------------------------------------- live tables

struct LiveTableOptions {
    std::string schema = "raw";
    std::string name;
    std::vector<ColumnSpec> columns;  // without the provenance columns
    std::vector<std::string>
        key;  // rows with equal keys: the latest received wins; empty: all rows
};

// A SQL table made of immutable Parquet files and of rows not yet written to one. Besides its
// columns it has: _source STRING, _partition INTEGER, _offset BIGINT (stream rows), _import BIGINT,
// _row BIGINT (imported rows), _received_at TIMESTAMP. Reads any time; append, seal, publish: one
// thread.
class LiveTable {
public:
    virtual ~LiveTable() = default;
    // Rows are visible to queries when it returns. Unavailable: no memory now (nothing was added).
    // Many rows in one call cost a third of what they cost a thousand at a time.
    virtual Result<void> append(const std::vector<const RowBatch*>& batches) = 0;
    Result<void> append(const RowBatch& rows) {
        return append(std::vector<const RowBatch*>{&rows});
    }
    virtual std::int64_t hot_row_count() const = 0;
    // The rows appended so far become the sealed part (still visible); new rows go to a fresh part.
    // Returns the sealed rows; 0: there was nothing. A part sealed before and not yet published
    // counts.
    virtual Result<std::int64_t> seal() = 0;
    // Writes the sealed part to one Parquet file.
    virtual Result<void> write_sealed(const std::string& path) = 0;
    // In one step for readers: the table's files are now these, and the sealed part (if any) is
    // dropped.
    virtual Result<void> publish(const std::vector<std::string>& files) = 0;
    // The same without dropping a sealed part (an import added or replaced files).
    virtual Result<void> set_files(const std::vector<std::string>& files) = 0;
};

// ---------------------------------------------------------------- rows in Parquet files

// Collects rows in memory (engine's, bounded) and writes them as one Parquet file, with the
// provenance columns.
class RowFileWriter {
public:
    virtual ~RowFileWriter() = default;
    virtual Result<void> append(const RowBatch& rows) = 0;
    virtual std::int64_t row_count() const = 0;
    // Writes what was appended and is empty again. InvalidArgument when there is nothing.
    virtual Result<void> write(const std::string& path) = 0;
};

// Reads such files back, batch by batch (at most batch_rows each), provenance restored.
class RowFileReader {
public:
    virtual ~RowFileReader() = default;
    // False at the end.
    virtual Result<bool> next(RowBatch& rows) = 0;
};

// ---------------------------------------------------------------- the platform's own work

struct WriteOptions {
    FileKind kind = FileKind::Parquet;  // or Csv, Json, Ndjson, Xlsx
    // A file; with partition_by a folder that does not exist yet (Parquet only).
    std::string path;
    std::vector<std::string> partition_by;  // their values stand in the files too
    bool header = true;                     // Csv, Xlsx
    std::string compression;                // text: "", "gzip", "zstd"
    std::string sheet;                      // Xlsx: its name, cut to 31 letters; empty: "Sheet1"
};

struct WrittenFile {
    std::string path;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::map<std::string, std::string> partition;  // null: "__HIVE_DEFAULT_PARTITION__"
};

// Rows as text; nothing is null.
struct TextRows {
    std::vector<ResultColumn> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

// SQL over tables that are named one by one and do not move: what a run, a check, a profile, a
// preview works on. One thread, but interrupt() from any. Its names go with it. Statements run in
// the memory that is left to the platform's own work and spill to disk.
//
// Text that a user wrote comes in by add_view (and Engine::check_expression) only, which hold it to
// the gate of user queries; `sql` elsewhere is the platform's own, over those names.
class Work {
public:
    virtual ~Work() = default;
    // Replaces one of the same name.
    virtual Result<void> add_table(const catalog::TableFiles& table) = 0;
    // Bare names mean a table of this schema where it has one of that name. For what is added from
    // now on.
    virtual void prefer_schema([[maybe_unused]] const std::string& schema) {}
    // A user's SELECT over what was added before. InvalidArgument tells what is wrong, and where.
    virtual Result<void> add_view(const catalog::TableName& name, const std::string& sql) = 0;
    // The rows of a statement, computed once and kept (spilling to disk) until the Work goes.
    virtual Result<std::int64_t> add_result(
        const catalog::TableName& name, const std::string& sql
    ) = 0;
    // Planned, not run.
    virtual Result<std::vector<ResultColumn>> columns(const std::string& sql) = 0;
    virtual Result<std::unique_ptr<QueryResult>> query(const std::string& sql) = 0;
    virtual Result<TextRows> rows(const std::string& sql, std::int64_t rows_max) = 0;
    // Rows in the order in which the statement gives them. HUGEINT columns (sums of integers) are
    // written as BIGINT. Not synced: the lake's adopt does that.
    virtual Result<std::vector<WrittenFile>> write(
        const std::string& sql, const WriteOptions& options
    ) = 0;
    // The rows of a statement whose columns are all BIGINT, as they are computed.
    virtual Result<std::unique_ptr<IntegerReader>> read_integers(const std::string& sql) = 0;
    // Parquet files, as write() writes them, of rows that are handed over; so many at once. The
    // same rows give the same bytes.
    virtual Result<std::vector<WrittenFile>> write_computed(
        const std::vector<ComputedColumn>& columns, std::vector<ComputedFile> files, int at_once
    ) = 0;
    // What a SELECT reads that only brings rows of one table into an order; nothing: it does more.
    virtual Result<std::optional<OrderedRead>> ordered_read(const std::string& sql) = 0;
    // 0–100, or -1 where the engine cannot tell. Any thread.
    virtual double progress_percent() = 0;
    // What all works hold together now. Any thread.
    virtual std::uint64_t memory_bytes() = 0;
    virtual void interrupt() = 0;
};

struct WorkOptions {
    std::int64_t timeout_us = 7'200'000'000;
    std::shared_ptr<const std::atomic<bool>> cancelled;
};

// ---------------------------------------------------------------- what SQL says

struct TableUse {
    catalog::TableName name;  // schema empty: a bare name
    std::int64_t line = 0;    // from 1; 0: not known
    std::int64_t column = 0;
};

// The columns of a table that a statement names, under the name that its lineage shall have.
struct NamedColumns {
    catalog::TableName name;
    std::vector<std::string> columns;
};
// Asked with the name as the statement has it, in lower case, its schema empty where there is none.
// Nothing: the table is not known.
using FindColumns = std::function<std::optional<NamedColumns>(const catalog::TableName& name)>;

// A table that a statement reads, as it matters to whom one of them is in view.
struct FollowedTable {
    enum class Role { Followed, Other, View } role = Role::Other;
    std::vector<std::string> columns{};  // not a view's; none: not known
    std::string sql{};                   // a view's
};
using FindFollowed = std::function<FollowedTable(const catalog::TableName& name)>;

// What becomes of the followed table's rows, whatever the other tables hold.
struct FollowedRows {
    bool row_by_row = false;  // what new rows bring can be added to what is there
    std::string obstacle;     // what stands against that ("GROUP BY"); empty: nothing does
    std::int64_t line = 0;    // where, from 1; 0: not known
    std::int64_t column = 0;
    // A SELECT of the asked columns' values from followed.rows, rows of the table: when these
    // change, only rows of the result with such values do. Empty: that cannot be told.
    std::string keys_sql;
};

// An error of a statement that is the text of a file, with its place there (line 0: not known); one
// that has a place already stays as it is.
Error placed_in(Error error, const std::string& file);

// ---------------------------------------------------------------- the engine

struct EngineOptions {
    std::uint64_t memory_bytes_max = 1u << 30;         // all roles together
    std::uint64_t user_memory_bytes_max = 512u << 20;  // of it for user SQL and hot rows
    std::uint64_t temp_bytes_max = 4ull << 30;
    std::string temp_folder;  // emptied at start
    int threads = 2;
    std::vector<std::string> readable_folders;  // where live tables' files lie
    std::string extension_folder;               // where excel.duckdb_extension lies
};

// All methods: any thread.
class Engine {
public:
    virtual ~Engine() = default;

    // User SQL: one SELECT statement over published tables, read-only, no files, no settings. The
    // statement runs as far as its first rows. InvalidArgument with a hint for everything else.
    virtual Result<std::unique_ptr<QueryResult>> query(const QueryRequest& request) = 0;
    // The same checked and planned, without running it: result columns.
    virtual Result<std::vector<ResultColumn>> explain_columns(const std::string& sql) = 0;
    // The result of a user query as one Parquet file.
    virtual Result<std::int64_t> query_to_parquet(
        const QueryRequest& request, const std::string& path
    ) = 0;

    virtual Result<std::unique_ptr<LiveTable>> create_live_table(
        const LiveTableOptions& options, const std::vector<std::string>& files
    ) = 0;
    virtual Result<std::unique_ptr<RowFileWriter>> create_row_file_writer(
        const std::vector<ColumnSpec>& columns
    ) = 0;
    virtual Result<std::unique_ptr<RowFileReader>> read_row_file(
        const std::string& path,
        const std::vector<ColumnSpec>& columns,
        OriginId origin,
        std::size_t batch_rows
    ) = 0;
    // A table of the platform's own state, filled by a function each time it is replaced:
    // system.streams, system.imports, … Text, integer, double, boolean, timestamp columns.
    virtual Result<void> replace_system_table(const std::string& name, const RowBatch& rows) = 0;

    // A table made of files, under a name that user SQL may read from the next statement on.
    // Replaces one of the same name (not a live table: AlreadyExists).
    virtual Result<void> publish_table(const catalog::TableFiles& table) = 0;
    // The same for a user's SELECT over published tables; it is gated, and planned when read.
    virtual Result<void> publish_view(const catalog::TableName& name, const std::string& sql) = 0;
    virtual Result<void> unpublish(const catalog::TableName& name) = 0;
    // Asked for `FROM t AT (VERSION => n)` in user SQL. Set once, before queries.
    using FindVersion = std::function<
        Result<catalog::TableFiles>(const catalog::TableName& name, std::int64_t version)>;
    virtual void find_versions_with(FindVersion find) = 0;
    // Asked when user SQL names a table that there is none of (the schema is empty where it names
    // none): why, if that is more than that it does not exist. Set once, before queries.
    using ExplainMissing = std::function<std::optional<Error>(const catalog::TableName& name)>;
    virtual void explain_missing_with([[maybe_unused]] ExplainMissing explain) {}

    virtual Result<std::unique_ptr<Work>> open_work(const WorkOptions& options) = 0;
    // The tables that a SELECT reads, once each, in order; its own CTEs are none. InvalidArgument
    // with the place when it is not one SELECT.
    virtual Result<std::vector<TableUse>> tables_of(const std::string& sql) = 0;
    // The columns of a SELECT, each with those that its values are computed from; filters, joins
    // and group keys are no part of that. A column with no source is a constant; one that counts
    // rows comes from all that the rows have. What cannot be resolved comes from everything in
    // reach, and a column named "*" stands for those whose names only planning tells (PIVOT, a
    // table not known). A column without a name of its own may have an empty one.
    virtual Result<std::vector<catalog::ColumnLineage>> lineage_of(
        const std::string& sql, const FindColumns& columns
    ) = 0;
    // From the parse tree alone: where that cannot tell, it says less than is true, never more.
    virtual Result<FollowedRows> follow_rows(
        const std::string& sql, const FindFollowed& find, const std::vector<std::string>& columns
    ) = 0;
    // May a user's text stand as one expression in a statement of ours? InvalidArgument: syntax, a
    // subquery, a function that the gate refuses, more than one expression.
    virtual Result<void> check_expression(const std::string& expression) = 0;

    // Names that user SQL may read: "raw.online_retail", ….
    virtual std::vector<std::string> table_names() = 0;
};

// Unavailable: the engine library has another version than the one built for.
Result<std::unique_ptr<Engine>> open_engine(EngineOptions options, MetricsRegistry& metrics);
std::string engine_version();

// ---------------------------------------------------------------- files as people have them

struct FileOptions {
    std::string encoding;  // "", "utf-8", "utf-16", "iso-8859-1", "windows-1252"; empty: detect
    std::optional<char> delimiter;  // nothing: detect
    std::string sheet;              // XLSX: empty = the first, but see fits
    // XLSX, where no sheet is named: all sheets are read, in their order, whose columns fit.
    std::function<bool(const std::vector<std::string>& header)> fits = {};
    // CSV: no row names the columns, these do; another number of them is an error. Empty: detect.
    std::vector<std::string> columns = {};
    std::size_t chunk_rows = 8192;
    std::uint64_t unpacked_bytes_max = 0;  // 0: no limit beyond the ratio
    double unpacked_ratio_max = 1000;      // a zip bomb stops here
    std::string extension_folder;
    std::string temp_folder;
    std::uint64_t memory_bytes_max = 512u << 20;
};

struct FileFormat {
    FileKind kind = FileKind::Csv;
    std::string compression;  // "", "gzip", "zstd"
    std::string encoding;     // as detected
    char delimiter = ',';
    char quote = '"';
    bool header = true;
    // Of a workbook, as far as it was read: the sheets whose rows are read, in order, and those
    // that are left out. One without rows is neither where it was looked into.
    std::vector<std::string> sheets = {};
    std::vector<std::string> other_sheets = {};
    // Of a sheet, as far as it was read: cells are not as they stand there. Days that count from
    // 1904 count from 1900 here, errors of formulas are no values, truth values are TRUE and FALSE
    // instead of 1 and 0, and whole numbers have no exponent.
    bool adjusted = false;
};

// One row as it lies in the file. Views live until the chunk is filled again.
struct FileRow {
    std::int64_t row = 0;  // from 1, header not counted
    std::int64_t line =
        0;  // physical line where it begins, from 1 (sheets: the sheet's row; Parquet: row)
    std::string_view original;  // its bytes as UTF-8 text, without the line's end (sheets, Parquet:
                                // the cells as JSON, only when malformed)
    std::string problem;  // malformed: why (unclosed quote, wrong column count, …); else empty
    std::size_t first_cell = 0;
    std::size_t cell_count = 0;
};

struct RowChunk {
    std::vector<std::optional<std::string_view>> cells;
    std::vector<FileRow> rows;
    // Places in `cells`, ascending, of whole numbers that were kept as doubles and are from 2^53
    // on: which number was meant cannot be told.
    std::vector<std::size_t> inexact;
    // The same of bytes (Parquet) that are no UTF-8 text; the cells are base64.
    std::vector<std::size_t> no_text = {};
    std::shared_ptr<void> memory;
};

class FileReader {
public:
    virtual ~FileReader() = default;
    virtual const FileFormat& format() const = 0;
    // Column names; empty for JSON, whose rows are whole records in `original`.
    virtual const std::vector<std::string>& header() const = 0;
    // Per column: cells are binary floating-point numbers printed as text.
    virtual const std::vector<bool>& doubles() const = 0;
    // Another number: another sheet has begun, and header() and doubles() are its own. Rows of one
    // chunk are of one sheet; their numbers go on, their lines begin anew.
    virtual std::size_t part() const { return 0; }
    bool rows_are_json() const {
        return format().kind == FileKind::Json || format().kind == FileKind::Ndjson;
    }
    // False at the end. InvalidArgument: the file is cut off or damaged from here on (place in the
    // message); ResourceExhausted: a limit (bomb, columns, record length).
    virtual Result<bool> next(RowChunk& chunk) = 0;
    virtual std::uint64_t bytes_read() const = 0;  // of the file on disk, for progress
    virtual std::uint64_t bytes_total() const = 0;
    // CSV: how a row of cells is written back as text (for dead letters); JSON object for others.
    virtual std::string original_as_json(const RowChunk& chunk, const FileRow& row) const = 0;
};

// InvalidArgument: FileOptions::encoding would not be understood.
Result<void> check_encoding(const std::string& name);

// Detects kind by content and name; InvalidArgument: no format we know, empty, a damaged archive,
// ….
Result<std::unique_ptr<FileReader>> open_file(const std::string& path, const FileOptions& options);

}  // namespace tradewind::engine
