#include "app/system_catalog.h"

#include <string>
#include <string_view>
#include <utility>

#include "app/assets.h"

namespace tradewind::app {

namespace {

using Text = std::pair<std::string_view, std::string_view>;

constexpr Text tables[] = {
    {"backfills", "The newest 1,000 backfills: spans of time, made interval by interval."},
    {"check_results", "What checks said, newest first; the newest 100 runs of a table are kept."},
    {"checks", "The newest result of each check."},
    {"columns", "Columns of all tables, with statistics where a crawl knows them."},
    {"crawl_findings", "What crawls found that a person may have to look at."},
    {"database_columns", "Columns of other people's databases, as they were last surveyed."},
    {"imports", "The newest 1,000 imports of files."},
    {"jobs", "The newest 1,000 jobs: what schedules and sensors started."},
    {"models", "Versions of models that are kept, and how good they are."},
    {"notices", "The newest 1,000 notices: what people and programs were told."},
    {"partitions", "Partitions of the newest versions of tables."},
    {"run_assets", "What the newest 1,000 runs did, asset by asset."},
    {"runs", "The newest 1,000 runs."},
    {"schedules", "Schedules and sensors, and when they start next."},
    {"table_versions", "Versions of tables that are kept, and what they were made by."},
    {"tables", "All tables: where they come from, their newest version and size."},
};

// By the column's name, which means the same in all of them.
constexpr Text columns[] = {
    {"asset", "package.asset"},
    {"at", "When it was told."},
    {"attempts", "How often it was tried."},
    {"backfill_id", "Its number."},
    {"blocking", "When it fails, the table is not published."},
    {"bytes", "On the disk."},
    {"bytes_out", "Bytes of the files that were written."},
    {"candidate", "The rows were not published yet."},
    {"catch_up", "What becomes of starts that were missed."},
    {"cause", "What started it."},
    {"check_name", "Its name, given or made of kind and columns."},
    {"checked_at", "When the rows were looked at, in UTC."},
    {"column_count", "Columns."},
    {"column_name", "The column."},
    {"columns", "The columns that it looks at."},
    {"connection", "The database, as connections.yml calls it."},
    {"created_at", "When it was made, in UTC."},
    {"cut_offs", "How often the program ended while it ran."},
    {"damage", "Why it cannot be read; empty: it can."},
    {"data", "The versions of the tables that it learnt from, as JSON."},
    {"date", "The day that it is for."},
    {"delivered", "Receivers that have it."},
    {"description", "What it is, in its author's words."},
    {"distinct_approx", "Distinct values, estimated."},
    {"done", "Intervals that are made."},
    {"due_at", "When it was to start, in UTC."},
    {"duration_ms", "From its start to its end, or until now."},
    {"every", "How long an interval is."},
    {"failing", "Rows that break it."},
    {"file_count", "Files."},
    {"files_kept", "Files that the version before had too."},
    {"files_written", "New files."},
    {"filtered_count", "Rows that the source's transform left out."},
    {"finished_at", "When it ended, in UTC."},
    {"format", "How crawled files are written."},
    {"found_at", "When, in UTC."},
    {"given_up", "Receivers that cannot be reached."},
    {"grain", "What one row stands for."},
    {"identity", "The delivery: another one of the same replaces it."},
    {"import_id", "Its number."},
    {"interval_from", "Begin of the data interval."},
    {"interval_to", "End of the data interval, which is no part of it."},
    {"intervals", "How many intervals there are to make."},
    {"is_key", "1: part of the primary key."},
    {"job_id", "Its number."},
    {"kind", "Which sort of thing it is."},
    {"last_job_id", "The newest job that it started."},
    {"last_state", "How that ended."},
    {"layer", "raw, clean, mart, system."},
    {"max", "The greatest value, as text."},
    {"memory_bytes", "The most memory that it held."},
    {"message", "What happened, in words."},
    {"metrics", "How good it is on the hold-out, as JSON."},
    {"min", "The least value, as text."},
    {"model", "As its package calls it."},
    {"name", "As its package calls it."},
    {"next_at", "When it starts next, in UTC."},
    {"note", "What changed, in words."},
    {"notice_id", "Its number."},
    {"null_count", "Rows without a value."},
    {"nullable", "1: it may be null."},
    {"package", "The package that it belongs to."},
    {"parameters", "What it was trained with, as JSON."},
    {"params", "The run's parameters, as JSON."},
    {"partition", "Its values: country=France."},
    {"partition_by", "The columns whose values are its partitions."},
    {"path", "The file or folder."},
    {"position", "From 1."},
    {"promoted", "It is the one that shall serve."},
    {"published_at", "When, in UTC."},
    {"quarantined", "Failing rows that were kept."},
    {"queued_at", "When it was asked for, in UTC."},
    {"reason", "asked, refresh, or the schedule that began it."},
    {"receivers", "How many are to be told."},
    {"rejected_count", "Rows that became dead letters."},
    {"replaced_count", "Rows of the delivery before, which went."},
    {"replaces", "The import whose delivery it corrects."},
    {"root", "The folder of crawled files."},
    {"row_count", "Rows."},
    {"row_estimate", "Rows, as the database estimates."},
    {"rows_in", "Rows that were read."},
    {"rows_out", "Rows that were made."},
    {"run", "What made it: a run's number, an import, a crawl."},
    {"run_id", "The run's number."},
    {"runs", "The runs that it began."},
    {"schedule", "The schedule or sensor."},
    {"schema_name", "The table's schema."},
    {"seen_at", "When it was surveyed, in UTC."},
    {"served", "It serves."},
    {"source", "The source whose table it went to."},
    {"sql", "The statement that was run."},
    {"sql_hash", "Of the statement that made it: other SQL, another hash."},
    {"started_at", "When it began, in UTC."},
    {"state", "How far it is, or how it ended."},
    {"steps", "What it does, in order."},
    {"subject", "What it is about."},
    {"table_name", "The table."},
    {"table_schema", "Its schema in the database."},
    {"table_version", "The version of the table that it made."},
    {"text", "What was told."},
    {"timezone", "In which its times are meant."},
    {"title", "In one line."},
    {"total", "Rows that were looked at."},
    {"type", "As portable SQL writes it."},
    {"version", "The table's version."},
    {"waiting", "What still has to happen."},
    {"when", "When it starts."},
};

template <std::size_t n>
std::string text_of(const Text (&texts)[n], std::string_view name) {
    for (const auto& [known, text] : texts) {
        if (known == name) return std::string(text);
    }
    return "";
}

Result<void> add_system(engine::Engine& engine, std::vector<catalog::Declaration>& declared) {
    for (const std::string& text : engine.table_names()) {
        const auto name = catalog::parse_table_name(text);
        if (!name.ok() || name->schema != "system") continue;
        catalog::Declaration& table = declared.emplace_back();
        table.name = *name;
        table.kind = catalog::Kind::System;
        table.layer = "system";
        table.description = text_of(tables, name->table);
        for (const auto& column : TRY(engine.explain_columns("SELECT * FROM " + text)))
            table.columns.push_back({column.name, column.type, text_of(columns, column.name)});
    }
    return {};
}

}  // namespace

Result<std::vector<catalog::Declaration>> declare_tables(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
) {
    std::vector<catalog::Declaration> tables = declare_sources(declared);
    for (catalog::Declaration& table : declare_assets(graph)) tables.push_back(std::move(table));
    TRY(add_system(engine, tables));
    return tables;
}

}  // namespace tradewind::app
