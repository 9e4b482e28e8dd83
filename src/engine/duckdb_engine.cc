// The engine: two instances in memory, `query` for user SQL and hot rows, locked, and `work` for
// the platform's own reading and writing of files.
#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/guarded.h"
#include "base/text.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_live_table.h"
#include "engine/duckdb_macros.h"
#include "engine/duckdb_parquet_write.h"
#include "engine/duckdb_query.h"
#include "engine/duckdb_result_source.h"
#include "engine/duckdb_row_file.h"
#include "engine/duckdb_rows.h"
#include "engine/duckdb_source.h"
#include "engine/duckdb_system_tables.h"
#include "engine/duckdb_work.h"
#include "engine/engine.h"
#include "engine/parquet_row_file.h"
#include "engine/published.h"
#include "engine/sql_facts.h"
#include "engine/sql_follow.h"
#include "engine/sql_lineage.h"
#include "engine/table_catalog.h"
#include "engine/watchdog.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

constexpr const char* system_schema = "system";

struct EngineMetrics {
    explicit EngineMetrics(MetricsRegistry& metrics)
        : started(metrics.histogram(
              "tradewind_query_start_seconds", "Time from a query's arrival to its first rows."
          )),
          refused(metrics.counter(
              "tradewind_query_failures_total", "User queries that were refused or failed to start."
          )) {}
    Histogram& started;
    Counter& refused;
};

class DuckdbEngine : public Engine {
public:
    DuckdbEngine(EngineOptions options, MetricsRegistry& metrics)
        : options_(std::move(options)),
          metrics_(metrics),
          published_(catalog_, options_.readable_folders, extension_file()) {}

    Result<void> open();
    Result<std::unique_ptr<QueryResult>> query(const QueryRequest& request) override;
    Result<std::vector<ResultColumn>> explain_columns(const std::string& sql) override;
    Result<std::int64_t> query_to_parquet(const QueryRequest& request, const std::string& path)
        override;
    Result<std::unique_ptr<LiveTable>> create_live_table(
        const LiveTableOptions& options, const std::vector<std::string>& files
    ) override;
    Result<std::unique_ptr<RowFileWriter>> create_row_file_writer(
        const std::vector<ColumnSpec>& columns
    ) override;
    Result<std::unique_ptr<RowFileReader>> read_row_file(
        const std::string& path,
        const std::vector<ColumnSpec>& columns,
        OriginId origin,
        std::size_t batch_rows
    ) override;
    Result<void> replace_system_table(const std::string& name, const RowBatch& rows) override;
    Result<void> publish_table(const catalog::TableFiles& table) override {
        return published_.publish(table);
    }
    Result<void> publish_view(const catalog::TableName& name, const std::string& sql) override;
    Result<void> unpublish(const catalog::TableName& name) override {
        return published_.unpublish(name);
    }
    void find_versions_with(FindVersion find) override { find_version_ = std::move(find); }
    void explain_missing_with(ExplainMissing explain) override {
        catalog_.explain_missing_with(std::move(explain));
    }
    Result<std::unique_ptr<Work>> open_work(const WorkOptions& options) override;
    Result<std::vector<TableUse>> tables_of(const std::string& sql) override;
    Result<std::vector<catalog::ColumnLineage>> lineage_of(
        const std::string& sql, const FindColumns& columns
    ) override {
        return engine::lineage_of(*TRY(work_->connect()), sql, columns);
    }
    Result<FollowedRows> follow_rows(
        const std::string& sql, const FindFollowed& find, const std::vector<std::string>& keys
    ) override {
        const auto connection = TRY(work_->connect());
        const auto aggregates = TRY(aggregates_.with_lock(
            [&](std::set<std::string>& known) -> Result<std::set<std::string>> {
                if (known.empty()) known = TRY(aggregates_of(*connection));
                return known;
            }
        ));
        return engine::follow_rows(*connection, aggregates, sql, find, keys);
    }
    Result<void> check_expression(const std::string& expression) override;
    std::vector<std::string> table_names() override { return catalog_.names(); }

private:
    Result<InstanceOptions> query_options() const;
    InstanceOptions work_options() const;
    std::string extension_file() const {
        return os::join(options_.extension_folder, "excel.duckdb_extension");
    }
    QueryPlace place() {
        return {*query_, watchdog_, catalog_, catalog_.search_path(), true, &versions_};
    }
    Result<std::unique_ptr<UserQuery>> start(const QueryRequest& request);

    EngineOptions options_;
    EngineMetrics metrics_;
    TableCatalog catalog_;
    PublishedFiles published_;
    SystemTables system_tables_;
    Guarded<std::set<std::string>> aggregates_;  // asked for once
    FindVersion find_version_;
    const Versions versions_{find_version_, published_};
    std::atomic<std::int64_t> next_work_ = 1;
    StatementSources sources_;
    DistinctFiles distinct_;
    std::atomic<std::int64_t> next_part_ = 0;
    std::unique_ptr<Instance> work_;
    std::unique_ptr<Instance> query_;
    Watchdog watchdog_;
};

InstanceOptions DuckdbEngine::work_options() const {
    InstanceOptions options;
    options.memory_bytes_max = options_.memory_bytes_max - options_.user_memory_bytes_max;
    options.temp_bytes_max = options_.temp_bytes_max;
    options.temp_folder = os::join(options_.temp_folder, "work");
    options.threads = options_.threads;
    options.no_rows_file = os::join(options_.temp_folder, "no_rows.parquet");
    return options;
}

