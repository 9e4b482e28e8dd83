// Assets and their runs: the tables and files that packages promise, made from SQL in the order
// that the SQL itself gives, each published whole or not at all.
//
// A run flushes its sources, pins the versions of all it reads, makes its assets one after another
// and publishes each with one commit of the lake. What did not change is not made again.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
#include "package/package.h"
#include "quality/quality.h"

namespace tradewind::pipeline {

// ---------------------------------------------------------------- assets

// How an asset is brought up to date.
enum class Materialize {
    View,        // it has no rows of its own
    Table,       // made anew as a whole; partitions that come out the same keep their files
    Partitions,  // only the partitions that changed input touches are made anew, from all input
    Files,   // row by row: new input files add files, replaced ones rewrite what held their rows
    Export,  // a file for others, made anew as a whole
};
const char* to_string(Materialize materialize);

struct ExportFormat {
    engine::FileKind kind = engine::FileKind::Csv;
    bool header = true;
    std::string compression;
};

// Makes it run by itself when its sources have new rows, as a micro-batch; what depends on it
// follows.
struct Refresh {
    std::int64_t every_us = 60'000'000;  // streamed rows wait at most that long …
    std::int64_t records = 50'000;       // … or until there are so many; imports do not wait
};

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
    std::vector<std::string> partition_by;
    std::string interval_column;           // Partitions: which column --from and --to speak of
    catalog::TableName incremental_input;  // Files: the input whose files are followed
    ExportFormat export_format;
    std::optional<Refresh> refresh;
    std::map<std::string, std::string> column_descriptions;
    quality::TableChecks checks;
    std::vector<engine::TableUse> inputs;  // with their schemas; the asset's own names win over raw

    std::string dataset() const { return layer + "/" + name.schema + "/" + name.table; }
    bool stored() const {
        return materialize != Materialize::View && materialize != Materialize::Export;
    }
};

// The assets of all packages, in an order in which each comes after those it reads.
struct AssetGraph {
    std::vector<Asset> assets;
    const Asset* find(const catalog::TableName& name) const;
};

// Reads the packages' assets. `known` says which other tables there are. Every fault with its
// place: bad YAML, SQL that does not parse, unknown tables (with the nearest there is), cycles.
using KnownTable = std::function<bool(const catalog::TableName&)>;
Result<AssetGraph> read_assets(
    const std::vector<package::Package>& packages, engine::Engine& engine, const KnownTable& known
);
// What only planning finds: unknown and ambiguous columns, types that do not fit, checks on columns
// that are not there. `columns` tells those of tables that are no assets. Empty: nothing is wrong.
std::vector<Error> validate_assets(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
);

using PlannedColumns = std::map<catalog::TableName, std::vector<catalog::Column>>;
// The columns that each asset will have, as far as they can be planned.
PlannedColumns plan_columns(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
);

// ---------------------------------------------------------------- runs

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
};

struct AssetRun {
    std::string asset;  // "online_retail.clean"
    RunState state = RunState::Queued;
    std::string message;       // why it was skipped or failed, and what to do
    std::int64_t version = 0;  // that it published
    std::int64_t rows_in = 0;  // of the files that were read
    std::int64_t rows_out = 0;
    std::int64_t bytes_out = 0;
    std::int64_t files_written = 0;
    std::int64_t files_kept = 0;
    std::string sql;
    Timestamp started_at;
    Timestamp finished_at;
};

struct Run {
    std::int64_t id = 0;
    std::string package;
    std::string reason;
    RunState state = RunState::Queued;
    std::string message;
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;
    std::vector<AssetRun> assets;  // in the order of their making
};
json::Value to_json(const Run& run);

// Told of every run and of every asset in it as they begin and end, by the threads that make them:
// it answers at once and cannot fail. An asset that had nothing to do is not told of.
class RunListener {
public:
    virtual ~RunListener() = default;
    virtual void on_run(const Run& run) = 0;
    virtual void on_asset(const Run& run, const AssetRun& asset) = 0;
};

// What is new in a source since its table's newest version.
struct SourceState {
    std::int64_t version = 0;      // of its table
    std::int64_t hot_records = 0;  // in its table, and in no file yet
};

struct PipelineOptions {
    std::string scratch_folder;   // on the lake's file system
    std::string export_folder;    // where exports are found by people
    std::size_t queue_max = 100;  // runs that wait
    std::int64_t run_timeout_us = 7'200'000'000;
    std::size_t runs_kept = 1000;
    // More files than that in one partition of a Files asset: they are made one.
    std::size_t partition_files_max = 64;
    bool refresh = true;  // micro-batches run by themselves
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
};

// All methods: any thread. Runs are made one after another on a thread of the pipeline's own.
class Pipeline {
public:
    virtual ~Pipeline() = default;
    virtual const AssetGraph& graph() const = 0;
    // Publishes what the lake has, marks runs that were cut off, and takes work.
    virtual Result<void> start() = 0;
    virtual void stop() = 0;
    // NotFound: no such package or asset (with the nearest); InvalidArgument: a selector or
    // interval that is none. The run is recorded when it returns.
    virtual Result<Run> submit(const RunRequest& request) = 0;
    virtual Result<Run> show(std::int64_t id) = 0;
    virtual Result<std::vector<Run>> list(std::int64_t limit) = 0;  // newest first
    virtual Result<void> cancel(std::int64_t id) = 0;
    // Waits until the run is over, or the time is up.
    virtual Result<Run> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Runs what a refresh is due for, now, and waits for it.
    virtual Result<void> settle(std::int64_t timeout_us) = 0;
};

Result<std::unique_ptr<Pipeline>> open_pipeline(
    PipelineOptions options, AssetGraph graph, PipelineParts parts
);

}  // namespace tradewind::pipeline
