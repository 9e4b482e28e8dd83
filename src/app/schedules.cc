#include "app/schedules.h"

#include <algorithm>
#include <utility>

#include "app/assets.h"
#include "app/notifications.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

constexpr std::int64_t condition_timeout_us = 60'000'000;
constexpr std::int64_t runs_looked_at = 1000;

bool reads_system(engine::Engine& engine, const std::string& sql) {
    const auto uses = engine.tables_of(sql);
    return uses.ok() && std::ranges::any_of(*uses, [](const engine::TableUse& use) {
               return use.name.schema == "system" || use.name.schema == "quarantine";
           });
}

// The first value of the first row; no row and null are false.
Result<bool> first_value_is_true(engine::Engine& engine, const std::string& sql) {
    engine::QueryRequest request;
    request.sql = sql;
    request.rows_max = 1;
    request.timeout_us = condition_timeout_us;
    const auto result = TRY(engine.query(request));
    std::string row;
    if (TRY(result->append_rows(engine::ResultFormat::Csv, row)) == 0) return false;
    const std::string value = to_lower_ascii(trim(split(split(row, '\n').front(), ',').front()));
    if (value == "true") return true;
    const auto number = parse_double(value);
    return number && *number != 0;
}

Result<std::int64_t> version_of(catalog::Catalog& catalog, const std::string& table) {
    const auto name = TRY(catalog::parse_table_name(table));
    const auto info = catalog.show(name);
    if (info.ok()) return info->version.number;
    // A crawled table that nobody has crawled yet.
    if (info.error().code() == ErrorCode::NotFound) return std::int64_t{0};
    return info.error();
}

Result<std::vector<schedule::RunFact>> runs_after(
    pipeline::Pipeline& pipeline, std::int64_t after
) {
    std::vector<schedule::RunFact> facts;
    constexpr std::int64_t few = 20;
    for (const std::int64_t limit : {few, runs_looked_at}) {
        facts.clear();
        const auto runs = TRY(pipeline.list(limit));
        for (const pipeline::Run& run : runs) {
            if (run.id > after) facts.push_back({run.id, run.package, to_string(run.state)});
        }
        const bool all =
            facts.size() < runs.size() || static_cast<std::int64_t>(runs.size()) < limit;
        if (all) break;
    }
    return facts;
}

StepParts step_parts(const SchedulesParts& from) {
    const api::Services& services = from.services;
    StepParts parts;
    parts.declared = &from.declared;
    parts.graph = &services.pipeline->graph();
    parts.pipeline = services.pipeline;
    parts.crawler = services.crawler;
    parts.quality = services.quality;
    parts.importer = services.importer;
    parts.extractor = services.extractor;
    parts.models = services.models;
    parts.bring_in = services.bring_in;
    parts.database = &from.database;
    parts.files = &from.files;
    parts.web = &from.web;
    parts.clock = services.clock;
    parts.environment = os::process_variables();
    parts.landing_folder = services.landing_folder;
    parts.lake_root = os::parent_folder(services.lake->absolute("raw"));
    return parts;
}

std::vector<Error> faults_of_conditions(
    const std::vector<schedule::Trigger>& triggers, engine::Engine& engine
) {
    std::vector<Error> faults;
    for (const schedule::Trigger& trigger : triggers) {
        for (const schedule::Step& step : trigger.steps) {
            if (step.when != schedule::When::Condition) continue;
            const auto planned = engine.explain_columns(step.condition);
            if (planned.ok() || reads_system(engine, step.condition)) continue;
            const Error& error = planned.error();
            faults.push_back(Error(ErrorCode::InvalidArgument, "when: " + error.message())
                                 .with_detail(error.detail())
                                 .with_hint(error.hint())
                                 .at(step.at));
        }
    }
    return faults;
}

bool has_checks(
    const std::string& package, const Declarations& declared, const pipeline::AssetGraph& graph
) {
    for (const quality::TableChecks& table : read_checks(declared, graph)) {
        if (table.package == package) return true;
    }
    // Those of what has a fault come back with it.
    const bool faulty = std::ranges::any_of(graph.faulty, [&](const pipeline::FaultyAsset& one) {
        return one.asset.package == package;
    });
    return faulty || std::ranges::any_of(declared.packages, [&](const package::Package& one) {
               return one.name == package && !one.faults.empty();
           });
}

