#include "quality/history.h"

#include <utility>

#include "quality/report_json.h"

namespace tradewind::quality {

namespace {

constexpr std::int64_t schema_version = 1;

constexpr std::string_view create_version =
    "CREATE TABLE IF NOT EXISTS quality_schema (version INTEGER NOT NULL)";
constexpr std::string_view create_runs = R"(CREATE TABLE IF NOT EXISTS quality_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_schema TEXT NOT NULL,
    table_name TEXT NOT NULL,
    package TEXT NOT NULL,
    run TEXT NOT NULL,
    version INTEGER NOT NULL,
    candidate INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    quarantine TEXT NOT NULL
) STRICT)";
constexpr std::string_view create_runs_index =
    "CREATE INDEX IF NOT EXISTS quality_runs_by_table ON quality_runs (table_schema, table_name, "
    "id)";
constexpr std::string_view create_results = R"(CREATE TABLE IF NOT EXISTS quality_results (
    run_id INTEGER NOT NULL REFERENCES quality_runs (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    blocking INTEGER NOT NULL,
    state TEXT NOT NULL,
    failing INTEGER NOT NULL,
    total INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID)";

// The order of read_result().
const std::string result_columns =
    "s.name, s.kind, s.blocking, s.state, s.failing, s.total, s.duration_us, s.detail";

Result<void> check_version(os::Database& database) {
    const auto rows = TRY(database.run("SELECT version FROM quality_schema"));
    if (rows.empty()) {
        TRY(database.run("INSERT INTO quality_schema VALUES (?)", {schema_version}));
        return {};
    }
    const std::int64_t version = os::integer_of(rows[0][0]);
    if (version == schema_version) return {};
    return Error(
               ErrorCode::Conflict,
               "the results of checks have version " + std::to_string(version) +
                   ", this program knows " + std::to_string(schema_version)
    )
        .with_hint("Open the workspace with the program that wrote it, or a newer one.");
}

Result<CheckResult> read_result(const os::SqlRow& row, std::size_t at) {
    CheckResult result;
    result.name = os::text_of(row[at]);
    result.kind = kind_of(os::text_of(row[at + 1]));
    result.blocking = os::integer_of(row[at + 2]) != 0;
    result.state = state_of(os::text_of(row[at + 3]));
    result.failing = os::integer_of(row[at + 4]);
    result.total = os::integer_of(row[at + 5]);
    result.duration_us = os::integer_of(row[at + 6]);
    TRY(read_detail(os::text_of(row[at + 7]), result));
    return result;
}

}  // namespace

Result<History> History::open(os::Database& database, std::size_t runs_kept) {
    TRY(database.transaction([&]() -> Result<void> {
        TRY(database.run(create_version));
        TRY(check_version(database));
        for (const std::string_view statement : {create_runs, create_runs_index, create_results})
            TRY(database.run(statement));
        return {};
    }));
    return History(database, runs_kept);
}

Result<void> History::insert(const Report& report) {
    const auto rows = TRY(database_->run(
        "INSERT INTO quality_runs (table_schema, table_name, package, run, version, candidate,"
        " row_count, checked_at, duration_us, quarantine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        {report.table.schema,
         report.table.table,
         report.package,
         report.run,
         report.version,
         std::int64_t{report.candidate},
         report.row_count,
         report.checked_at.micros,
         report.duration_us,
         report.quarantine}
    ));
    const std::int64_t id = os::integer_of(rows.at(0).at(0));
    std::int64_t position = 0;
    for (const CheckResult& result : report.results) {
        TRY(database_->run(
            "INSERT INTO quality_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {id,
             position++,
             result.name,
             std::string(to_string(result.kind)),
             std::int64_t{result.blocking},
             std::string(to_string(result.state)),
             result.failing,
             result.total,
             result.duration_us,
             detail_of(result)}
        ));
    }
    return {};
}

