#include "schedule/records.h"

#include <array>
#include <string_view>

namespace tradewind::schedule {

namespace {

using os::integer_of;
using os::SqlRow;
using os::SqlValue;
using os::text_of;

constexpr std::array tables{
    std::string_view("CREATE TABLE IF NOT EXISTS schedules (package TEXT NOT NULL, name TEXT NOT "
                     "NULL, timing TEXT NOT NULL, until INTEGER NOT NULL, forgotten_until INTEGER "
                     "NOT NULL, paused INTEGER, seen TEXT NOT NULL, "
                     "PRIMARY KEY (package, name)) STRICT"),
    std::string_view("CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                     "package TEXT NOT NULL, schedule TEXT NOT NULL, cause TEXT NOT NULL, date "
                     "TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, params TEXT NOT "
                     "NULL, cut_offs INTEGER NOT NULL, due_at INTEGER NOT NULL, queued_at INTEGER "
                     "NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, told "
                     "INTEGER NOT NULL, UNIQUE (package, schedule, cause)) STRICT"),
    std::string_view("CREATE INDEX IF NOT EXISTS jobs_to_look_at ON jobs (id) WHERE told = 0"),
    std::string_view("CREATE TABLE IF NOT EXISTS job_steps (job INTEGER NOT NULL, place INTEGER "
                     "NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, "
                     "started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, runs TEXT NOT "
                     "NULL, notice TEXT NOT NULL, PRIMARY KEY (job, place)) STRICT"),
    std::string_view(
        "CREATE TABLE IF NOT EXISTS sensor_dates (package TEXT NOT NULL, name TEXT "
        "NOT NULL, date TEXT NOT NULL, state TEXT NOT NULL, job INTEGER NOT NULL, "
        "missing TEXT NOT NULL, scanned_until INTEGER NOT NULL, told INTEGER NOT NULL, "
        "PRIMARY KEY (package, name, date)) STRICT"
    ),
};

constexpr const char* job_columns =
    "id, package, schedule, cause, date, state, message, params, cut_offs, due_at, queued_at, "
    "started_at, finished_at";

Result<std::map<std::string, std::string>> texts_from_json(const std::string& text) {
    std::map<std::string, std::string> texts;
    const json::Value value = TRY(json::parse(text));
    for (const auto& [name, member] : value.members()) texts[name] = member.text();
    return texts;
}

std::string runs_to_json(const std::vector<std::int64_t>& runs) {
    json::Value list = json::Value::array();
    for (const std::int64_t run : runs) list.add(json::Value::number(run));
    return list.dump();
}

Result<std::vector<std::int64_t>> runs_from_json(const std::string& text) {
    std::vector<std::int64_t> runs;
    const json::Value list = TRY(json::parse(text));
    for (const json::Value& run : list.items()) runs.push_back(TRY(run.as_integer()));
    return runs;
}

Result<Job> job_of(const SqlRow& row) {
    Job job;
    job.id = integer_of(row[0]);
    job.package = text_of(row[1]);
    job.trigger = text_of(row[2]);
    job.cause = text_of(row[3]);
    job.date = text_of(row[4]);
    job.state = TRY(job_state(text_of(row[5])));
    job.message = text_of(row[6]);
    job.params = TRY(texts_from_json(text_of(row[7])));
    job.cut_offs = integer_of(row[8]);
    job.due_at = {integer_of(row[9])};
    job.queued_at = {integer_of(row[10])};
    job.started_at = {integer_of(row[11])};
    job.finished_at = {integer_of(row[12])};
    return job;
}

Result<JobStep> step_of(const SqlRow& row) {
    JobStep step;
    step.kind = text_of(row[0]);
    step.state = TRY(job_state(text_of(row[1])));
    step.message = text_of(row[2]);
    step.started_at = {integer_of(row[3])};
    step.finished_at = {integer_of(row[4])};
    step.runs = TRY(runs_from_json(text_of(row[5])));
    step.notice = text_of(row[6]);
    return step;
}

DateRecord date_of(const SqlRow& row) {
    DateRecord record;
    record.date = text_of(row[0]);
    record.state = text_of(row[1]);
    record.job = integer_of(row[2]);
    record.missing = text_of(row[3]);
    record.scanned_until = {integer_of(row[4])};
    record.told = integer_of(row[5]) != 0;
    return record;
}
constexpr const char* date_columns = "date, state, job, missing, scanned_until, told";

}  // namespace

std::string texts_to_json(const std::map<std::string, std::string>& texts) {
    json::Value value = json::Value::object();
    for (const auto& [name, text] : texts) value.set(name, text);
    return value.dump();
}

Result<JobState> job_state(std::string_view word) {
    for (const JobState state :
         {JobState::Waiting,
          JobState::Running,
          JobState::Succeeded,
          JobState::Failed,
          JobState::Cancelled,
          JobState::Skipped,
          JobState::CutOff}) {
        if (word == to_string(state)) return state;
    }
    return Error(ErrorCode::Corruption, "a job's state is '" + std::string(word) + "'");
}

Result<std::unique_ptr<Records>> Records::open(os::Database& database, std::size_t jobs_kept) {
    for (const std::string_view table : tables) TRY(database.run(table));
    return std::unique_ptr<Records>(new Records(database, jobs_kept));
}

Result<std::map<TriggerKey, Memory>> Records::memories() {
    std::map<TriggerKey, Memory> memories;
    const auto rows = TRY(database_.run(
        "SELECT package, name, timing, until, forgotten_until, paused, seen FROM schedules"
    ));
    for (const SqlRow& row : rows) {
        Memory& memory = memories[{text_of(row[0]), text_of(row[1])}];
        memory.timing = text_of(row[2]);
        memory.until = {integer_of(row[3])};
        memory.forgotten_until = {integer_of(row[4])};
        if (!std::holds_alternative<std::monostate>(row[5]))
            memory.paused = integer_of(row[5]) != 0;
        memory.seen = text_of(row[6]);
    }
    return memories;
}

Result<void> Records::remember(const TriggerKey& key, const Memory& memory) {
    SqlValue paused;  // null
    if (memory.paused) paused.emplace<std::int64_t>(*memory.paused ? 1 : 0);
    TRY(database_.run(
        "INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?)",
        {key.package,
         key.name,
         memory.timing,
         memory.until.micros,
         memory.forgotten_until.micros,
         paused,
         memory.seen}
    ));
    return {};
}

Result<bool> Records::add(Job& job) {
    bool fresh = false;
    TRY(database_.transaction([&]() -> Result<void> {
        TRY(database_.run(
            "INSERT OR IGNORE INTO jobs (package, schedule, cause, date, state, message, params, "
            "cut_offs, due_at, queued_at, started_at, finished_at, told) VALUES (?, ?, ?, ?, ?, ?, "
            "?, 0, ?, ?, 0, 0, 1)",
            {job.package,
             job.trigger,
             job.cause,
             job.date,
             std::string(to_string(job.state)),
             job.message,
             texts_to_json(job.params),
             job.due_at.micros,
             job.queued_at.micros}
        ));
        fresh = database_.changes() == 1;
        if (!fresh) return {};
        job.id = integer_of(TRY(database_.run("SELECT last_insert_rowid()")).at(0).at(0));
        for (std::size_t i = 0; i < job.steps.size(); ++i) TRY(update(job, i));
        return {};
    }));
    return fresh;
}

Result<void> Records::update(const Job& job) {
    TRY(database_.run(
        "UPDATE jobs SET state = ?, message = ?, cut_offs = ?, started_at = ?, finished_at = ? "
        "WHERE id = ?",
        {std::string(to_string(job.state)),
         job.message,
         job.cut_offs,
         job.started_at.micros,
         job.finished_at.micros,
         job.id}
    ));
    return {};
}

Result<void> Records::update(const Job& job, std::size_t step) {
    const JobStep& one = job.steps[step];
    TRY(database_.run(
        "INSERT OR REPLACE INTO job_steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {job.id,
         static_cast<std::int64_t>(step),
         one.kind,
         std::string(to_string(one.state)),
         one.message,
         one.started_at.micros,
         one.finished_at.micros,
         runs_to_json(one.runs),
         one.notice}
    ));
    return {};
}