// A job that checks a package which claims nothing could only fail.
std::vector<Error> faults_of_checks(
    const std::vector<schedule::Trigger>& triggers,
    const Declarations& declared,
    const pipeline::AssetGraph& graph
) {
    std::vector<Error> faults;
    for (const schedule::Trigger& trigger : triggers) {
        for (const schedule::Step& step : trigger.steps) {
            if (step.kind != "check" || !means_all_checks(step.argument)) continue;
            if (has_checks(trigger.package, declared, graph)) continue;
            faults.push_back(
                Error(
                    ErrorCode::InvalidArgument,
                    "package " + trigger.package + " has no checks for this step to run"
                )
                    .with_hint(
                        "Write checks: into the header of an asset, or checks/TABLE.yml, or name "
                        "tables that have some: check: {tables: [raw.orders]}."
                    )
                    .at(step.at)
            );
        }
    }
    return faults;
}

}  // namespace

Result<std::vector<schedule::Trigger>> read_schedules(
    const Declarations& declared, const schedule::StepKinds& kinds
) {
    std::vector<schedule::Trigger> all;
    for (const package::Package& package : declared.packages) {
        for (schedule::Trigger& trigger : TRY(schedule::read_triggers(package, kinds)))
            all.push_back(std::move(trigger));
    }
    TRY(schedule::check_circles(all, kinds));
    return all;
}

std::vector<Finding> examine_schedules(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
) {
    StepParts parts;
    parts.declared = &declared;
    parts.graph = &graph;
    const schedule::StepKinds kinds = make_step_kinds(parts);
    std::vector<Finding> findings;
    std::vector<schedule::Trigger> all;
    for (const package::Package& package : declared.packages) {
        auto triggers = schedule::read_triggers(package, kinds);
        if (!triggers.ok()) {
            findings.push_back(failed("schedules", triggers.error()));
            continue;
        }
        for (schedule::Trigger& trigger : *triggers) all.push_back(std::move(trigger));
    }
    const auto circles = schedule::check_circles(all, kinds);
    if (!circles.ok()) findings.push_back(failed("schedules", circles.error()));
    for (const Error& fault : faults_of_conditions(all, engine))
        findings.push_back(failed("schedules", fault));
    for (const Error& fault : faults_of_checks(all, declared, graph))
        findings.push_back(failed("schedules", fault));
    if (findings.empty() && !all.empty())
        findings.push_back(
            {"schedules", Health::Ok, std::to_string(all.size()) + " can start what they name", ""}
        );
    return findings;
}

Result<std::unique_ptr<schedule::Scheduler>> open_schedules(const SchedulesParts& parts) {
    const api::Services& services = parts.services;
    schedule::SchedulerOptions options;
    options.landing_folder = services.landing_folder;
    options.own_thread = parts.options.clock == nullptr;
    options.watch = parts.options.listen || !options.own_thread;
    schedule::SchedulerParts lent;
    lent.kinds = make_step_kinds(step_parts(parts));
    lent.triggers = TRY(read_schedules(parts.declared, lent.kinds));
    lent.database = &parts.database;
    lent.files = &parts.files;
    lent.clock = services.clock;
    lent.metrics = services.metrics;
    lent.tell = [notifier = services.notifier](const schedule::Notice& notice) -> Result<void> {
        if (notifier == nullptr) return {};
        return notifier->tell(notice_of(notice));
    };
    lent.on_job = [events = services.events](const schedule::Job& job) {
        if (events != nullptr) events->on_job(job);
    };
    lent.table_version = [catalog = services.catalog](const std::string& table) {
        return version_of(*catalog, table);
    };
    lent.runs_after = [pipeline = services.pipeline](std::int64_t after) {
        return runs_after(*pipeline, after);
    };
    lent.holds = [services](const std::string& sql) -> Result<bool> {
        if (reads_system(*services.engine, sql)) TRY(api::refresh_system_tables(services, sql));
        return first_value_is_true(*services.engine, sql);
    };
    auto scheduler = TRY(schedule::open_scheduler(std::move(options), std::move(lent)));
    TRY(scheduler->start());
    return scheduler;
}

}  // namespace tradewind::app