Result<InstanceOptions> DuckdbEngine::query_options() const {
    InstanceOptions options = work_options();
    options.memory_bytes_max = options_.user_memory_bytes_max;
    options.temp_folder = os::join(options_.temp_folder, "query");
    options.files_locked = true;
    options.readable_folders = options_.readable_folders;
    options.readable_files = {options.no_rows_file};
    return options;
}

Result<void> DuckdbEngine::open() {
    constexpr std::uint64_t share_bytes_min = 32u << 20;
    if (options_.user_memory_bytes_max < share_bytes_min ||
        options_.memory_bytes_max < options_.user_memory_bytes_max + share_bytes_min) {
        return Error(ErrorCode::InvalidArgument, "the SQL engine has too little memory")
            .with_hint(
                "User SQL and the rest need at least " + format_bytes(share_bytes_min) + " each."
            );
    }
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    TRY(os::remove_tree(*files, options_.temp_folder));
    TRY(files->create_folders(options_.temp_folder));
    work_ = TRY(Instance::open(work_options()));
    TRY(write_no_rows_file(*TRY(work_->connect()), work_options().no_rows_file));
    TRY(sources_.register_on(*TRY(work_->connect())));
    query_ = TRY(Instance::open(TRY(query_options())));
    TRY(system_tables_.register_on(*query_));
    TRY(published_.register_on(*query_, *work_));
    return query_->lock();
}

Result<std::unique_ptr<UserQuery>> DuckdbEngine::start(const QueryRequest& request) {
    const auto begun = std::chrono::steady_clock::now();
    auto query = UserQuery::start(place(), request);
    if (!query.ok()) metrics_.refused.add();
    const auto elapsed = std::chrono::steady_clock::now() - begun;
    metrics_.started.observe_us(
        std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count()
    );
    return query;
}

Result<std::unique_ptr<QueryResult>> DuckdbEngine::query(const QueryRequest& request) {
    return std::unique_ptr<QueryResult>(TRY(start(request)));
}

Result<std::vector<ResultColumn>> DuckdbEngine::explain_columns(const std::string& sql) {
    return UserQuery::describe(place(), sql);
}

Result<std::int64_t> DuckdbEngine::query_to_parquet(
    const QueryRequest& request, const std::string& path
) {
    const std::unique_ptr<UserQuery> query = TRY(start(request));
    const StatementSources::Use use(sources_, std::make_shared<QuerySource>(*query));
    return write_parquet(*TRY(work_->connect()), "(SELECT * FROM " + use.sql() + ")", {}, path);
}

Result<std::unique_ptr<LiveTable>> DuckdbEngine::create_live_table(
    const LiveTableOptions& options, const std::vector<std::string>& files
) {
    TRY(check_columns(options.columns));
    TRY(catalog_.add(options.schema, options.name));
    LiveTablePlace place{
        *query_,
        *work_,
        sources_,
        next_part_,
        [this](const LiveTableOptions& gone) { catalog_.remove(gone.schema, gone.name); }
    };
    auto table = DuckdbLiveTable::create(std::move(place), options, files);
    if (!table.ok()) catalog_.remove(options.schema, options.name);
    return table;
}

Result<std::unique_ptr<RowFileWriter>> DuckdbEngine::create_row_file_writer(
    const std::vector<ColumnSpec>& columns
) {
    return ParquetRowFile::create(columns, options_.temp_folder);
}

Result<std::unique_ptr<RowFileReader>> DuckdbEngine::read_row_file(
    const std::string& path,
    const std::vector<ColumnSpec>& columns,
    OriginId origin,
    std::size_t batch_rows
) {
    return open_row_file(*work_, path, columns, origin, batch_rows);
}

Result<void> DuckdbEngine::replace_system_table(const std::string& name, const RowBatch& rows) {
    TRY(system_tables_.replace(name, rows));
    catalog_.ensure(system_schema, name);
    return {};
}

Result<void> DuckdbEngine::publish_view(const catalog::TableName& name, const std::string& sql) {
    const OwnSchemaFirst tables(catalog_, to_lower_ascii(name.schema));
    QueryPlace of{*query_, watchdog_, tables, catalog_.search_path(name.schema), true, &versions_};
    TRY(UserQuery::describe(of, sql));
    return published_.publish_view(name, sql);
}

Result<std::unique_ptr<Work>> DuckdbEngine::open_work(const WorkOptions& options) {
    return std::unique_ptr<Work>(TRY(DuckdbWork::open(
        *work_, watchdog_, sources_, distinct_, next_work_++, options, extension_file()
    )));
}

Result<std::vector<TableUse>> DuckdbEngine::tables_of(const std::string& sql) {
    return engine::tables_of(*TRY(work_->connect()), sql);
}

Result<void> DuckdbEngine::check_expression(const std::string& expression) {
    return engine::check_expression(*TRY(work_->connect()), expression);
}

}  // namespace

Result<std::unique_ptr<Engine>> open_engine(EngineOptions options, MetricsRegistry& metrics) {
    auto engine = std::make_unique<DuckdbEngine>(std::move(options), metrics);
    TRY(engine->open());
    return std::unique_ptr<Engine>(std::move(engine));
}

std::string engine_version() {
    return duckdb_library_version();
}

}  // namespace tradewind::engine
