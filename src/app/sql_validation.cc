#include "app/asset_validation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "app/assets.h"
#include "base/metrics.h"
#include "engine/engine.h"
#include "os/random.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"

namespace tradewind::app {

namespace {

// An engine of its own, with nothing in it; its folder goes with it.
class EmptyEngine {
public:
    EmptyEngine()
        : folder_(std::filesystem::temp_directory_path() / ("tradewind-" + os::random_id())) {}
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

quality::FindColumns source_columns(const Declarations& declared) {
    return [sources = declare_sources(declared)](const catalog::TableName& name
           ) -> Result<std::vector<catalog::Column>> {
        for (const catalog::Declaration& source : sources) {
            if (source.name == name) return source.columns;
        }
        return Error(ErrorCode::NotFound, "there is no table " + name.text());
    };
}

// Which columns an asset will have is the business of those who plan the assets.
bool reads_assets(
    const quality::Check& check, const pipeline::AssetGraph& graph, engine::Engine& engine
) {
    if (check.to && graph.find(*check.to) != nullptr) return true;
    if (check.sql.empty()) return false;
    const auto uses = engine.tables_of(check.sql);
    return uses.ok() && std::ranges::any_of(*uses, [&](const engine::TableUse& use) {
               return graph.find(use.name) != nullptr;
           });
}

Result<std::vector<Error>> faults_of(const Declarations& declared, std::size_t& asset_count) {
    EmptyEngine empty;
    engine::Engine& engine = *TRY(empty.open());
    const pipeline::AssetGraph graph = TRY(read_asset_graph(declared, engine));
    asset_count = graph.assets.size();
    const quality::FindColumns find = source_columns(declared);
    std::vector<Error> faults = pipeline::validate_assets(graph, engine, find);
    for (quality::TableChecks& checks : TRY(read_checks(declared, graph))) {
        if (graph.find(checks.table) != nullptr) continue;
        std::erase_if(checks.checks, [&](const quality::Check& check) {
            return reads_assets(check, graph, engine);
        });
        for (Error& fault : quality::validate(engine, checks, find))
            faults.push_back(std::move(fault));
    }
    return faults;
}

}  // namespace

std::vector<Finding> examine_assets(const Declarations& declared) {
    std::size_t asset_count = 0;
    const auto faults = faults_of(declared, asset_count);
    if (!faults.ok()) return {failed("assets", faults.error())};
    std::vector<Finding> findings;
    for (const Error& fault : *faults) findings.push_back(failed("assets", fault));
    if (findings.empty() && asset_count > 0) {
        findings.push_back(
            {"assets",
             Health::Ok,
             std::to_string(asset_count) + " can be planned, and what is checked is there",
             ""}
        );
    }
    return findings;
}

}  // namespace tradewind::app
