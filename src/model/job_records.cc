#include "model/job_records.h"

#include <array>
#include <utility>

namespace tradewind::model {

namespace {

using os::integer_of;
using os::text_of;

constexpr std::int64_t reports_kept = 100;  // of one model

constexpr std::array<std::string_view, 2> tables{
    R"(CREATE TABLE IF NOT EXISTS model_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    package TEXT NOT NULL,
    model TEXT NOT NULL,
    wanted TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    version INTEGER NOT NULL,
    promoted INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE IF NOT EXISTS model_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT)"
};

constexpr const char* columns =
    "id, kind, package, model, state, message, version, promoted, queued_at, started_at, "
    "finished_at";

JobState state_of(const std::string& text) {
    for (const JobState state :
         {JobState::Queued, JobState::Running, JobState::Succeeded, JobState::Cancelled})
        if (text == to_string(state)) return state;
    return JobState::Failed;
}

JobKind kind_of(const std::string& text) {
    for (const JobKind kind : {JobKind::Evaluate, JobKind::Score})
        if (text == to_string(kind)) return kind;
    return JobKind::Train;
}

Job read_job(const os::SqlRow& row) {
    Job job;
    job.id = integer_of(row[0]);
    job.kind = kind_of(text_of(row[1]));
    job.package = text_of(row[2]);
    job.model = text_of(row[3]);
    job.state = state_of(text_of(row[4]));
    job.message = text_of(row[5]);
    job.version = integer_of(row[6]);
    job.promoted = integer_of(row[7]) != 0;
    job.queued_at.micros = integer_of(row[8]);
    job.started_at.micros = integer_of(row[9]);
    job.finished_at.micros = integer_of(row[10]);
    return job;
}

}  // namespace

const char* to_string(JobKind kind) {
    constexpr std::array names{"train", "evaluate", "score"};
    return names.at(static_cast<std::size_t>(kind));
}

const char* to_string(JobState state) {
    constexpr std::array names{"queued", "running", "succeeded", "failed", "cancelled"};
    return names.at(static_cast<std::size_t>(state));
}

Result<void> JobRecords::open(Timestamp now) {
    for (const std::string_view table : tables) TRY(database_.run(table));
    TRY(database_.run(
        "UPDATE model_jobs SET state = 'failed', finished_at = ?, message = 'the program ended "
        "before it was done; ask for it again' WHERE state IN ('queued', 'running')",
        {now.micros}
    ));
    return {};
}

Result<Job> JobRecords::add(Job job, const json::Value& order) {
    TRY(database_.transaction([&]() -> Result<void> {
        TRY(database_.run(
            "INSERT INTO model_jobs (kind, package, model, wanted, state, message, version, "
            "promoted, queued_at, started_at, finished_at) VALUES (?, ?, ?, ?, ?, '', ?, 0, ?, 0, "
            "0)",
            {std::string(to_string(job.kind)),
             job.package,
             job.model,
             order.dump(),
             std::string(to_string(job.state)),
             job.version,
             job.queued_at.micros}
        ));
        job.id = integer_of(TRY(database_.run("SELECT last_insert_rowid()")).at(0).at(0));
        return {};
    }));
    return job;
}

Result<void> JobRecords::update(const Job& job) {
    TRY(database_.run(
        "UPDATE model_jobs SET state = ?, message = ?, version = ?, promoted = ?, started_at = ?, "
        "finished_at = ? WHERE id = ?",
        {std::string(to_string(job.state)),
         job.message,
         job.version,
         std::int64_t{job.promoted ? 1 : 0},
         job.started_at.micros,
         job.finished_at.micros,
         job.id}
    ));
    return {};
}

Result<Job> JobRecords::find(std::int64_t id) {
    const auto rows =
        TRY(database_.run(std::string("SELECT ") + columns + " FROM model_jobs WHERE id = ?", {id})
        );
    if (rows.empty())
        return Error(ErrorCode::NotFound, "there is no training " + std::to_string(id));
    return read_job(rows.front());
}

Result<json::Value> JobRecords::order(std::int64_t id) {
    const auto rows = TRY(database_.run("SELECT wanted FROM model_jobs WHERE id = ?", {id}));
    if (rows.empty())
        return Error(ErrorCode::NotFound, "there is no training " + std::to_string(id));
    return json::parse(text_of(rows.front().at(0)));
}

Result<std::vector<Job>> JobRecords::list(std::int64_t limit) {
    std::vector<Job> jobs;
    for (const os::SqlRow& row : TRY(database_.run(
             std::string("SELECT ") + columns + " FROM model_jobs ORDER BY id DESC LIMIT ?", {limit}
         )))
        jobs.push_back(read_job(row));
    return jobs;
}

Result<void> JobRecords::drop_beyond(std::size_t kept) {
    TRY(database_.run(
        "DELETE FROM model_jobs WHERE id <= (SELECT max(id) FROM model_jobs) - ? AND state NOT IN "
        "('queued', 'running')",
        {static_cast<std::int64_t>(kept)}
    ));
    return {};
}

Result<void> JobRecords::add_report(
    const std::string& model, std::int64_t version, Timestamp at, const json::Value& report
) {
    TRY(database_.run(
        "INSERT INTO model_reports (model, version, at, report) VALUES (?, ?, ?, ?)",
        {model, version, at.micros, report.dump()}
    ));
    TRY(database_.run(
        "DELETE FROM model_reports WHERE model = ? AND id NOT IN (SELECT id FROM model_reports "
        "WHERE model = ? ORDER BY id DESC LIMIT ?)",
        {model, model, reports_kept}
    ));
    return {};
}

Result<std::optional<json::Value>> JobRecords::report(
    const std::string& model, std::int64_t version
) {
    const auto rows = TRY(database_.run(
        "SELECT report FROM model_reports WHERE model = ? AND version = ? ORDER BY id DESC LIMIT 1",
        {model, version}
    ));
    if (rows.empty()) return std::optional<json::Value>();
    return std::optional(TRY(json::parse(text_of(rows.front().at(0)))));
}

}  // namespace tradewind::model
