// Assets and their runs: the tables and files that packages promise, made from SQL in the order
// that the SQL itself gives, each published whole or not at all.
//
// A run flushes its sources, pins the versions of all it reads, makes its assets, several at once
// where none reads another, and publishes each with one commit of the lake. What did not change is
// not made again. What becomes of it is written down step by step: a run that was cut off is gone
// on with from the last finished asset, over the versions that it had pinned.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/yaml.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/web_client.h"
#include "package/package.h"
#include "quality/quality.h"

namespace tradewind::pipeline {

// ---------------------------------------------------------------- assets

// How an asset is brought up to date.
enum class Materialize {
    View,        // it has no rows of its own
    Table,       // made anew as a whole; partitions that come out the same keep their files
    Partitions,  // only the partitions that changed input touches are made anew, from all input
    Files,  // row by row: new input files add files, replaced ones rewrite what held their rows
    InsertOverwrite,  // the partitions that its result has rows of are replaced, others stay
    Export,           // a file for others, made anew as a whole
};
const char* to_string(Materialize materialize);

struct ExportFormat {
    engine::FileKind kind = engine::FileKind::Csv;
    bool header = true;
    std::string compression;
    std::string file;  // its name without ending; empty: the asset's
};

// Makes it run by itself when its sources have new rows, as a micro-batch; what depends on it
// follows.
struct Refresh {
    std::int64_t every_us = 60'000'000;  // streamed rows wait at most that long …
    std::int64_t records = 50'000;       // … or until there are so many; imports do not wait
};

struct Interactions;  // see interactions.h
class Fitted;         // see fitted.h

struct Asset {
    std::string package;
    catalog::TableName name;  // package.asset
    std::string path;         // the file, for messages
    std::string layer = "mart";
    std::string description;
    std::string grain;
    std::string sql;    // empty: a recipe makes it
    yaml::Node recipe;  // Null: the SQL makes it
    Materialize materialize = Materialize::Table;
    std::string folder;       // of its files below <layer>/<package>/; empty: the table's name
    bool on_request = false;  // it is made only by runs that name it
    std::vector<std::string> partition_by;
    std::string interval_column;           // Partitions: which column --from and --to speak of
    catalog::TableName incremental_input;  // Files: the input whose files are followed
    ExportFormat export_format;
    std::optional<Refresh> refresh;
    std::int64_t timeout_us = 0;  // 0: the run's
    std::optional<int> retries;   // after a failure that may pass; nothing: the run's
    std::int64_t retry_delay_us =
        0;  // before the first, doubled for each further one; 0: the run's
    std::map<std::string, std::string> column_descriptions;
    std::vector<std::pair<std::string, SourceLocation>> named_columns;  // by header and partitions
    quality::TableChecks checks;
    // The other tables that its checks look at: assets among them are made before it.
    std::set<catalog::TableName> check_inputs;
    std::vector<engine::TableUse> inputs;  // with their schemas; the asset's own names win over raw
    // Made of interactions, as the table of that number there: the kernel makes the rows that the
    // SQL stands for. Null: it is not.
    std::shared_ptr<const Interactions> interactions;
    std::size_t interaction_table = 0;
    std::vector<engine::TableUse> interaction_inputs;  // orders and lines, resolved as `inputs`
    // Its SQL has numbers that a run learns first (fitted.h). Null: it has none.
    std::shared_ptr<const Fitted> fitted;