Result<void> History::prune(const catalog::TableName& table) {
    const auto rows = TRY(database_->run(
        "SELECT id FROM quality_runs WHERE table_schema = ? AND table_name = ? ORDER BY id DESC"
        " LIMIT -1 OFFSET ?",
        {table.schema, table.table, static_cast<std::int64_t>(runs_kept_)}
    ));
    for (const os::SqlRow& row : rows) {
        TRY(database_->run("DELETE FROM quality_results WHERE run_id = ?", {row[0]}));
        TRY(database_->run("DELETE FROM quality_runs WHERE id = ?", {row[0]}));
    }
    return {};
}

Result<void> History::record(const Report& report) {
    return database_->transaction([&]() -> Result<void> {
        TRY(insert(report));
        return prune(report.table);
    });
}

Result<std::optional<Report>> History::newest(const catalog::TableName& table) {
    const auto runs = TRY(database_->run(
        "SELECT id, package, run, version, candidate, row_count, checked_at, duration_us,"
        " quarantine FROM quality_runs WHERE table_schema = ? AND table_name = ?"
        " ORDER BY id DESC LIMIT 1",
        {table.schema, table.table}
    ));
    if (runs.empty()) return std::optional<Report>();
    const os::SqlRow& run = runs[0];
    Report report;
    report.table = table;
    report.package = os::text_of(run[1]);
    report.run = os::text_of(run[2]);
    report.version = os::integer_of(run[3]);
    report.candidate = os::integer_of(run[4]) != 0;
    report.row_count = os::integer_of(run[5]);
    report.checked_at.micros = os::integer_of(run[6]);
    report.duration_us = os::integer_of(run[7]);
    report.quarantine = os::text_of(run[8]);
    const auto rows = TRY(database_->run(
        "SELECT " + result_columns +
            " FROM quality_results AS s WHERE s.run_id = ? ORDER BY s.position",
        {run[0]}
    ));
    for (const os::SqlRow& row : rows) report.results.push_back(TRY(read_result(row, 0)));
    return std::optional<Report>(std::move(report));
}

Result<Trails> History::trails(const catalog::TableName& table, std::size_t runs_max) {
    const auto rows = TRY(database_->run(
        "SELECT s.name, r.checked_at, s.state, s.failing FROM quality_results AS s JOIN"
        " (SELECT id, checked_at FROM quality_runs WHERE table_schema = ? AND table_name = ?"
        " ORDER BY id DESC LIMIT ?) AS r ON r.id = s.run_id ORDER BY r.id, s.position",
        {table.schema, table.table, static_cast<std::int64_t>(runs_max)}
    ));
    Trails trails;
    for (const os::SqlRow& row : rows) {
        trails[os::text_of(row[0])].push_back(
            {{os::integer_of(row[1])}, state_of(os::text_of(row[2])), os::integer_of(row[3])}
        );
    }
    return trails;
}

Result<std::vector<History::Line>> History::lines(bool newest_only, std::int64_t lines_max) {
    const std::string runs =
        newest_only
            ? "(SELECT * FROM quality_runs WHERE id IN (SELECT max(id) FROM quality_runs GROUP BY"
              " table_schema, table_name))"
            : "quality_runs";
    const auto rows = TRY(database_->run(
        "SELECT r.table_schema, r.table_name, r.package, r.run, r.version, r.candidate,"
        " r.checked_at, " +
            result_columns + " FROM " + runs +
            " AS r JOIN quality_results AS s ON s.run_id = r.id ORDER BY r.id DESC, s.position"
            " LIMIT ?",
        {lines_max}
    ));
    std::vector<Line> lines;
    for (const os::SqlRow& row : rows) {
        Line& line = lines.emplace_back();
        line.table = {os::text_of(row[0]), os::text_of(row[1])};
        line.package = os::text_of(row[2]);
        line.run = os::text_of(row[3]);
        line.version = os::integer_of(row[4]);
        line.candidate = os::integer_of(row[5]) != 0;
        line.checked_at.micros = os::integer_of(row[6]);
        line.result = TRY(read_result(row, 7));
    }
    return lines;
}

}  // namespace tradewind::quality