Result<void> Records::finish(const Job& job) {
    return database_.transaction([&]() -> Result<void> {
        TRY(update(job));
        for (std::size_t i = 0; i < job.steps.size(); ++i) TRY(update(job, i));
        TRY(database_.run("UPDATE jobs SET told = 0 WHERE id = ?", {job.id}));
        return {};
    });
}

Result<void> Records::note_told(std::int64_t job) {
    TRY(database_.run("UPDATE jobs SET told = 1 WHERE id = ?", {job}));
    return {};
}

// A job whose due time is still to come (the clock was wrong) is kept: it is what keeps that time
// from starting twice.
Result<void> Records::forget_old(const TriggerKey& key, Timestamp now, Memory& memory) {
    const auto oldest = TRY(database_.run(
        "SELECT id FROM jobs WHERE package = ? AND schedule = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
        {key.package, key.name, static_cast<std::int64_t>(jobs_kept_)}
    ));
    if (oldest.empty()) return {};
    const std::string which =
        " FROM jobs WHERE package = ? AND schedule = ? AND id <= ? AND due_at <= ? AND told = 1 "
        "AND "
        "state NOT IN ('waiting', 'running')";
    const std::vector<SqlValue> parameters{key.package, key.name, oldest[0][0], now.micros};
    const auto latest = TRY(database_.run("SELECT coalesce(max(due_at), 0)" + which, parameters));
    memory.forgotten_until = std::max(memory.forgotten_until, Timestamp{integer_of(latest[0][0])});
    TRY(database_.run("DELETE FROM job_steps WHERE job IN (SELECT id" + which + ")", parameters));
    TRY(database_.run("DELETE" + which, parameters));
    return {};
}

