#include "pipeline/lineage_events.h"

#include <array>
#include <utility>

#include "base/hash.h"
#include "base/time.h"

namespace tradewind::pipeline {

namespace {

using json::Value;

constexpr const char* event_schema =
    "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

// Null: nothing is told of that state.
const char* event_type(RunState state) {
    switch (state) {
        case RunState::Running:
            return "START";
        case RunState::Succeeded:
            return "COMPLETE";
        case RunState::Failed:
            return "FAIL";
        case RunState::Cancelled:
            return "ABORT";
        default:
            return nullptr;
    }
}

// A version 7 UUID whose random part is a hash: the same after a restart, so that who heard of the
// beginning of a run that was cut off recognises its end.
std::string uuid_of(Timestamp at, const std::string& identity) {
    constexpr const char* hex = "0123456789abcdef";
    const std::string hash = hash128(identity);
    std::string id(12, '0');
    auto ms = static_cast<std::uint64_t>(at.micros / 1000);
    for (auto digit = id.rbegin(); digit != id.rend(); ++digit, ms >>= 4) *digit = hex[ms & 15];
    id.insert(8, "-");
    const std::size_t variant = std::string_view(hex).find(hash[3]) % 4 + 8;
    return id + "-7" + hash.substr(0, 3) + "-" + hex[variant] + hash.substr(4, 3) + "-" +
           hash.substr(7, 12);
}

std::string run_identity(const OpenLineageOptions& options, const Run& run) {
    return options.job_namespace + "\n" + std::to_string(run.id) + "\n" +
           std::to_string(run.queued_at.micros);
}

std::string run_id(const OpenLineageOptions& options, const Run& run) {
    return uuid_of(run.started_at, run_identity(options, run));
}

std::string utc(Timestamp at) {
    return format_iso(at) + "Z";
}

// The end of one that was cut off is the end of its run.
Timestamp event_time(const Run& run, const AssetRun& asset) {
    if (asset.state == RunState::Running) return asset.started_at;
    return asset.finished_at.micros != 0 ? asset.finished_at : run.finished_at;
}

}  // namespace

Value LineageEvents::facet(const std::string& name, const std::string& version) const {
    Value facet = Value::object();
    facet.set("_producer", options_.producer);
    facet.set(
        "_schemaURL",
        "https://openlineage.io/spec/facets/" + version + "/" + name + ".json#/$defs/" + name
    );
    return facet;
}

Value LineageEvents::event(const char* type, Timestamp at) const {
    Value event = Value::object();
    event.set("eventType", type);
    event.set("eventTime", utc(at));
    event.set("producer", options_.producer);
    event.set("schemaURL", event_schema);
    return event;
}

Value LineageEvents::run_object(const std::string& id) const {
    Value run = Value::object();
    run.set("runId", id);
    Value engine = facet("ProcessingEngineRunFacet", "1-1-1");
    engine.set("name", "Tradewind");
    engine.set("version", options_.version);
    run.set("facets", Value::object()).set("processing_engine", std::move(engine));
    return run;
}

Value LineageEvents::job_object(const std::string& name, const char* type) const {
    Value job = Value::object();
    job.set("namespace", options_.job_namespace);
    job.set("name", name);
    Value kind = facet("JobTypeJobFacet", "2-0-3");
    kind.set("processingType", "BATCH");
    kind.set("integration", "TRADEWIND");
    kind.set("jobType", type);
    job.set("facets", Value::object()).set("jobType", std::move(kind));
    return job;
}

Value LineageEvents::dataset(const catalog::TableName& name) const {
    Value dataset = Value::object();
    dataset.set("namespace", options_.job_namespace);
    dataset.set("name", name.text());
    return dataset;
}

void LineageEvents::add_error(Value& facets, const std::string& message) const {
    if (message.empty()) return;
    Value error = facet("ErrorMessageRunFacet", "1-0-1");
    error.set("message", message);
    error.set("programmingLanguage", "SQL");
    facets.set("errorMessage", std::move(error));
}

void LineageEvents::add_parent(Value& facets, const Run& run) const {
    Value parent = facet("ParentRunFacet", "1-1-0");
    parent.set("run", Value::object()).set("runId", run_id(options_, run));
    Value& job = parent.set("job", Value::object());
    job.set("namespace", options_.job_namespace);
    job.set("name", run.package);
    facets.set("parent", std::move(parent));
}

void LineageEvents::add_schema(Value& facets, const std::vector<catalog::Column>& columns) const {
    if (columns.empty()) return;
    Value schema = facet("SchemaDatasetFacet", "1-1-1");
    Value& fields = schema.set("fields", Value::array());
    for (const catalog::Column& column : columns) {
        Value& field = fields.add(Value::object());
        field.set("name", column.name);
        field.set("type", column.type);
        if (!column.description.empty()) field.set("description", column.description);
    }
    facets.set("schema", std::move(schema));
}

void LineageEvents::add_version(Value& facets, std::int64_t version) const {
    if (version == 0) return;
    Value facet_value = facet("DatasetVersionDatasetFacet", "1-0-1");
    facet_value.set("datasetVersion", std::to_string(version));
    facets.set("version", std::move(facet_value));
}

void LineageEvents::add_columns(Value& facets, const std::vector<catalog::ColumnLineage>& lineage)
    const {
    if (lineage.empty()) return;
    Value columns = facet("ColumnLineageDatasetFacet", "1-2-0");
    Value& fields = columns.set("fields", Value::object());
    for (const catalog::ColumnLineage& column : lineage) {
        if (column.from.empty()) continue;
        Value& inputs =
            fields.set(column.column, Value::object()).set("inputFields", Value::array());
        for (const std::string& source : column.from) {
            const std::size_t dot = source.find('.', source.find('.') + 1);
            const auto table = catalog::parse_table_name(source.substr(0, dot));
            if (dot == std::string::npos || !table.ok()) continue;
            inputs.add(dataset(*table)).set("field", source.substr(dot + 1));
        }
    }
    facets.set("columnLineage", std::move(columns));
}

void LineageEvents::add_job_facets(Value& job, const Asset& asset, const AssetRun& outcome) const {
    Value facets = *job.find("facets");
    if (!asset.description.empty()) {
        Value words = facet("DocumentationJobFacet", "1-0-1");
        words.set("description", asset.description);
        facets.set("documentation", std::move(words));
    }
    const std::string& query = outcome.sql.empty() ? asset.sql : outcome.sql;
    if (!query.empty()) {
        Value sql = facet("SQLJobFacet", "1-0-1");
        sql.set("query", query);
        facets.set("sql", std::move(sql));
    }
    job.set("facets", std::move(facets));
}

Value LineageEvents::input(const catalog::InputVersion& input) const {
    const auto name = catalog::parse_table_name(input.table);
    CHECK(name.ok());
    Value object = dataset(*name);
    Value facets = Value::object();
    const auto info = parts_.catalog->show(*name);
    if (info.ok()) add_schema(facets, info->columns);
    add_version(facets, input.version);
    object.set("facets", std::move(facets));
    if (input.version == 0 || !info.ok() || info->declared.dataset.empty()) return object;
    const auto version = parts_.lake->version(info->declared.dataset, input.version);
    if (!version.ok()) return object;
    Value metrics = facet("DataQualityMetricsInputDatasetFacet", "1-0-2");
    metrics.set("rowCount", version->row_count());
    metrics.set("bytes", static_cast<std::int64_t>(version->bytes()));
    metrics.set("fileCount", static_cast<std::int64_t>(version->files.size()));
    metrics.set("columnMetrics", Value::object());
    object.set("inputFacets", Value::object()).set("dataQualityMetrics", std::move(metrics));
    return object;
}

// A version tells what was read; before there is one, planning tells what will be.
LineageEvents::Made LineageEvents::made(const Asset& asset, const AssetRun& outcome) const {
    Made made;
    const auto planned = parts_.plan();
    const auto plan = planned->find(asset.name);
    if (plan != planned->end()) {
        made.columns = plan->second.columns;
        for (const std::string& input : plan->second.inputs) made.inputs.push_back({input, 0});
        for (const catalog::ColumnLinks& links : plan->second.lineage)
            made.lineage.push_back({links.column, links.from});
    }
    if (!asset.stored() || outcome.version == 0) return made;
    const auto version = parts_.lake->version(asset.dataset(), outcome.version);
    if (!version.ok()) return made;
    catalog::Provenance known = catalog::provenance_from(version->extra);
    if (!known.columns.empty()) made.columns = std::move(known.columns);
    if (!known.inputs.empty()) made.inputs = std::move(known.inputs);
    if (!known.lineage.empty()) made.lineage = std::move(known.lineage);
    return made;
}

Value LineageEvents::output(const Asset& asset, const AssetRun& outcome, const Made& made) const {
    Value object = dataset(asset.name);
    if (asset.materialize == Materialize::Export) {
        object.set("namespace", "file");
        object.set("name", export_path(parts_.export_folder, asset));
    }
    Value facets = Value::object();
    add_schema(facets, made.columns);
    add_columns(facets, made.lineage);
    add_version(facets, outcome.version);
    object.set("facets", std::move(facets));
    const bool rows =
        outcome.state == RunState::Succeeded && asset.materialize != Materialize::View;
    if (!rows) return object;
    Value statistics = facet("OutputStatisticsOutputDatasetFacet", "1-0-2");
    statistics.set("rowCount", outcome.rows_out);
    statistics.set("size", outcome.bytes_out);
    statistics.set("fileCount", outcome.files_written + outcome.files_kept);
    object.set("outputFacets", Value::object()).set("outputStatistics", std::move(statistics));
    return object;
}

std::optional<std::string> LineageEvents::of_run(const Run& run) const {
    const char* type = event_type(run.state);
    if (type == nullptr || run.started_at.micros == 0) return std::nullopt;
    const bool begins = run.state == RunState::Running;
    Value event = this->event(type, begins ? run.started_at : run.finished_at);
    Value about = run_object(run_id(options_, run));
    Value facets = *about.find("facets");
    add_error(facets, run.state == RunState::Failed ? run.message : "");
    about.set("facets", std::move(facets));
    event.set("run", std::move(about));
    event.set("job", job_object(run.package, "DAG"));
    event.set("inputs", Value::array());
    event.set("outputs", Value::array());
    return event.dump();
}

std::optional<std::string> LineageEvents::of_asset(const Run& run, const AssetRun& outcome) const {
    const char* type = event_type(outcome.state);
    const auto name = catalog::parse_table_name(outcome.asset);
    const Asset* asset = name.ok() ? parts_.graph.find(*name) : nullptr;
    if (type == nullptr || asset == nullptr || outcome.started_at.micros == 0) return std::nullopt;
    Value event = this->event(type, event_time(run, outcome));
    Value about =
        run_object(uuid_of(outcome.started_at, run_identity(options_, run) + "\n" + outcome.asset));
    Value facets = *about.find("facets");
    add_parent(facets, run);
    add_error(facets, outcome.state == RunState::Failed ? outcome.message : "");
    about.set("facets", std::move(facets));
    event.set("run", std::move(about));
    Value job = job_object(outcome.asset, "TASK");
    add_job_facets(job, *asset, outcome);
    event.set("job", std::move(job));
    const Made made = this->made(*asset, outcome);
    Value& inputs = event.set("inputs", Value::array());
    for (const catalog::InputVersion& one : made.inputs) inputs.add(input(one));
    event.set("outputs", Value::array()).add(output(*asset, outcome, made));
    return event.dump();
}

}  // namespace tradewind::pipeline
