#include "pipeline/run_tables.h"

#include <array>
#include <utility>

#include "pipeline/made_records.h"

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
    std::string_view(
        "CREATE TABLE IF NOT EXISTS run_pins (run INTEGER NOT NULL, \"table\" TEXT NOT "
        "NULL, version INTEGER NOT NULL, PRIMARY KEY (run, \"table\"))"
    ),
    std::string_view(
        "CREATE TABLE IF NOT EXISTS run_publishing (run INTEGER NOT NULL, dataset TEXT NOT NULL, "
        "base INTEGER NOT NULL, PRIMARY KEY (run, dataset))"
    ),
    std::string_view("CREATE TABLE IF NOT EXISTS run_lines (run INTEGER NOT NULL, line INTEGER "
                     "NOT NULL, at INTEGER NOT NULL, asset TEXT NOT NULL, level TEXT NOT NULL, "
                     "text TEXT NOT NULL, PRIMARY KEY (run, line))"),
};

struct Addition {
    const char* table;
    const char* column;
    const char* type;
};
constexpr std::array additions{
    Addition{"runs", "request", "TEXT NOT NULL DEFAULT '{}'"},
    Addition{"run_assets", "attempts", "INTEGER NOT NULL DEFAULT 0"},
    Addition{"run_assets", "memory_bytes", "INTEGER NOT NULL DEFAULT 0"},
    Addition{"run_assets", "blocked", "INTEGER NOT NULL DEFAULT 0"},
    Addition{"run_assets", "rows_made", "INTEGER NOT NULL DEFAULT 0"},
};

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

// What we wrote ourselves; what cannot be read counts as not said.
RunRequest request_of(const std::string& text) {
    RunRequest request;
    const auto value = json::parse(text);
    if (!value.ok() || value->kind() != json::Kind::Object) return request;
    if (const json::Value* assets = value->find("assets")) {
        for (const json::Value& asset : assets->items()) request.assets.push_back(asset.text());
    }
    request.from = value->text_or("from", "");
    request.to = value->text_or("to", "");
    request.force = value->boolean_or("force", false);
    request.timeout_us = value->integer_or("timeout_us", 0);
    if (const json::Value* params = value->find("params")) {
        for (const auto& [name, param] : params->members()) request.params[name] = param.text();
    }
    return request;
}

}  // namespace

Result<void> create_run_tables(os::Database& database) {
    for (const std::string_view statement : schema) TRY(database.run(statement));
    TRY(create_made_records(database));
    for (const Addition& addition : additions) {
        const auto there = TRY(database.run(
            "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?",
            {std::string(addition.table), std::string(addition.column)}
        ));
        if (integer_of(there.at(0).at(0)) > 0) continue;
        TRY(database.run(
            std::string("ALTER TABLE ") + addition.table + " ADD COLUMN " + addition.column + " " +
            addition.type
        ));
    }
    return {};
}

std::string request_text(const RunRequest& request) {
    json::Value value = to_json(request);
    if (request.timeout_us > 0) value.set("timeout_us", request.timeout_us);
    return value.dump();
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
    run.request = request_of(text_of(row[8]));
    run.request.package = run.package;
    run.request.reason = run.reason;
    return run;
}

AssetRun asset_run_of(const SqlRow& row) {
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
    asset.attempts = integer_of(row[12]);
    asset.memory_bytes = integer_of(row[13]);
    asset.blocked = integer_of(row[14]) != 0;
    asset.rows_made = integer_of(row[15]);
    return asset;
}

}  // namespace tradewind::pipeline
