#include "pipeline/run_records.h"

#include <array>
#include <string_view>
#include <utility>

namespace tradewind::pipeline {

namespace {

using os::integer_of;
using os::SqlRow;
using os::text_of;

constexpr std::array schema{
    std::string_view("CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                     "package TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, message "
                     "TEXT NOT NULL, queued_at INTEGER NOT NULL, started_at INTEGER NOT NULL, "
                     "finished_at INTEGER NOT NULL)"),
    std::string_view("CREATE TABLE IF NOT EXISTS run_assets (run INTEGER NOT NULL, place INTEGER "
                     "NOT NULL, asset TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, "
                     "version INTEGER NOT NULL, rows_in INTEGER NOT NULL, rows_out INTEGER NOT "
                     "NULL, bytes_out INTEGER NOT NULL, files_written INTEGER NOT NULL, "
                     "files_kept INTEGER NOT NULL, sql TEXT NOT NULL, started_at INTEGER NOT NULL, "
                     "finished_at INTEGER NOT NULL, PRIMARY KEY (run, place))"),
};

constexpr std::string_view run_columns =
    "id, package, reason, state, message, queued_at, started_at, finished_at";

constexpr std::array states{
    RunState::Queued,
    RunState::Running,
    RunState::Succeeded,
    RunState::Failed,
    RunState::Skipped,
    RunState::Cancelled
};

RunState state_of(const std::string& text) {
    for (const RunState state : states) {
        if (text == to_string(state)) return state;
    }
    return RunState::Failed;
}

Run run_of(const SqlRow& row) {
    Run run;
    run.id = integer_of(row[0]);
    run.package = text_of(row[1]);
    run.reason = text_of(row[2]);
    run.state = state_of(text_of(row[3]));
    run.message = text_of(row[4]);
    run.queued_at = Timestamp{integer_of(row[5])};
    run.started_at = Timestamp{integer_of(row[6])};
    run.finished_at = Timestamp{integer_of(row[7])};
    return run;
}

AssetRun asset_of(const SqlRow& row) {
    AssetRun asset;
    asset.asset = text_of(row[0]);
    asset.state = state_of(text_of(row[1]));
    asset.message = text_of(row[2]);
    asset.version = integer_of(row[3]);
    asset.rows_in = integer_of(row[4]);
    asset.rows_out = integer_of(row[5]);
    asset.bytes_out = integer_of(row[6]);
    asset.files_written = integer_of(row[7]);
    asset.files_kept = integer_of(row[8]);
    asset.sql = text_of(row[9]);
    asset.started_at = Timestamp{integer_of(row[10])};
    asset.finished_at = Timestamp{integer_of(row[11])};
    return asset;
}

}  // namespace

const char* to_string(RunState state) {
    switch (state) {
        case RunState::Queued:
            return "queued";
        case RunState::Running:
            return "running";
        case RunState::Succeeded:
            return "succeeded";
        case RunState::Failed:
            return "failed";
        case RunState::Skipped:
            return "skipped";
        case RunState::Cancelled:
            return "cancelled";
    }
    return "failed";
}

Result<std::unique_ptr<RunRecords>> RunRecords::open(os::Database& database, std::size_t kept) {
    for (const std::string_view statement : schema) TRY(database.run(statement));
    return std::unique_ptr<RunRecords>(new RunRecords(database, kept));
}

Result<void> RunRecords::add(Run& run) {
    return database_.transaction([&]() -> Result<void> {
        TRY(database_.run(
            "INSERT INTO runs (package, reason, state, message, queued_at, started_at, "
            "finished_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            {run.package,
             run.reason,
             std::string(to_string(run.state)),
             run.message,
             run.queued_at.micros,
             run.started_at.micros,
             run.finished_at.micros}
        ));
        run.id = integer_of(TRY(database_.run("SELECT last_insert_rowid()")).at(0).at(0));
        for (std::size_t i = 0; i < run.assets.size(); ++i) TRY(update(run, i));
        const auto oldest = run.id - static_cast<std::int64_t>(kept_);
        TRY(database_.run("DELETE FROM run_assets WHERE run <= ?", {oldest}));
        TRY(database_.run("DELETE FROM runs WHERE id <= ?", {oldest}));
        return {};
    });
}

Result<void> RunRecords::update(const Run& run) {
    TRY(database_.run(
        "UPDATE runs SET state = ?, message = ?, started_at = ?, finished_at = ? WHERE id = ?",
        {std::string(to_string(run.state)),
         run.message,
         run.started_at.micros,
         run.finished_at.micros,
         run.id}
    ));
    return {};
}

Result<void> RunRecords::update(const Run& run, std::size_t asset) {
    const AssetRun& one = run.assets[asset];
    TRY(database_.run(
        "INSERT OR REPLACE INTO run_assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {run.id,
         static_cast<std::int64_t>(asset),
         one.asset,
         std::string(to_string(one.state)),
         one.message,
         one.version,
         one.rows_in,
         one.rows_out,
         one.bytes_out,
         one.files_written,
         one.files_kept,
         one.sql,
         one.started_at.micros,
         one.finished_at.micros}
    ));
    return {};
}

Result<void> RunRecords::finish(const Run& run) {
    return database_.transaction([&]() -> Result<void> {
        TRY(update(run));
        for (std::size_t i = 0; i < run.assets.size(); ++i) TRY(update(run, i));
        return {};
    });
}

Result<void> RunRecords::load_assets(Run& run) {
    const auto rows = TRY(database_.run(
        "SELECT asset, state, message, version, rows_in, rows_out, bytes_out, files_written, "
        "files_kept, sql, started_at, finished_at FROM run_assets WHERE run = ? ORDER BY place",
        {run.id}
    ));
    for (const SqlRow& row : rows) run.assets.push_back(asset_of(row));
    return {};
}

Result<Run> RunRecords::show(std::int64_t id) {
    const auto rows =
        TRY(database_.run("SELECT " + std::string(run_columns) + " FROM runs WHERE id = ?", {id}));
    if (rows.empty()) return Error(ErrorCode::NotFound, "there is no run " + std::to_string(id));
    Run run = run_of(rows[0]);
    TRY(load_assets(run));
    return run;
}

Result<std::vector<Run>> RunRecords::list(std::int64_t limit) {
    std::vector<Run> runs;
    const std::string sql =
        "SELECT " + std::string(run_columns) + " FROM runs ORDER BY id DESC LIMIT ?";
    for (const SqlRow& row : TRY(database_.run(sql, {limit}))) {
        Run run = run_of(row);
        TRY(load_assets(run));
        runs.push_back(std::move(run));
    }
    return runs;
}

Result<std::vector<Run>> RunRecords::end_interrupted(Timestamp now) {
    std::vector<Run> runs;
    const std::string sql = "SELECT " + std::string(run_columns) +
                            " FROM runs WHERE state IN ('queued', 'running') ORDER BY id";
    for (const SqlRow& row : TRY(database_.run(sql))) {
        Run run = run_of(row);
        TRY(load_assets(run));
        run.state = RunState::Failed;
        run.message = "the program ended during the run; nothing of it is half published";
        run.finished_at = now;
        TRY(update(run));
        for (std::size_t i = 0; i < run.assets.size(); ++i) {
            AssetRun& asset = run.assets[i];
            if (asset.state != RunState::Queued && asset.state != RunState::Running) continue;
            asset.state = RunState::Cancelled;
            asset.message = "the program ended";
            TRY(update(run, i));
        }
        runs.push_back(std::move(run));
    }
    return runs;
}

}  // namespace tradewind::pipeline
