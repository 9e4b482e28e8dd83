#include "engine/duckdb_live_table.h"

#include <utility>

#include "base/log.h"
#include "engine/duckdb_parquet_write.h"
#include "engine/duckdb_result_source.h"
#include "engine/duckdb_rows.h"
#include "engine/latest_rows.h"

namespace tradewind::engine {

DuckdbLiveTable::DuckdbLiveTable(LiveTablePlace place, LiveTableOptions options)
    : place_(std::move(place)),
      options_(std::move(options)),
      columns_(with_provenance(options_.columns)) {}

Result<std::unique_ptr<LiveTable>> DuckdbLiveTable::create(
    LiveTablePlace place, const LiveTableOptions& options, const std::vector<std::string>& files
) {
    std::unique_ptr<DuckdbLiveTable> table(new DuckdbLiveTable(std::move(place), options));
    table->connection_ = TRY(table->place_.query_instance.connect());
    TRY(table->connection_->run("CREATE SCHEMA IF NOT EXISTS " + quote_name(hot_schema)));
    TRY(table->connection_->run("CREATE SCHEMA IF NOT EXISTS " + quote_name(options.schema)));
    const std::string part = "hot_" + std::to_string(table->place_.next_part++);
    table->hot_ =
        std::make_unique<RowTable>(*table->connection_, hot_schema, part, table->columns_);
    TRY(table->replace_view(
        files, {table->hot_->sql_name()}, table->create_part_sql(*table->hot_), ""
    ));
    return std::unique_ptr<LiveTable>(std::move(table));
}

DuckdbLiveTable::~DuckdbLiveTable() {
    place_.forget(options_);
    std::string sql = "DROP VIEW IF EXISTS " + view_name() + ";";
    for (const std::string& part : parts()) sql += "DROP TABLE IF EXISTS " + part + ";";
    hot_.reset();
    sealed_.reset();
    const Result<void> dropped = connection_->run("BEGIN TRANSACTION;" + sql + "COMMIT");
    if (!dropped.ok())
        log::warn("a live table could not be dropped", {{"reason", dropped.error().describe()}});
}

std::string DuckdbLiveTable::view_name() const {
    return quote_name(options_.schema) + "." + quote_name(options_.name);
}

std::string DuckdbLiveTable::create_part_sql(const RowTable& part) const {
    return "CREATE TABLE " + part.sql_name() + " (" + column_definitions(columns_) + ");";
}

std::vector<std::string> DuckdbLiveTable::parts() const {
    std::vector<std::string> names;
    if (sealed_) names.push_back(sealed_->sql_name());
    if (hot_) names.push_back(hot_->sql_name());
    return names;
}

// With a key, only the row received last of those that share it.
std::string DuckdbLiveTable::view_sql(
    const std::vector<std::string>& files, const std::vector<std::string>& parts
) const {
    const std::string names = column_names(columns_);
    std::string rows;
    if (!files.empty()) rows = "SELECT " + names + " FROM " + read_parquet_sql(files, columns_);
    for (const std::string& part : parts) {
        if (!rows.empty()) rows += " UNION ALL ";
        rows += "SELECT " + names + " FROM " + part;
    }
    if (options_.key.empty()) return rows;
    return latest_rows_sql(names, rows, options_.key);
}

Result<void> DuckdbLiveTable::replace_view(
    const std::vector<std::string>& files,
    const std::vector<std::string>& parts,
    const std::string& before,
    const std::string& after
) {
    const Result<void> done = connection_->run(
        "BEGIN TRANSACTION;" + before + "CREATE OR REPLACE VIEW " + view_name() + " AS " +
        view_sql(files, parts) + ";" + after + "COMMIT"
    );
    if (done.ok()) {
        files_ = files;
        return {};
    }
    const Result<void> undone = connection_->run("ROLLBACK");
    static_cast<void>(undone.ok());
    return retry_when_out_of_memory(done.error())
        .in("table " + options_.schema + "." + options_.name);
}

Result<void> DuckdbLiveTable::append(const std::vector<const RowBatch*>& batches) {
    row_count_ += TRY(hot_->append(batches));
    return {};
}

Result<std::int64_t> DuckdbLiveTable::seal() {
    if (sealed_) return sealed_->row_count();
    if (hot_->row_count() == 0) return std::int64_t{0};
    auto fresh = std::make_unique<RowTable>(
        *connection_, hot_schema, "hot_" + std::to_string(place_.next_part++), columns_
    );
    TRY(replace_view(files_, {hot_->sql_name(), fresh->sql_name()}, create_part_sql(*fresh), ""));
    sealed_ = std::exchange(hot_, std::move(fresh));
    sealed_->close();
    return sealed_->row_count();
}

Result<void> DuckdbLiveTable::write_sealed(const std::string& path) {
    if (!sealed_) return Error(ErrorCode::InvalidArgument, "there is no sealed part to write");
    const std::string select = "SELECT " + column_names(columns_) + " FROM " + sealed_->sql_name();
    auto source = TRY(ResultSource::run(TRY(place_.query_instance.connect()), select));
    const StatementSources::Use use(place_.work_sources, std::move(source));
    const std::unique_ptr<Connection> work = TRY(place_.work_instance.connect());
    auto written = write_parquet(*work, "(SELECT * FROM " + use.sql() + ")", columns_, path);
    if (!written.ok()) return retry_when_out_of_memory(std::move(written).error());
    CHECK(*written == sealed_->row_count());
    return {};
}

Result<void> DuckdbLiveTable::publish(const std::vector<std::string>& files) {
    if (!sealed_) return set_files(files);
    TRY(replace_view(files, {hot_->sql_name()}, "", "DROP TABLE " + sealed_->sql_name() + ";"));
    row_count_ -= sealed_->row_count();
    sealed_.reset();
    return {};
}

Result<void> DuckdbLiveTable::set_files(const std::vector<std::string>& files) {
    return replace_view(files, parts(), "", "");
}

}  // namespace tradewind::engine
