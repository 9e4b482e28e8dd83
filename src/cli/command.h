// What every command gets, and the commands themselves (one file each).
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/cli.h"
#include "cli/connection.h"

namespace tradewind::cli {

struct Context {
    const Backend& backend;
    std::string workspace;  // absolute
    bool json = false;
    const std::atomic<bool>& cancelled;

    Result<std::unique_ptr<Connection>> connect() const {
        return cli::connect(backend, workspace, cancelled);
    }
};

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

struct ServeOptions {
    std::string listen;
};
struct InitOptions {
    std::string folder;
    std::vector<std::string> packages;
    std::string from;  // a folder of files to draft a package from; then one package names it
};
struct QueryOptions {
    std::string sql;
    std::string saved;             // instead of sql: PACKAGE/NAME, or NAME
    bool list = false;             // instead of both: which there are
    std::string format = "table";  // table, csv, json, parquet
    std::string output;            // empty: stdout
    std::optional<std::int64_t> limit;
    std::int64_t timeout_s = 30;
};
struct ImportOptions {
    std::vector<std::string> paths;
    std::string source;
    std::string package;
    std::string encoding;
    bool resume = false;
    bool again = false;
};
struct ListImportsOptions {
    std::string source;
    std::int64_t limit = 20;
};
struct RecipeOptions {
    std::string file;
    bool pyspark = false;
    std::string output;  // empty: stdout
    std::string format;  // empty: by the output's name, else a table
    std::optional<std::int64_t> step;
    std::int64_t rows = 20;
    std::int64_t input_rows = 1'000'000;
    std::int64_t timeout_s = 300;
};
struct SendOptions {
    std::string file;  // empty: generated rows of `package`
    std::string package;
    std::string url = "http://127.0.0.1:8080";
    std::string stream;
    std::string encoding;
    double rate = 0;  // records a second; 0: as fast as it goes
    std::int64_t batch = 500;
    std::int64_t sample = 0;  // 0: every row
    std::uint64_t seed = 42;
    std::int64_t first_row = 1;
    std::int64_t row_count = 0;  // 0: to the end
    std::string key;             // prefix of the idempotency keys; empty: a new one
    bool deadletter = false;
    std::int64_t retry_s = 60;
};
struct GenerateOptions {
    std::string kind;
    std::string folder;
    double scale = 1;
    std::uint64_t seed = 42;
    int splits = 1;
    std::string date;
};
struct RunOptions {
    std::string target;  // PACKAGE, PACKAGE:ASSET, PACKAGE:ASSET+, PACKAGE:+ASSET; resumed: a run
    std::string from;
    std::string to;
    std::vector<std::string> params;  // NAME=VALUE
    bool force = false;
    bool resume = false;
};
struct RunLogOptions {
    std::int64_t run = 0;
};
struct ListRunsOptions {
    std::int64_t limit = 20;
};
struct BackfillOptions {
    std::string target;  // as RunOptions have it; resumed or cancelled: a backfill or a package
    std::string from;
    std::string to;
    std::string every = "day";
    std::vector<std::string> params;  // NAME=VALUE
    bool force = false;
    bool resume = false;
    bool cancel = false;
};
struct ScheduleOptions {
    std::string target;               // PACKAGE:NAME
    std::string date;                 // of a set of files
    std::vector<std::string> params;  // NAME=VALUE
};
struct CrawlOptions {
    std::string path;           // empty: the lake
    bool keep_columns = false;  // new columns are a conflict
    bool keep_types = false;    // wider types are a conflict
    bool log_conflicts = false;
    bool again = false;
};
struct TablesOptions {
    std::string schema;
};
struct DescribeOptions {
    std::string table;
};
struct CheckOptions {
    std::string target;  // a table, a package; empty: all
    std::string html;    // the audit report goes here
};
struct ProfileOptions {
    std::string table;
    std::string html;
};
struct LettersOptions {
    std::string stream;
    std::string state;
    std::int64_t limit = 100;
    std::string cursor;
    std::string id;
    std::string repaired;  // JSON, or @FILE
};
struct DemoOptions {
    std::string folder;
    double scale = 0.2;
    std::string listen;
    bool exit = false;
};
struct SimulateOptions {
    std::string folder;  // empty: a temporary one
    std::string package = "store_week";
    std::string date;  // empty: a usual one
};
struct NoticesOptions {
    std::int64_t limit = 20;
    std::string package;  // to test
};
struct ExtractOptions {
    std::string target;  // package:name
    std::string date;
    std::string source;
};
struct ConnectionsOptions {
    std::string name;  // empty: all of them
};
struct SinkOptions {
    std::string stream;
    std::string name;
};

// Each prints its result and returns ok, or the Error that `run` prints. Exit codes other than 0
// and 1 are the parser's business.
Result<int> serve(const Context& context, const ServeOptions& options);
Result<int> init(const Context& context, const InitOptions& options);
Result<int> init_from(const Context& context, const InitOptions& options);
Result<int> doctor(const Context& context);
Result<int> version(const Context& context);
Result<int> validate(const Context& context);
Result<int> query(const Context& context, const QueryOptions& options);
Result<int> recipe_sql(const Context& context, const RecipeOptions& options);
Result<int> recipe_preview(const Context& context, const RecipeOptions& options);
Result<int> recipe_steps(const Context& context);
Result<int> recipe_run(const Context& context, const RecipeOptions& options);
Result<int> import_files(const Context& context, const ImportOptions& options);
Result<int> list_imports(const Context& context, const ListImportsOptions& options);
Result<int> send(const Context& context, const SendOptions& options);
// What `send` does, without its report.
struct Sent {
    std::int64_t accepted = 0;
    std::int64_t rejected = 0;
    std::int64_t repeated = 0;  // requests that the server had answered before
    std::int64_t retries = 0;
};
struct SendOutcome {
    Sent sent;
    std::optional<Error> failure;  // what was sent before it stays sent
};
Result<SendOutcome> send_rows(const Context& context, const SendOptions& options);
Result<int> generate(const Context& context, const GenerateOptions& options);
Result<int> run_package(const Context& context, const RunOptions& options);
Result<int> show_run_log(const Context& context, const RunLogOptions& options);
Result<int> list_runs(const Context& context, const ListRunsOptions& options);
Result<int> backfill(const Context& context, const BackfillOptions& options);
Result<int> list_backfills(const Context& context, const ListRunsOptions& options);
Result<int> list_schedules(const Context& context);
Result<int> list_jobs(const Context& context, const ScheduleOptions& options);
Result<int> pause_schedule(const Context& context, const ScheduleOptions& options);
Result<int> resume_schedule(const Context& context, const ScheduleOptions& options);
Result<int> start_schedule(const Context& context, const ScheduleOptions& options);
Result<int> list_notices(const Context& context, const NoticesOptions& options);
Result<int> test_notices(const Context& context, const NoticesOptions& options);
Result<int> extract(const Context& context, const ExtractOptions& options);
Result<int> list_connections(const Context& context, const ConnectionsOptions& options);
Result<int> crawl(const Context& context, const CrawlOptions& options);
Result<int> list_tables(const Context& context, const TablesOptions& options);
Result<int> describe(const Context& context, const DescribeOptions& options);
Result<int> check(const Context& context, const CheckOptions& options);
Result<int> profile(const Context& context, const ProfileOptions& options);
Result<int> list_letters(const Context& context, const LettersOptions& options);
Result<int> show_letter(const Context& context, const LettersOptions& options);
Result<int> replay_letter(const Context& context, const LettersOptions& options);
Result<int> discard_letter(const Context& context, const LettersOptions& options);
Result<int> list_sinks(const Context& context, const SinkOptions& options);
Result<int> forget_sink(const Context& context, const SinkOptions& options);
Result<int> pause_sink(const Context& context, const SinkOptions& options);
Result<int> resume_sink(const Context& context, const SinkOptions& options);
Result<int> verify(const Context& context);
Result<int> rebuild_serving(const Context& context);
Result<int> rebuild_catalog(const Context& context);
Result<int> demo(const Context& context, const DemoOptions& options);
Result<int> simulate_day(const Context& context, const SimulateOptions& options);

}  // namespace tradewind::cli
