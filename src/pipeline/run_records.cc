#include "pipeline/run_records.h"

#include <array>
#include <string_view>
#include <utility>

#include "pipeline/going_on.h"
#include "pipeline/run_tables.h"

namespace tradewind::pipeline {

namespace {

using os::integer_of;
using os::SqlRow;
using os::text_of;

constexpr std::array tables_of_runs{"run_assets", "run_pins", "run_lines"};

}  // namespace

Result<std::unique_ptr<RunRecords>> RunRecords::open(
    os::Database& database, std::size_t kept, std::size_t log_lines_max
) {
    TRY(create_run_tables(database));
    return std::unique_ptr<RunRecords>(new RunRecords(database, kept, log_lines_max));
}

Result<void> RunRecords::skip_ids(std::int64_t ids_used) {
    return os::skip_ids(database_, "runs", ids_used);
}

Result<void> RunRecords::add(Run& run) {
    ++changes_;
    return database_.transaction([&]() -> Result<void> {
        TRY(database_.run(
            "INSERT INTO runs (package, reason, state, message, queued_at, started_at, "
            "finished_at, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            {run.package,
             run.reason,
             std::string(to_string(run.state)),
             run.message,
             run.queued_at.micros,
             run.started_at.micros,
             run.finished_at.micros,
             request_text(run.request)}
        ));
        run.id = integer_of(TRY(database_.run("SELECT last_insert_rowid()")).at(0).at(0));
        for (std::size_t i = 0; i < run.assets.size(); ++i) TRY(update(run, i));
        const auto oldest = run.id - static_cast<std::int64_t>(kept_);
        for (const char* table : tables_of_runs)
            TRY(database_.run(std::string("DELETE FROM ") + table + " WHERE run <= ?", {oldest}));
        TRY(database_.run("DELETE FROM runs WHERE id <= ?", {oldest}));
        return {};
    });
}

Result<void> RunRecords::update(const Run& run) {
    ++changes_;
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

Result<void> RunRecords::update(
    const Run& run, std::size_t asset, const std::vector<RunLogLine>& lines
) {
    ++changes_;
    const AssetRun& one = run.assets[asset];
    const std::string sql = "INSERT OR REPLACE INTO run_assets (run, place, " +
                            std::string(run_asset_columns) +
                            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const auto write = [&]() -> Result<void> {
        TRY(database_.run(
            sql,
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
             one.finished_at.micros,
             one.attempts,
             one.memory_bytes,
             std::int64_t{one.blocked},
             one.rows_made}
        ));
        return insert_lines(run.id, lines);
    };
    return lines.empty() ? write() : database_.transaction(write);
}

Result<void> RunRecords::finish(const Run& run, const std::vector<RunLogLine>& lines) {
    return database_.transaction([&]() -> Result<void> {
        TRY(update(run));
        for (std::size_t i = 0; i < run.assets.size(); ++i) TRY(update(run, i));
        return insert_lines(run.id, lines);
    });
}

Result<void> RunRecords::add_lines(std::int64_t run, const std::vector<RunLogLine>& lines) {
    return database_.transaction([&] { return insert_lines(run, lines); });
}

// Lines beyond the limit are not kept; the last that is says so.
Result<void> RunRecords::insert_lines(std::int64_t run, const std::vector<RunLogLine>& lines) {
    if (lines.empty()) return {};
    std::int64_t next = integer_of(
        TRY(database_.run("SELECT coalesce(max(line), 0) FROM run_lines WHERE run = ?", {run}))
            .at(0)
            .at(0)
    );
    for (const RunLogLine& line : lines) {
        if (++next > static_cast<std::int64_t>(log_lines_max_)) return {};
        const bool last = next == static_cast<std::int64_t>(log_lines_max_);
        TRY(database_.run(
            "INSERT INTO run_lines VALUES (?, ?, ?, ?, ?, ?)",
            {run,
             next,
             line.at.micros,
             line.asset,
             line.level,
             last ? std::string("further lines are not kept") : line.text}
        ));
    }
    return {};
}

Result<void> RunRecords::pin(std::int64_t run, const PinnedVersions& versions) {
    return database_.transaction([&]() -> Result<void> {
        for (const auto& [table, version] : versions)
            TRY(database_.run(
                "INSERT OR REPLACE INTO run_pins VALUES (?, ?, ?)", {run, table, version}
            ));
        return {};
    });
}