Result<std::vector<Job>> Records::select(
    const std::string& rest, const std::vector<SqlValue>& parameters
) {
    std::vector<Job> jobs;
    const std::string sql = std::string("SELECT ") + job_columns + " FROM jobs " + rest;
    for (const SqlRow& row : TRY(database_.run(sql, parameters))) {
        Job job = TRY(job_of(row));
        const auto steps = TRY(database_.run(
            "SELECT kind, state, message, started_at, finished_at, runs, notice FROM job_steps "
            "WHERE job = "
            "? ORDER BY place",
            {job.id}
        ));
        for (const SqlRow& step : steps) job.steps.push_back(TRY(step_of(step)));
        jobs.push_back(std::move(job));
    }
    return jobs;
}

Result<Job> Records::show(std::int64_t id) {
    auto jobs = TRY(select("WHERE id = ?", {id}));
    if (jobs.empty()) return Error(ErrorCode::NotFound, "there is no job " + std::to_string(id));
    return std::move(jobs.front());
}

Result<std::vector<Job>> Records::list(const TriggerKey& key, std::int64_t limit) {
    return select(
        "WHERE package = ? AND schedule = ? ORDER BY id DESC LIMIT ?",
        {key.package, key.name, limit}
    );
}

Result<std::vector<Job>> Records::unfinished() {
    return select("WHERE state IN ('waiting', 'running') ORDER BY id", {});
}

Result<std::vector<Job>> Records::untold() {
    return select("WHERE told = 0 ORDER BY id", {});
}

Result<std::optional<JobState>> Records::state_before(const Job& job) {
    const auto rows = TRY(database_.run(
        "SELECT state FROM jobs WHERE package = ? AND schedule = ? AND id < ? AND state IN "
        "('succeeded', 'failed', 'cut_off') ORDER BY id DESC LIMIT 1",
        {job.package, job.trigger, job.id}
    ));
    if (rows.empty()) return std::optional<JobState>();
    return std::optional<JobState>(TRY(job_state(text_of(rows[0][0]))));
}

Result<DateRecord> Records::date(const TriggerKey& key, const std::string& date) {
    const auto rows = TRY(database_.run(
        std::string("SELECT ") + date_columns +
            " FROM sensor_dates WHERE package = ? AND name = ? AND date = ?",
        {key.package, key.name, date}
    ));
    if (!rows.empty()) return date_of(rows[0]);
    DateRecord record;
    record.date = date;
    return record;
}

Result<void> Records::update(const TriggerKey& key, const DateRecord& record) {
    TRY(database_.run(
        "INSERT OR REPLACE INTO sensor_dates (package, name, date, state, job, missing, "
        "scanned_until, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {key.package,
         key.name,
         record.date,
         record.state,
         record.job,
         record.missing,
         record.scanned_until.micros,
         std::int64_t{record.told}}
    ));
    return {};
}

Result<void> Records::note_started(const TriggerKey& key, const DateRecord& record) {
    TRY(database_.run(
        "INSERT INTO sensor_dates (package, name, date, state, job, missing, scanned_until, told) "
        "VALUES (?, ?, ?, 'started', ?, '', 0, 1) ON CONFLICT DO UPDATE SET state = 'started', job "
        "= excluded.job",
        {key.package, key.name, record.date, record.job}
    ));
    return {};
}

Result<std::vector<std::pair<TriggerKey, DateRecord>>> Records::untold_dates() {
    std::vector<std::pair<TriggerKey, DateRecord>> dates;
    const auto rows = TRY(database_.run(
        std::string("SELECT ") + date_columns + ", package, name FROM sensor_dates WHERE told = 0"
    ));
    for (const SqlRow& row : rows)
        dates.push_back({{text_of(row[6]), text_of(row[7])}, date_of(row)});
    return dates;
}

Result<void> Records::note_told(const TriggerKey& key, const DateRecord& record) {
    TRY(database_.run(
        "UPDATE sensor_dates SET told = 1 WHERE package = ? AND name = ? AND date = ? AND state = "
        "?",
        {key.package, key.name, record.date, record.state}
    ));
    return {};
}

}  // namespace tradewind::schedule
