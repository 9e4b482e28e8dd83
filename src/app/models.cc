#include "app/models.h"

#include <algorithm>
#include <utility>

#include "app/system_catalog.h"
#include "base/log.h"
#include "base/text.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

bool is_known(
    const Declarations& declared, const pipeline::AssetGraph& graph, const catalog::TableName& name
) {
    if (graph.find(name) != nullptr || graph.find_faulty(name) != nullptr) return true;
    if (name.schema != "raw") return false;
    return std::ranges::any_of(declared.contracts, [&](const auto& contract) {
        return contract->name() == name.table;
    });
}

// Tables that a crawl may bring are nobody's to deny.
std::optional<Error> unknown_table(
    const Declarations& declared,
    const pipeline::AssetGraph& graph,
    const model::ModelSpec& spec,
    const catalog::TableName& name
) {
    if (name.schema == "raw" || is_known(declared, graph, name)) return std::nullopt;
    std::vector<std::string> names;
    for (const pipeline::Asset& asset : graph.assets) names.push_back(asset.name.text());
    const auto near = nearest(name.text(), {names.begin(), names.end()});
    return Error(
               ErrorCode::InvalidArgument,
               "model " + spec.name + " reads " + name.text() + ", which is not there"
    )
        .at(spec.at)
        .with_hint(near ? "Did you mean '" + *near + "'?" : "");
}

// Of its lists an asset may take the place; other tables are the model's alone.
std::optional<Error> taken_table(
    const pipeline::AssetGraph& graph,
    const model::ModelSpec& spec,
    const catalog::Declaration& made
) {
    if (made.name.table == "recommendations") return std::nullopt;
    if (graph.find(made.name) == nullptr && graph.find_faulty(made.name) == nullptr)
        return std::nullopt;
    return Error(
               ErrorCode::InvalidArgument,
               "model " + spec.name + " writes the table " + made.name.text() +
                   ", which the package makes itself"
    )
        .at(spec.at)
        .with_hint("Give the asset or the model another name.");
}

}  // namespace

Result<std::unique_ptr<model::Models>> open_models(const ModelsParts& parts) {
    model::ReadModels read = model::read_models(parts.files, parts.declared.packages);
    for (const Error& fault : read.faults)
        log::error("left out, for it has a fault", {{"fault", fault.describe()}});
    model::ModelOptions options;
    options.folder = os::join(parts.paths.data, "models");
    options.threads = parts.settings.engine.threads;
    options.load_at_once = parts.load_at_once;
    model::ModelParts lent;
    lent.models = std::move(read.models);
    lent.engine = parts.services.engine;
    lent.catalog = parts.services.catalog;
    lent.lake = parts.services.lake;
    lent.pipeline = parts.services.pipeline;
    lent.database = &parts.database;
    lent.files = &parts.files;
    lent.clock = parts.services.clock;
    lent.metrics = parts.services.metrics;
    lent.stream_position = [streams = parts.services.streams](const std::string& name) {
        const auto found = streams.find(name);
        return found == streams.end() ? std::int64_t{-1} : found->second->next().value;
    };
    return model::open_models(std::move(options), std::move(lent));
}

Result<std::vector<catalog::Declaration>> declare_all_tables(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
) {
    const auto files = os::make_posix_filesystem();
    std::vector<catalog::Declaration> tables = TRY(declare_tables(declared, graph, engine));
    for (catalog::Declaration& table :
         model::declare_lists(model::read_models(*files, declared.packages).models)) {
        const bool own =
            graph.find(table.name) != nullptr || graph.find_faulty(table.name) != nullptr;
        if (!own) tables.push_back(std::move(table));
    }
    return tables;
}

std::vector<Finding> examine_models(
    os::Filesystem& files, const Declarations& declared, const pipeline::AssetGraph& graph
) {
    const model::ReadModels read = model::read_models(files, declared.packages);
    std::vector<Finding> findings;
    for (const Error& fault : read.faults) findings.push_back(failed("models", fault));
    for (const model::ModelSpec& spec : read.models) {
        std::vector<catalog::TableName> tables{spec.interactions.table};
        if (spec.items) tables.push_back(spec.items->table);
        if (spec.features) tables.push_back(spec.features->table);
        if (spec.live) tables.push_back(spec.live->table);
        for (const catalog::TableName& table : tables) {
            if (const auto fault = unknown_table(declared, graph, spec, table))
                findings.push_back(failed("models", *fault));
        }
        for (const catalog::Declaration& made : model::declare_lists({spec})) {
            if (const auto fault = taken_table(graph, spec, made))
                findings.push_back(failed("models", *fault));
        }
    }
    if (findings.empty() && !read.models.empty()) {
        findings.push_back(
            {"models",
             Health::Ok,
             std::to_string(read.models.size()) + " read tables that are there",
             ""}
        );
    }
    return findings;
}

std::vector<Finding> examine_versions(os::Filesystem& files, const WorkspacePaths& paths) {
    std::vector<Finding> findings;
    for (const model::VersionFault& fault :
         model::verify_models(files, os::join(paths.data, "models"))) {
        findings.push_back(
            {"models",
             Health::Warning,
             "version " + std::to_string(fault.version) + " of " + fault.model +
                 " cannot be used: " + fault.reason,
             "The last good version serves. Train the model anew."}
        );
    }
    return findings;
}

}  // namespace tradewind::app
