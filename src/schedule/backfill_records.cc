#include "schedule/backfill_records.h"

#include <array>
#include <string_view>

#include "base/json.h"
#include "schedule/records.h"

namespace tradewind::schedule {

namespace {

using os::integer_of;
using os::SqlRow;
using os::SqlValue;
using os::text_of;

constexpr std::array tables{
    std::string_view(
        "CREATE TABLE IF NOT EXISTS backfills (id INTEGER PRIMARY KEY AUTOINCREMENT, package TEXT "
        "NOT NULL, assets TEXT NOT NULL, first TEXT NOT NULL, until TEXT NOT NULL, every TEXT NOT "
        "NULL, zone TEXT NOT NULL, force INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT "
        "NULL, message TEXT NOT NULL, cut_offs INTEGER NOT NULL, queued_at INTEGER NOT NULL, "
        "started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL) STRICT"
    ),
    std::string_view(
        "CREATE TABLE IF NOT EXISTS backfill_intervals (backfill INTEGER NOT NULL, place INTEGER "
        "NOT NULL, first TEXT NOT NULL, until TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT "
        "NULL, run INTEGER NOT NULL, row_count INTEGER NOT NULL, started_at INTEGER NOT NULL, "
        "finished_at INTEGER NOT NULL, PRIMARY KEY (backfill, place)) STRICT"
    ),
};

constexpr const char* columns =
    "id, package, assets, first, until, every, zone, force, params, state, message, cut_offs, "
    "queued_at, started_at, finished_at";
constexpr const char* interval_columns =
    "place, first, until, state, message, run, row_count, started_at, finished_at";

std::string list_to_json(const std::vector<std::string>& texts) {
    json::Value list = json::Value::array();
    for (const std::string& text : texts) list.add(json::Value::string(text));
    return list.dump();
}

Result<Backfill> backfill_of(const SqlRow& row) {
    Backfill backfill;
    BackfillRequest& request = backfill.request;
    backfill.id = integer_of(row[0]);
    request.package = text_of(row[1]);
    const json::Value assets = TRY(json::parse(text_of(row[2])));
    for (const json::Value& asset : assets.items()) request.assets.push_back(asset.text());
    request.from = text_of(row[3]);
    request.to = text_of(row[4]);
    request.every = TRY(every_of(text_of(row[5])));
    backfill.zone = text_of(row[6]);
    request.force = integer_of(row[7]) != 0;
    const json::Value params = TRY(json::parse(text_of(row[8])));
    for (const auto& [name, value] : params.members()) request.params[name] = value.text();
    backfill.state = TRY(job_state(text_of(row[9])));
    backfill.message = text_of(row[10]);
    backfill.cut_offs = integer_of(row[11]);
    backfill.queued_at = {integer_of(row[12])};
    backfill.started_at = {integer_of(row[13])};
    backfill.finished_at = {integer_of(row[14])};
    return backfill;
}

Result<BackfillInterval> interval_of(const SqlRow& row) {
    BackfillInterval interval;
    interval.place = integer_of(row[0]);
    interval.interval = {text_of(row[1]), text_of(row[2])};
    interval.state = TRY(job_state(text_of(row[3])));
    interval.message = text_of(row[4]);
    interval.run = integer_of(row[5]);
    interval.rows = integer_of(row[6]);
    interval.started_at = {integer_of(row[7])};
    interval.finished_at = {integer_of(row[8])};
    return interval;
}

}  // namespace

Result<std::unique_ptr<BackfillRecords>> BackfillRecords::open(
    os::Database& database, std::size_t kept
) {
    for (const std::string_view table : tables) TRY(database.run(table));
    return std::unique_ptr<BackfillRecords>(new BackfillRecords(database, kept));
}

Result<void> BackfillRecords::forget_old() {
    const std::string old =
        "(SELECT id FROM backfills WHERE state NOT IN ('waiting', 'running') ORDER BY id DESC "
        "LIMIT -1 OFFSET ?)";
    const std::vector<SqlValue> kept{static_cast<std::int64_t>(kept_)};
    TRY(database_.run("DELETE FROM backfill_intervals WHERE backfill IN " + old, kept));
    TRY(database_.run("DELETE FROM backfills WHERE id IN " + old, kept));
    return {};
}

Result<void> BackfillRecords::add(Backfill& backfill, const std::vector<Interval>& intervals) {
    const BackfillRequest& request = backfill.request;
    return database_.transaction([&]() -> Result<void> {
        TRY(database_.run(
            "INSERT INTO backfills (package, assets, first, until, every, zone, force, params, "
            "state, message, cut_offs, queued_at, started_at, finished_at) VALUES (?, ?, ?, ?, ?, "
            "?, ?, ?, ?, '', 0, ?, 0, 0)",
            {request.package,
             list_to_json(request.assets),
             request.from,
             request.to,
             std::string(to_string(request.every)),
             backfill.zone,
             std::int64_t{request.force},
             texts_to_json(request.params),
             std::string(to_string(backfill.state)),
             backfill.queued_at.micros}
        ));
        backfill.id = integer_of(TRY(database_.run("SELECT last_insert_rowid()")).at(0).at(0));
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            BackfillInterval one;
            one.place = static_cast<std::int64_t>(i) + 1;
            one.interval = intervals[i];
            TRY(update(backfill.id, one));
        }
        return forget_old();
    });
}

