#include "app/sql_validation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "app/assets.h"
#include "app/dashboard_validation.h"
#include "app/lookups.h"
#include "app/models.h"
#include "app/schedules.h"
#include "base/metrics.h"
#include "engine/engine.h"
#include "os/random.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"

namespace tradewind::app {

namespace {

using FaultyTables = std::set<catalog::TableName>;

// Where there is none the engine says so.
std::filesystem::path temporary_folder() {
    std::error_code none;
    const auto folder = std::filesystem::temp_directory_path(none);
    return none ? std::filesystem::path("/tmp") : folder;
}

// An engine of its own, with nothing in it; its folder goes with it.
class EmptyEngine {
public:
    EmptyEngine() : folder_(temporary_folder() / ("tradewind-" + os::random_id())) {}
    ~EmptyEngine() {
        engine_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    EmptyEngine(const EmptyEngine&) = delete;
    EmptyEngine& operator=(const EmptyEngine&) = delete;

    Result<engine::Engine*> open() {
        engine::EngineOptions options;
        options.temp_folder = folder_.string();
        engine_ = TRY(engine::open_engine(options, metrics_));
        return engine_.get();
    }

private:
    const std::filesystem::path folder_;
    MetricsRegistry metrics_;
    std::unique_ptr<engine::Engine> engine_;
};

quality::FindColumns source_columns(const Declarations& declared, const CrawledColumns& crawled) {
    return [sources = declare_sources(declared),
            &crawled](const catalog::TableName& name) -> Result<std::vector<catalog::Column>> {
        for (const catalog::Declaration& source : sources) {
            if (source.name == name) return source.columns;
        }
        const auto found = crawled.find(name);
        if (found != crawled.end()) return found->second;
        return Error(ErrorCode::NotFound, "there is no table " + name.text());
    };
}

// One that can be made, or one that has a fault.
bool declares(const pipeline::AssetGraph& graph, const catalog::TableName& name) {
    return graph.find(name) != nullptr || graph.find_faulty(name) != nullptr;
}

// Which columns an asset will have is the business of those who plan the assets.
bool reads_assets(
    const quality::Check& check, const pipeline::AssetGraph& graph, engine::Engine& engine
) {
    if (check.to && declares(graph, *check.to)) return true;
    if (check.sql.empty()) return false;
    const auto uses = engine.tables_of(check.sql);
    return uses.ok() && std::ranges::any_of(*uses, [&](const engine::TableUse& use) {
               return declares(graph, use.name);
           });
}

std::vector<Error> faults_of_checks(
    std::vector<quality::TableChecks> tables,
    const pipeline::AssetGraph& graph,
    engine::Engine& engine,
    const quality::FindColumns& find
) {
    std::vector<Error> faults;
    for (quality::TableChecks& checks : tables) {
        if (declares(graph, checks.table)) continue;
        std::erase_if(checks.checks, [&](const quality::Check& check) {
            return reads_assets(check, graph, engine);
        });
        for (Error& fault : quality::validate(engine, checks, find))
            faults.push_back(std::move(fault));
    }
    return faults;
}

// Tables that are no assets, those that models write among them.
struct KnownColumns {
    pipeline::PlannedColumns planned;  // assets
    model::MadeColumns made;           // by models
};

KnownColumns know_columns(
    os::Filesystem& files,
    const Declarations& declared,
    const pipeline::AssetGraph& graph,
    engine::Engine& engine,
    const quality::FindColumns& find
) {
    KnownColumns known;
    known.planned = pipeline::plan_columns(graph, engine, find);
    using Columns = std::optional<std::vector<catalog::Column>>;
    known.made = model::plan_made_columns(
        model::read_models(files, declared.packages).models,
        [&](const catalog::TableName& name) -> Columns {
            const auto planned = known.planned.find(name);
            if (planned != known.planned.end()) return planned->second;
            auto source = find(name);
            return source.ok() ? Columns(std::move(source).take()) : std::nullopt;
        }
    );
    return known;
}

// Tables without rows, so that a statement over them can be planned. Views come after what they
// read; one that cannot be planned has been told of.
Result<void> publish_empty(
    const Declarations& declared,
    const CrawledColumns& crawled,
    const KnownColumns& known,
    engine::Engine& engine
) {
    for (const catalog::Declaration& source : declare_sources(declared)) {
        catalog::TableFiles table;
        table.name = source.name;
        table.columns = source.columns;
        TRY(engine.publish_table(table));
    }
    for (const auto* tables : {&crawled, &known.planned, &known.made}) {
        for (const auto& [name, columns] : *tables) {
            catalog::TableFiles table;
            table.name = name;
            table.columns = columns;
            TRY(engine.publish_table(table));
        }
    }
    return {};
}

// Those that are declared and cannot be planned: that has been told, and what reads them cannot be
// judged.
FaultyTables faulty_tables(
    const pipeline::AssetGraph& graph, const pipeline::PlannedColumns& planned
) {
    FaultyTables faulty;
    for (const pipeline::Asset& asset : graph.assets) {
        if (!planned.contains(asset.name)) faulty.insert(asset.name);
    }
    for (const pipeline::FaultyAsset& one : graph.faulty) faulty.insert(one.asset.name);
    return faulty;
}

bool reads_faulty(engine::Engine& engine, const std::string& sql, const FaultyTables& faulty) {
    const auto uses = engine.tables_of(sql);
    return uses.ok() && std::ranges::any_of(*uses, [&](const engine::TableUse& use) {
               if (!use.name.schema.empty()) return faulty.contains(use.name);
               return std::ranges::any_of(faulty, [&](const catalog::TableName& name) {
                   return name.table == use.name.table;
               });
           });
}

// What the platform fills while it runs is not there to plan with.
bool reads_system(engine::Engine& engine, const std::string& sql) {
    const auto uses = engine.tables_of(sql);
    return uses.ok() && std::ranges::any_of(*uses, [](const engine::TableUse& use) {
               return use.name.schema == "system" || use.name.schema == "quarantine";
           });
}

std::vector<Error> faults_of_queries(
    const Declarations& declared,
    engine::Engine& engine,
    const FaultyTables& faulty,
    std::size_t& query_count
) {
    std::vector<Error> faults;
    for (const package::Package& one : declared.packages) {
        for (const package::FileFault& fault : one.faults) {
            if (fault.folder == "queries") faults.push_back(fault.error);
        }
        for (const package::SavedQuery& query : one.queries) {
            const auto planned = engine.explain_columns(query.sql);
            if (!planned.ok() && reads_faulty(engine, query.sql, faulty)) continue;
            ++query_count;
            if (planned.ok() || reads_system(engine, query.sql)) continue;
            const std::string file = os::join(one.folder, "queries/" + query.name + ".sql");
            faults.push_back(engine::placed_in(planned.error(), file));
        }
    }
    return faults;
}

void report(
    std::vector<Finding>& findings,
    const std::string& subject,
    const std::vector<Error>& faults,
    std::size_t count,
    const std::string& fine
) {
    for (const Error& fault : faults) findings.push_back(failed(subject, fault));
    if (faults.empty() && count > 0)
        findings.push_back({subject, Health::Ok, std::to_string(count) + fine, ""});
}

// Only tables of the lake tell which rows a file brought.
std::vector<Error> faults_of_followed(
    const pipeline::AssetGraph& graph, const CrawledColumns& crawled
) {
    std::vector<Error> faults;
    for (const pipeline::Asset& asset : graph.assets) {
        const catalog::TableName& input = asset.incremental_input;
        if (asset.materialize != pipeline::Materialize::Files || graph.find(input) != nullptr ||
            !crawled.contains(input))
            continue;
        faults.push_back(Error(
                             ErrorCode::InvalidArgument,
                             "materialize: files follows tables of the lake, and " + input.text() +
                                 " was found by a crawl"
        )
                             .with_hint("Use materialize: table, or import those files as a source."
                             )
                             .at(asset.checks.at));
    }
    return faults;
}

Result<std::vector<Finding>> look_at_sql(
    os::Filesystem& files, const Declarations& declared, const CrawledColumns& crawled
) {
    EmptyEngine empty;
    engine::Engine& engine = *TRY(empty.open());
    const pipeline::AssetGraph graph = read_asset_graph(declared, crawled, engine);
    const quality::FindColumns sources = source_columns(declared, crawled);
    const KnownColumns known = know_columns(files, declared, graph, engine, sources);
    const quality::FindColumns find = [&](const catalog::TableName& name
                                      ) -> Result<std::vector<catalog::Column>> {
        const auto made = known.made.find(name);
        if (made != known.made.end() && graph.find(name) == nullptr) return made->second;
        return sources(name);
    };
    std::vector<Error> faults = graph.own_faults();
    for (Error& fault : pipeline::validate_assets(graph, engine, find))
        faults.push_back(std::move(fault));
    for (Error& fault : faults_of_followed(graph, crawled)) faults.push_back(std::move(fault));
    for (Error& fault : faults_of_checks(read_checks(declared, graph), graph, engine, find))
        faults.push_back(std::move(fault));
    std::vector<Finding> findings;
    report(
        findings,
        "assets",
        faults,
        graph.assets.size(),
        " can be planned, and what is checked is there"
    );
    TRY(publish_empty(declared, crawled, known, engine));
    const FaultyTables faulty = faulty_tables(graph, known.planned);
    std::size_t query_count = 0;
    const std::vector<Error> of_queries = faults_of_queries(declared, engine, faulty, query_count);
    report(findings, "queries", of_queries, query_count, " can be planned");
    for (Finding& finding : examine_lookups(declared, graph, engine, faulty))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_models(files, declared, graph))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_dashboards(files, declared, engine, faulty))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_schedules(declared, graph, engine))
        findings.push_back(std::move(finding));
    return findings;
}