    // Its SQL stands for a file of YAML: nobody wrote it, and its lines are nobody's.
    bool generated() const { return interactions != nullptr || fitted != nullptr; }
    std::string dataset() const {
        return layer + "/" + name.schema + "/" + (folder.empty() ? name.table : folder);
    }
    bool stored() const {
        return materialize != Materialize::View && materialize != Materialize::Export;
    }
};

// What package.yml says of its runs.
struct PackageRules {
    bool published_together = false;  // all of a run's tables or none
    std::string timezone = "UTC";     // SQL reads it as the parameter "timezone"
};

// Where an export is found, within the folder of all exports.
std::string export_path(const std::string& folder, const Asset& asset);

// One that cannot be made, and why. What was published of it before stays readable.
struct FaultyAsset {
    Asset asset;  // as far as it could be read: its name at least
    Error error;
    bool own = true;  // false: what it reads has the fault
};

// The assets of all packages, in an order in which each comes after those it reads.
struct AssetGraph {
    std::vector<Asset> assets;                     // all of which can be made
    std::vector<FaultyAsset> faulty;               // by name
    std::vector<Error> faults;                     // of what belongs to no asset
    std::map<std::string, PackageRules> packages;  // by name
    const Asset* find(const catalog::TableName& name) const;
    const FaultyAsset* find_faulty(const catalog::TableName& name) const;
    // Every fault once.
    std::vector<Error> own_faults() const;
};

// Reads the packages' assets with their checks. `known` says which other tables there are. Every
// fault with its place: bad YAML, SQL that does not parse, unknown tables (with the nearest there
// is), circles. One leaves out its asset and those that read it, and no others.
using KnownTable = std::function<bool(const catalog::TableName&)>;
AssetGraph read_assets(
    const std::vector<package::Package>& packages, engine::Engine& engine, const KnownTable& known
);
// A YAML file of assets, of kind interaction_features: the SQL of each of its tables.
struct TableSql {
    std::string name;
    std::string sql;
};
bool is_interactions(const yaml::Node& document);
// InvalidArgument with the place: what the file cannot be.
Result<std::vector<TableSql>> interactions_sql(const yaml::Node& document);
// What only planning finds: unknown and ambiguous columns, types that do not fit, checks on columns
// that are not there. `columns` tells those of tables that are no assets. Empty: nothing is wrong.
std::vector<Error> validate_assets(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
);

// No two columns of a statement have one name, in whatever case.
Result<void> check_distinct(const std::vector<engine::ResultColumn>& columns);

// Those of the selected that cannot be made: what is named, and what else the selectors reach as
// far as that is known.
std::vector<const FaultyAsset*> select_faulty(
    const AssetGraph& graph, const std::string& package, const std::vector<std::string>& selectors
);

// Which assets a run is to make, in the graph's order. Selectors: "name", "name+" (and what depends
// on it, in any package), "+name" (and what it depends on); none: the package's, without those made
// on request. NotFound: no such package or asset (with the nearest).
Result<std::vector<const Asset*>> select_assets(
    const AssetGraph& graph, const std::string& package, const std::vector<std::string>& selectors
);

using PlannedColumns = std::map<catalog::TableName, std::vector<catalog::Column>>;
// The columns that each asset will have, as far as they can be planned.
PlannedColumns plan_columns(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
);

// What the graph's tables will be made of, for the catalog (and exports besides): worked out when
// it is first asked for, and again when a table that is no asset has got other columns. Engine and
// catalog outlive it. Any thread.
catalog::Catalog::FindPlanned plan_lineage(
    AssetGraph graph, engine::Engine& engine, catalog::Catalog& catalog
);

// ---------------------------------------------------------------- runs

// Tables of assets of kind segments that have one row for each segment, such as
// shop.customer_segments_summary.
std::vector<catalog::TableName> segment_summaries(const AssetGraph& graph);

enum class RunState { Queued, Running, Succeeded, Failed, Skipped, Cancelled };
const char* to_string(RunState state);

// `assets`: "daily_sales", "clean+" (and all that depend on it), "+daily_sales" (and all that it
// depends on); empty: all of the package. `from`, `to`: the data interval [from, to), ISO dates.
struct RunRequest {
    std::string package;
    std::vector<std::string> assets;
    std::string from;
    std::string to;
    bool force = false;            // also what is up to date
    std::string reason = "asked";  // "asked", "refresh"
    // What SQL reads as the table run.params (name, value), besides the package's timezone. One
    // that is the `parameter:` of a source of the package is a file's path: the run reads the
    // source's table as that file's import left it.
    std::map<std::string, std::string> params;
    std::int64_t timeout_us = 0;  // of the whole run; 0: the pipeline's
};
json::Value to_json(const RunRequest& request);

struct AssetRun {
    std::string asset;  // "online_retail.clean"
    RunState state = RunState::Queued;
    std::string message;         // why it was skipped or failed, and what to do
    std::int64_t version = 0;    // that it published
    std::int64_t rows_in = 0;    // of the files that were read
    std::int64_t rows_out = 0;   // of the table
    std::int64_t rows_made = 0;  // of its partitions or files that were made
    std::int64_t bytes_out = 0;
    std::int64_t files_written = 0;
    std::int64_t files_kept = 0;
    std::int64_t attempts = 0;
    bool blocked = false;           // its checks did not let it be published
    bool may_pass = false;          // it failed, and may succeed a little later
    std::int64_t memory_bytes = 0;  // most that the engine held while it was made
    double progress = -1;           // percent, while it is made; -1: not known
    std::string sql;
    Timestamp started_at;
    Timestamp finished_at;
};

struct Run {
    std::int64_t id = 0;
    std::string package;
    std::string reason;
    RunRequest request;
    RunState state = RunState::Queued;
    std::string message;
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;
    std::vector<AssetRun> assets;  // in the order of their making
};
json::Value to_json(const Run& run);
// The SQL of its assets besides.
json::Value to_json_with_sql(const Run& run);

// What a run tells of itself, in order.
struct RunLogLine {
    Timestamp at;
    std::string asset;  // empty: the run itself
    std::string level;  // "info", "warning", "error"
    std::string text;
};
json::Value to_json(const RunLogLine& line);

// Told of every run and of every asset in it as they begin and end, by the threads that make them:
// it answers at once and cannot fail. An asset that had nothing to do is not told of.
class RunListener {
public:
    virtual ~RunListener() = default;
    // It waits for its turn, for the first time or to be gone on with. Called under a lock of the
    // queue: ask the pipeline nothing.
    virtual void on_queued([[maybe_unused]] const Run& run) {}
    virtual void on_run(const Run& run) = 0;
    virtual void on_asset(const Run& run, const AssetRun& asset) = 0;
};

// What is new in a source since its table's newest version.
struct SourceState {
    std::int64_t version = 0;         // of its table
    std::int64_t import_version = 0;  // the newest that an import made
    std::int64_t hot_records = 0;     // in its table, and in no file yet
};

// A table as a run shall read it.
struct TableAt {
    catalog::TableName table;
    std::int64_t version = 0;
    std::string note = {};  // what who asked should know of it; empty: nothing
};

// A run's parameter that is a file of a source: brings the file in, unless it came before, and
// tells the table's version that it made. Nothing: the parameter is none of a file. Takes as long
// as an import; ends early once `cancelled` is set.
using ResolveParameter = std::function<Result<std::optional<TableAt>>(
    const std::string& package,
    const std::string& name,
    const std::string& value,
    const std::atomic<bool>& cancelled
)>;

struct PipelineOptions {
    std::string scratch_folder;   // on the lake's file system
    std::string export_folder;    // where exports are found by people
    std::size_t queue_max = 100;  // runs that wait
    int runs_at_once = 2;         // of different packages; those of one follow each other
    int parallel = 2;             // assets of a run that are made at once
    std::int64_t run_timeout_us = 7'200'000'000;
    int retries = 2;  // of an asset whose failure may pass: no memory, no disk, a file in use
    std::int64_t retry_delay_us = 5'000'000;
    std::size_t log_lines_max = 2000;  // of one run
    std::size_t runs_kept = 1000;
    // More files than that in one partition of a Files asset: they are made one.
    std::size_t partition_files_max = 64;
    std::size_t batches_max = 64;  // newest ones that a Files asset tells apart
    bool refresh = true;           // micro-batches run by themselves
    // Tables of interactions are made by the kernel; false: by their SQL.
    bool kernels = true;
    std::uint64_t kernel_memory_bytes_max = 512u << 20;  // besides the engine's
    int kernel_threads = 2;
};

struct PipelineParts {
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    lake::Lake* lake = nullptr;
    quality::Quality* quality = nullptr;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
    std::vector<RunListener*> listeners;
    // Everything durable in the source's stream is in its table's files when it returns.
    std::function<Result<void>(const std::string& source)> flush_source;
    std::function<std::optional<SourceState>(const std::string& source)> source_state;
    ResolveParameter resolve_parameter;  // may be empty
};

// All methods: any thread. Runs are made on threads of the pipeline's own.
class Pipeline {
public:
    virtual ~Pipeline() = default;
    virtual const AssetGraph& graph() const = 0;
    // Publishes what the lake has, marks runs that were cut off, and takes work. Runs that waited
    // when the program ended wait still.
    virtual Result<void> start() = 0;
    // Those that waited have their turn now. Once, when all that they may need has started.
    virtual Result<void> go_on_with_waiting() = 0;
    // Runs under way are cut off; those that wait do so until the next start.
    virtual void stop() = 0;
    // NotFound: no such package or asset (with the nearest); InvalidArgument: a selector or
    // interval that is none, or an interval for assets of which none keeps to one. The run is
    // recorded when it returns.
    virtual Result<Run> submit(const RunRequest& request) = 0;
    virtual Result<Run> show(std::int64_t id) = 0;
    virtual Result<std::vector<Run>> list(std::int64_t limit) = 0;  // newest first
    virtual Result<std::vector<RunLogLine>> log(std::int64_t id) = 0;
    // system.runs and system.run_assets say what list() and show() say now.
    virtual Result<void> refresh_system_tables() = 0;
    // SQL sees each asset's newest version, as the lake has it. What cannot be shown is logged.
    virtual void republish() = 0;
    // These tables, which are no assets, are new or may have other columns: views that read them,
    // and what was never made of them, can be shown now.
    virtual void show_readers_of(const std::set<catalog::TableName>& tables) = 0;
    // One that waits is cancelled when it returns, one that is under way soon after. Conflict: it
    // is over.
    virtual Result<void> cancel(std::int64_t id) = 0;
    // Goes on with a run that failed, was cancelled or was cut off: what it finished stays, the
    // rest is made over the versions that it had pinned. NotFound; Conflict: it is under way, or
    // has nothing left to do, or one of its assets is no more.
    virtual Result<Run> resume(std::int64_t id) = 0;
    // Waits until the run is over, or the time is up.
    virtual Result<Run> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Runs what a refresh is due for, now, and waits for it.
    virtual Result<void> settle(std::int64_t timeout_us) = 0;
    // Until no run waits or is under way; false: the time is up.
    virtual bool wait_until_idle(std::int64_t timeout_us) = 0;
};

Result<std::unique_ptr<Pipeline>> open_pipeline(
    PipelineOptions options, AssetGraph graph, PipelineParts parts
);

// ---------------------------------------------------------------- OpenLineage

// How events wait for somebody who may be slow or away.
struct OutboxOptions {
    std::size_t bytes_max = 32u << 20;         // of events that wait; more are dropped
    std::int64_t retry_first_us = 500'000;     // doubled with each further one …
    std::int64_t retry_max_us = 60'000'000;    // … up to this
    int attempts_max = 10;                     // of an event that the receiver fails at
    std::int64_t stop_timeout_us = 3'000'000;  // at the end, for all that still wait
};

struct OpenLineageOptions {
    std::string file;                         // grows by a line of JSON an event; empty: none
    std::string url;                          // each event is posted there; empty: none
    std::string token;                        // goes with it as a bearer's; empty: none
    std::string job_namespace = "tradewind";  // of jobs and tables
    std::string producer;                     // a URI that names the program
    std::string version;                      // of the program
    std::int64_t timeout_us = 10'000'000;     // of one post
    OutboxOptions outbox;                     // of each place that events go to
};

struct OpenLineageParts {
    AssetGraph graph;
    catalog::Catalog::FindPlanned plan;
    std::string export_folder;
    catalog::Catalog* catalog = nullptr;
    lake::Lake* lake = nullptr;
    os::Filesystem* files = nullptr;
    os::WebClient* web = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

// Tells others of runs as events of OpenLineage 2-0-2, on threads of its own: runs neither wait for
// them nor fail with them. What waits when it is destroyed is handed over in the time that
// OutboxOptions gives; what cannot be is told in the log and counted.
std::unique_ptr<RunListener> make_open_lineage(OpenLineageOptions options, OpenLineageParts parts);

}  // namespace tradewind::pipeline