Result<void> RunRecords::intend(const std::vector<Publishing>& publishing) {
    return database_.transaction([&]() -> Result<void> {
        for (const Publishing& one : publishing)
            TRY(database_.run(
                "INSERT OR REPLACE INTO run_publishing VALUES (?, ?, ?)",
                {one.run, one.dataset, one.base}
            ));
        return {};
    });
}

Result<void> RunRecords::published(std::int64_t run) {
    TRY(database_.run("DELETE FROM run_publishing WHERE run = ?", {run}));
    return {};
}

Result<std::vector<Publishing>> RunRecords::publishing() {
    std::vector<Publishing> all;
    for (const SqlRow& row :
         TRY(database_.run("SELECT run, dataset, base FROM run_publishing ORDER BY run, dataset")))
        all.push_back({integer_of(row[0]), text_of(row[1]), integer_of(row[2])});
    return all;
}

Result<PinnedVersions> RunRecords::pinned(std::int64_t run) {
    PinnedVersions versions;
    const auto rows =
        TRY(database_.run("SELECT \"table\", version FROM run_pins WHERE run = ?", {run}));
    for (const SqlRow& row : rows) versions[text_of(row[0])] = integer_of(row[1]);
    return versions;
}

Result<void> RunRecords::load_assets(Run& run) {
    const auto rows = TRY(database_.run(
        "SELECT " + std::string(run_asset_columns) +
            " FROM run_assets WHERE run = ? ORDER BY place",
        {run.id}
    ));
    for (const SqlRow& row : rows) run.assets.push_back(asset_run_of(row));
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

Result<std::vector<RunLogLine>> RunRecords::log(std::int64_t id) {
    const auto known = TRY(database_.run("SELECT 1 FROM runs WHERE id = ?", {id}));
    if (known.empty()) return Error(ErrorCode::NotFound, "there is no run " + std::to_string(id));
    std::vector<RunLogLine> lines;
    const auto rows = TRY(database_.run(
        "SELECT at, asset, level, text FROM run_lines WHERE run = ? ORDER BY line", {id}
    ));
    for (const SqlRow& row : rows)
        lines.push_back(
            {Timestamp{integer_of(row[0])}, text_of(row[1]), text_of(row[2]), text_of(row[3])}
        );
    return lines;
}

void tell_cut_off(const std::vector<RunListener*>& listeners, const Run& run) {
    for (RunListener* listener : listeners) {
        for (const AssetRun& asset : run.assets) {
            const bool begun = asset.started_at.micros != 0 && asset.finished_at.micros == 0;
            if (begun) listener->on_asset(run, asset);
        }
        listener->on_run(run);
    }
}

std::string cut_off_message(std::int64_t run) {
    return "the program ended during the run; nothing of it is half published. Go on with it: "
           "tradewind run --resume " +
           std::to_string(run);
}

Result<std::vector<Run>> RunRecords::waiting() {
    std::vector<Run> runs;
    const std::string sql =
        "SELECT " + std::string(run_columns) + " FROM runs WHERE state = 'queued' ORDER BY id";
    for (const SqlRow& row : TRY(database_.run(sql))) {
        Run run = run_of(row);
        if (stands_for_itself(run)) runs.push_back(std::move(run));
    }
    return runs;
}

Result<std::vector<Run>> RunRecords::end_interrupted(Timestamp now) {
    std::vector<Run> runs;
    const std::string sql = "SELECT " + std::string(run_columns) +
                            " FROM runs WHERE state IN ('queued', 'running') ORDER BY id";
    for (const SqlRow& row : TRY(database_.run(sql))) {
        Run run = run_of(row);
        if (run.state == RunState::Queued && stands_for_itself(run)) continue;
        TRY(load_assets(run));
        run.state = RunState::Failed;
        run.message = cut_off_message(run.id);
        run.finished_at = now;
        for (AssetRun& asset : run.assets) {
            if (asset.state != RunState::Queued && asset.state != RunState::Running) continue;
            asset.state = RunState::Cancelled;
            asset.message = "the program ended";
        }
        TRY(finish(run, {{now, "", "error", run.message}}));
        runs.push_back(std::move(run));
    }
    return runs;
}

}  // namespace tradewind::pipeline