// The source of a package has its name before a table that was crawled, which the next start
// renames.
std::vector<Finding> rename_crawled(const Declarations& declared, CrawledColumns& crawled) {
    std::vector<Finding> findings;
    for (const auto& contract : declared.contracts) {
        auto node = crawled.extract(catalog::TableName{"raw", contract->name()});
        if (node.empty()) continue;
        const std::string name = node.key().text();
        node.key().table += "_crawled";
        findings.push_back(
            {"crawled tables",
             Health::Warning,
             name + " is a source now: the crawled table of that name becomes " +
                 node.key().text() + " at the next start",
             "What shall go on reading the files where they lie must read " + node.key().text() +
                 "."}
        );
        crawled.insert(std::move(node));
    }
    return findings;
}

}  // namespace

std::vector<Finding> examine_sql(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    auto crawled = crawled_columns(files, paths.meta);
    if (!crawled.ok()) return {failed("assets", crawled.error())};
    std::vector<Finding> renamed = rename_crawled(declared, *crawled);
    auto findings = look_at_sql(files, declared, *crawled);
    if (!findings.ok()) return {failed("assets", findings.error())};
    for (Finding& finding : *findings) renamed.push_back(std::move(finding));
    return renamed;
}

std::vector<Finding> examine_assets(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    EmptyEngine empty;
    const auto engine = empty.open();
    if (!engine.ok()) return {failed("assets", engine.error())};
    const auto crawled = crawled_columns(files, paths.meta);
    if (!crawled.ok()) return {failed("assets", crawled.error())};
    std::vector<Finding> findings;
    for (const Error& fault : read_asset_graph(declared, *crawled, **engine).own_faults())
        findings.push_back(failed("assets", fault));
    return findings;
}

}  // namespace tradewind::app
