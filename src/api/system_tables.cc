// What the platform knows of imports, schedules, jobs, backfills and notices, as rows for SQL.

#include <algorithm>
#include <vector>

#include "api/operations.h"
#include "base/row_writer.h"
#include "base/text.h"
#include "model/model.h"

namespace tradewind::api {

namespace {

constexpr std::int64_t rows_max = 1000;  // the newest: of each schedule for jobs

constexpr auto text_column = ColumnType::Text;
constexpr auto number_column = ColumnType::BigInt;
constexpr auto time_column = ColumnType::Timestamp;

Result<RowBatch> import_rows(const Services& services) {
    RowBatch rows(
        {{"import_id", number_column},
         {"source", text_column},
         {"identity", text_column},
         {"state", text_column},
         {"message", text_column},
         {"row_count", number_column},
         {"rejected_count", number_column},
         {"filtered_count", number_column},
         {"replaced_count", number_column},
         {"bytes", number_column},
         {"replaces", number_column},
         {"table_version", number_column},
         {"queued_at", time_column},
         {"started_at", time_column},
         {"finished_at", time_column},
         {"duration_ms", number_column}}
    );
    if (services.importer == nullptr) return rows;
    for (const importer::Import& one : TRY(services.importer->list(std::nullopt, rows_max))) {
        RowWriter(rows)
            .number(one.id)
            .text(one.source)
            .text(one.identity)
            .text(importer::to_string(one.state))
            .text(one.message)
            .number(one.row_count)
            .number(one.rejected_count)
            .number(one.filtered_count)
            .number(one.replaced_count)
            .number(static_cast<std::int64_t>(one.bytes_total))
            .known(one.replaces)
            .known(one.table_version)
            .time(one.queued_at)
            .time(one.started_at)
            .time(one.finished_at)
            .duration(one.started_at, one.finished_at);
    }
    return rows;
}

Result<std::vector<schedule::TriggerStatus>> schedules_of(const Services& services) {
    if (services.scheduler == nullptr) return std::vector<schedule::TriggerStatus>();
    return services.scheduler->list();
}

std::string words_of(const json::Value& list) {
    std::string text;
    for (const json::Value& one : list.items()) text += (text.empty() ? "" : ", ") + one.text();
    return text;
}

Result<RowBatch> schedule_rows(const Services& services) {
    RowBatch rows(
        {{"package", text_column},
         {"name", text_column},
         {"kind", text_column},
         {"description", text_column},
         {"when", text_column},
         {"timezone", text_column},
         {"catch_up", text_column},
         {"state", text_column},
         {"steps", text_column},
         {"waiting", text_column},
         {"next_at", time_column},
         {"last_job_id", number_column},
         {"last_state", text_column}}
    );
    for (const schedule::TriggerStatus& one : TRY(schedules_of(services))) {
        const json::Value json = schedule::to_json(one);
        RowWriter(rows)
            .text(one.trigger.package)
            .text(one.trigger.name)
            .text(schedule::to_string(one.trigger.kind))
            .text(one.trigger.description)
            .text(json.text_or("when", ""))
            .text(one.trigger.zone->name())
            .text(schedule::to_string(one.trigger.catch_up))
            .text(one.paused ? "paused" : "active")
            .text(words_of(*json.find("steps")))
            .text(one.waiting)
            .time(one.next.empty() ? Timestamp() : one.next.front())
            .known(one.last ? one.last->id : 0)
            .text(one.last ? schedule::to_string(one.last->state) : "");
    }
    return rows;
}

std::string runs_of(const schedule::Job& job) {
    std::string runs;
    for (const schedule::JobStep& step : job.steps) {
        for (const std::int64_t run : step.runs)
            runs += (runs.empty() ? "" : ", ") + std::to_string(run);
    }
    return runs;
}

Result<RowBatch> job_rows(const Services& services) {
    RowBatch rows(
        {{"job_id", number_column},
         {"package", text_column},
         {"schedule", text_column},
         {"cause", text_column},
         {"date", text_column},
         {"state", text_column},
         {"message", text_column},
         {"runs", text_column},
         {"cut_offs", number_column},
         {"due_at", time_column},
         {"queued_at", time_column},
         {"started_at", time_column},
         {"finished_at", time_column},
         {"duration_ms", number_column}}
    );
    for (const schedule::TriggerStatus& of : TRY(schedules_of(services))) {
        const auto jobs =
            TRY(services.scheduler->jobs(of.trigger.package, of.trigger.name, rows_max));
        for (const schedule::Job& one : jobs) {
            RowWriter(rows)
                .number(one.id)
                .text(one.package)
                .text(one.trigger)
                .text(one.cause)
                .text(one.date)
                .text(schedule::to_string(one.state))
                .text(one.message)
                .text(runs_of(one))
                .number(one.cut_offs)
                .time(one.due_at)
                .time(one.queued_at)
                .time(one.started_at)
                .time(one.finished_at)
                .duration(one.started_at, one.finished_at);
        }
    }
    return rows;
}

Result<RowBatch> backfill_rows(const Services& services) {
    RowBatch rows(
        {{"backfill_id", number_column},
         {"package", text_column},
         {"interval_from", text_column},
         {"interval_to", text_column},
         {"every", text_column},
         {"state", text_column},
         {"message", text_column},
         {"intervals", number_column},
         {"done", number_column},
         {"row_count", number_column},
         {"queued_at", time_column},
         {"started_at", time_column},
         {"finished_at", time_column},
         {"duration_ms", number_column}}
    );
    if (services.backfills == nullptr) return rows;
    for (const schedule::Backfill& one : TRY(services.backfills->list(rows_max))) {
        RowWriter(rows)
            .number(one.id)
            .text(one.request.package)
            .text(one.request.from)
            .text(one.request.to)
            .text(schedule::to_string(one.request.every))
            .text(schedule::to_string(one.state))
            .text(one.message)
            .number(one.total)
            .number(one.done)
            .number(one.rows)
            .time(one.queued_at)
            .time(one.started_at)
            .time(one.finished_at)
            .duration(one.started_at, one.finished_at);
    }
    return rows;
}

std::int64_t count_of(const notify::NoticeRecord& notice, notify::DeliveryState state) {
    return std::ranges::count(notice.deliveries, state, &notify::DeliveryRecord::state);
}

Result<RowBatch> notice_rows(const Services& services) {
    RowBatch rows(
        {{"notice_id", number_column},
         {"kind", text_column},
         {"package", text_column},
         {"subject", text_column},
         {"title", text_column},
         {"text", text_column},
         {"at", time_column},
         {"receivers", number_column},
         {"delivered", number_column},
         {"waiting", number_column},
         {"given_up", number_column}}
    );
    if (services.notifier == nullptr) return rows;
    for (const notify::NoticeRecord& one : TRY(services.notifier->list(rows_max))) {
        RowWriter(rows)
            .number(one.id)
            .text(one.notice.kind)
            .text(one.notice.package)
            .text(one.notice.subject)
            .text(one.notice.title)
            .text(one.notice.text)
            .time(one.notice.at)
            .number(static_cast<std::int64_t>(one.deliveries.size()))
            .number(count_of(one, notify::DeliveryState::Delivered))
            .number(count_of(one, notify::DeliveryState::Waiting))
            .number(count_of(one, notify::DeliveryState::GivenUp));
    }
    return rows;
}

// One row for each version, the newest first; a model without any is a row too.
Result<RowBatch> model_rows(const Services& services) {
    RowBatch rows(
        {{"package", text_column},
         {"model", text_column},
         {"kind", text_column},
         {"version", number_column},
         {"promoted", text_column},
         {"served", text_column},
         {"damage", text_column},
         {"created_at", text_column},
         {"metrics", text_column},
         {"parameters", text_column},
         {"data", text_column}}
    );
    if (services.models == nullptr) return rows;
    for (const model::ModelInfo& model : TRY(services.models->list())) {
        std::vector<model::VersionInfo> versions = model.versions;
        if (versions.empty()) versions.emplace_back();
        for (const model::VersionInfo& one : versions) {
            const auto part = [&](const char* name) {
                const json::Value* value = one.card.find(name);
                return value == nullptr ? std::string() : value->dump();
            };
            RowWriter(rows)
                .text(model.spec.package)
                .text(model.spec.name)
                .text(model::to_string(model.spec.kind))
                .known(one.number)
                .text(one.promoted ? "yes" : "no")
                .text(one.served ? "yes" : "no")
                .text(one.damage)
                .text(one.card.text_or("created_at", ""))
                .text(part("metrics"))
                .text(part("parameters"))
                .text(part("data"));
        }
    }
    return rows;
}

struct SystemTable {
    const char* name;
    Result<RowBatch> (*rows)(const Services&);
    bool (*there)(const Services&);
};
constexpr SystemTable tables[] = {
    {"imports", import_rows, [](const Services& s) { return s.importer != nullptr; }},
    {"schedules", schedule_rows, [](const Services& s) { return s.scheduler != nullptr; }},
    {"jobs", job_rows, [](const Services& s) { return s.scheduler != nullptr; }},
    {"backfills", backfill_rows, [](const Services& s) { return s.backfills != nullptr; }},
    {"models", model_rows, [](const Services& s) { return s.models != nullptr; }},
    {"notices", notice_rows, [](const Services& s) { return s.notifier != nullptr; }}
};

}  // namespace

Result<void> begin_system_tables(engine::Engine& engine) {
    const Services nothing;
    for (const SystemTable& table : tables)
        TRY(engine.replace_system_table(table.name, TRY(table.rows(nothing))));
    return {};
}

Result<void> refresh_system_tables(const Services& services, const std::string& sql) {
    const std::string text = to_lower_ascii(sql);
    if (text.find("system") == std::string::npos) return {};
    if (services.system_tables != nullptr) TRY(services.system_tables->refresh());
    if (services.pipeline != nullptr) TRY(services.pipeline->refresh_system_tables());
    for (const SystemTable& table : tables) {
        if (!table.there(services) || text.find(table.name) == std::string::npos) continue;
        TRY(services.engine->replace_system_table(table.name, TRY(table.rows(services))));
    }
    return {};
}

}  // namespace tradewind::api