Result<void> BackfillRecords::update(const Backfill& backfill) {
    TRY(database_.run(
        "UPDATE backfills SET state = ?, message = ?, cut_offs = ?, started_at = ?, finished_at = "
        "? WHERE id = ?",
        {std::string(to_string(backfill.state)),
         backfill.message,
         backfill.cut_offs,
         backfill.started_at.micros,
         backfill.finished_at.micros,
         backfill.id}
    ));
    return {};
}

Result<void> BackfillRecords::update(std::int64_t backfill, const BackfillInterval& interval) {
    TRY(database_.run(
        "INSERT OR REPLACE INTO backfill_intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {backfill,
         interval.place,
         interval.interval.from,
         interval.interval.to,
         std::string(to_string(interval.state)),
         interval.message,
         interval.run,
         interval.rows,
         interval.started_at.micros,
         interval.finished_at.micros}
    ));
    return {};
}

Result<void> BackfillRecords::update(const Backfill& backfill, const BackfillInterval& interval) {
    return database_.transaction([&]() -> Result<void> {
        TRY(update(backfill));
        return update(backfill.id, interval);
    });
}

Result<void> BackfillRecords::count(Backfill& backfill) {
    const auto rows = TRY(database_.run(
        "SELECT count(*), count(*) FILTER (WHERE state = 'succeeded'), coalesce(sum(row_count) "
        "FILTER (WHERE state = 'succeeded'), 0), coalesce(sum(finished_at - started_at) FILTER "
        "(WHERE state = 'succeeded'), 0) FROM backfill_intervals WHERE backfill = ?",
        {backfill.id}
    ));
    backfill.total = integer_of(rows.at(0)[0]);
    backfill.done = integer_of(rows.at(0)[1]);
    backfill.rows = integer_of(rows.at(0)[2]);
    backfill.taken_us = integer_of(rows.at(0)[3]);
    backfill.current = TRY(next(backfill.id));
    return {};
}

Result<std::vector<Backfill>> BackfillRecords::select(
    const std::string& rest, const std::vector<SqlValue>& parameters
) {
    std::vector<Backfill> all;
    const std::string sql = std::string("SELECT ") + columns + " FROM backfills " + rest;
    for (const SqlRow& row : TRY(database_.run(sql, parameters))) {
        Backfill backfill = TRY(backfill_of(row));
        TRY(count(backfill));
        all.push_back(std::move(backfill));
    }
    return all;
}

Result<std::vector<BackfillInterval>> BackfillRecords::select_intervals(
    const std::string& rest, const std::vector<SqlValue>& parameters
) {
    std::vector<BackfillInterval> all;
    const std::string sql =
        std::string("SELECT ") + interval_columns + " FROM backfill_intervals WHERE " + rest;
    for (const SqlRow& row : TRY(database_.run(sql, parameters)))
        all.push_back(TRY(interval_of(row)));
    return all;
}

Result<Backfill> BackfillRecords::show(std::int64_t id) {
    auto found = TRY(select("WHERE id = ?", {id}));
    if (!found.empty()) return std::move(found.front());
    return Error(ErrorCode::NotFound, "there is no backfill " + std::to_string(id));
}

Result<std::vector<Backfill>> BackfillRecords::list(std::int64_t limit) {
    return select("ORDER BY id DESC LIMIT ?", {limit});
}

Result<std::vector<Backfill>> BackfillRecords::unfinished() {
    return select("WHERE state IN ('waiting', 'running') ORDER BY id", {});
}

Result<std::vector<BackfillInterval>> BackfillRecords::intervals(
    std::int64_t id, std::int64_t after, std::int64_t limit
) {
    return select_intervals(
        "backfill = ? AND place > ? ORDER BY place LIMIT ?", {id, after, limit}
    );
}

Result<std::optional<BackfillInterval>> BackfillRecords::next(std::int64_t id) {
    auto open =
        TRY(select_intervals("backfill = ? AND state <> 'succeeded' ORDER BY place LIMIT 1", {id}));
    if (open.empty()) return std::optional<BackfillInterval>();
    return std::optional<BackfillInterval>(std::move(open.front()));
}

}  // namespace tradewind::schedule
