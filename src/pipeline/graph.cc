// Which asset reads which: names are resolved, cycles found, and the assets put in order.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "os/time_zone.h"
#include "pipeline/asset_yaml.h"
#include "pipeline/export.h"
#include "pipeline/interactions.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_inputs.h"
#include "recipe/recipe.h"

namespace tradewind::pipeline {

namespace {

class GraphBuilder {
public:
    GraphBuilder(engine::Engine& engine, const KnownTable& known)
        : engine_(engine), known_(known) {}

    Result<void> add(const package::Package& package) {
        for (const package::SqlAsset& file : package.assets)
            TRY(add_asset(TRY(parse_sql_asset(package, file))));
        for (const package::YamlFile& file : package.asset_files) {
            for (Asset& asset : TRY(parse_asset_file(package, file)))
                TRY(add_asset(std::move(asset)));
        }
        for (const package::YamlFile& file : package.recipes) {
            auto asset = TRY(parse_recipe_asset(package, file));
            if (asset) TRY(add_asset(std::move(*asset)));
        }
        return add_rules(package);
    }

    Result<AssetGraph> build() {
        for (auto& [name, asset] : assets_) TRY(resolve_inputs(asset));
        for (const auto& [name, asset] : assets_) TRY(visit(name));
        TRY(check_places());
        return std::move(graph_);
    }

private:
    Result<void> add_rules(const package::Package& package) {
        PackageRules& rules = graph_.packages[package.name];
        const yaml::Node timezone = package.manifest["timezone"];
        rules.timezone = TRY(timezone.text_or(rules.timezone));
        const auto zone = os::find_time_zone(rules.timezone);
        if (!zone.ok()) return timezone.error(zone.error().message());
        const yaml::Node publish = package.manifest["publish"];
        if (!publish.present()) return {};
        const std::string how = TRY(publish.text());
        if (how == "together") rules.published_together = true;
        if (how == "together" || how == "each") return {};
        return std::move(publish.error("publish is each or together, not '" + how + "'"))
            .with_hint(
                "each (as if left out): a table at once when it is made; together: all "
                "tables of a run or none."
            );
    }

    // Two in one place would each take the other's files for their own.
    Result<void> check_places() const {
        std::map<std::string, const Asset*> owners;
        for (const Asset& asset : graph_.assets) {
            if (asset.materialize == Materialize::View) continue;
            const std::string place = asset.stored() ? asset.dataset() : export_path("", asset);
            const auto [other, fresh] = owners.emplace(place, &asset);
            if (fresh) continue;
            return Error(
                       ErrorCode::InvalidArgument,
                       asset.name.text() + " and " + other->second->name.text() +
                           " have the same place, " + place
            )
                .at({asset.path, 0, 0});
        }
        return {};
    }

    Result<void> add_asset(Asset asset) {
        const catalog::TableName name = asset.name;
        if (known_(name)) {
            return Error(ErrorCode::InvalidArgument, "there is another table " + name.text())
                .at({asset.path, 0, 0});
        }
        const auto [other, fresh] = assets_.emplace(name, std::move(asset));
        if (fresh) return {};
        return Error(ErrorCode::InvalidArgument, "the asset " + name.text() + " is there twice")
            .at({other->second.path, 0, 0});
    }

    static Error at_use(const Asset& asset, const engine::TableUse& use, std::string message) {
        return Error(ErrorCode::InvalidArgument, std::move(message))
            .at({asset.path, static_cast<int>(use.line), static_cast<int>(use.column)});
    }

    Result<std::vector<engine::TableUse>> uses_of(const Asset& asset) {
        if (!asset.recipe.present()) {
            auto uses = engine_.tables_of(asset.sql);
            if (!uses.ok()) return placed_in_asset(uses.error(), asset);
            if (asset.interactions == nullptr) return uses;
            for (engine::TableUse& use : *uses) {
                use.line = asset.checks.at.line;
                use.column = asset.checks.at.column;
            }
            return uses;
        }
        std::vector<engine::TableUse> uses;
        const recipe::Recipe parsed = TRY(recipe::parse_recipe(asset.recipe));
        for (const catalog::TableName& name : TRY(recipe::tables_of(parsed)))
            uses.push_back({name, asset.recipe.where().line, 0});
        return uses;
    }

    // A bare name is the package's own asset, or its only table of that name anywhere.
    Result<void> resolve_inputs(Asset& asset) {
        TRY(resolve_interactions(asset));
        asset.inputs = TRY(uses_of(asset));
        for (engine::TableUse& use : asset.inputs) {
            if (use.name.schema.empty()) use.name.schema = schema_for(asset, use.name.table);
            if (use.name == asset.name) return at_use(asset, use, "the asset reads itself");
            if (assets_.contains(use.name)) {
                if (assets_.at(use.name).materialize == Materialize::Export)
                    return at_use(asset, use, use.name.text() + " is an export, not a table");
                continue;
            }
            if (use.name == params_name) {
                if (asset.materialize == Materialize::View)
                    return at_use(
                        asset, use, "a view is read outside of runs, and has no run.params"
                    );
                continue;
            }
            if (!known_(use.name)) return unknown(asset, use);
        }
        return choose_incremental_input(asset);
    }

    // What the kernel reads, whatever tables stand between in the SQL.
    Result<void> resolve_interactions(Asset& asset) const {
        if (asset.interactions == nullptr) return {};
        const Interactions& all = *asset.interactions;
        for (const auto& [name, node] :
             {std::pair(all.orders, all.orders_node), std::pair(all.lines, all.lines_node)}) {
            auto table = catalog::parse_table_name(name);
            engine::TableUse use;
            use.line = node["table"].where().line;
            use.column = node["table"].where().column;
            if (table.ok()) use.name = *table;
            if (!table.ok()) use.name.table = name;
            if (use.name.schema.empty()) use.name.schema = schema_for(asset, use.name.table);
            if (!assets_.contains(use.name) && !known_(use.name)) return unknown(asset, use);
            asset.interaction_inputs.push_back(std::move(use));
        }
        return {};
    }

    std::string schema_for(const Asset& asset, const std::string& table) const {
        if (assets_.contains({asset.package, table})) return asset.package;
        return known_({"raw", table}) ? "raw" : asset.package;
    }

    Error unknown(const Asset& asset, const engine::TableUse& use) const {
        std::vector<std::string> names;
        for (const auto& [name, other] : assets_) names.push_back(name.text());
        const auto near = nearest(use.name.text(), {names.begin(), names.end()});
        return at_use(asset, use, "there is no table " + use.name.text())
            .with_hint(
                near ? "Did you mean " + *near + "?"
                     : "A table is a source (raw.<source>), an asset, or found by a crawl."
            );
    }

    static Result<void> choose_incremental_input(Asset& asset) {
        if (asset.materialize != Materialize::Files) return {};
        const auto reads = [&](const catalog::TableName& name) {
            return std::any_of(asset.inputs.begin(), asset.inputs.end(), [&](const auto& use) {
                return use.name == name;
            });
        };
        if (asset.incremental_input.table.empty() && asset.inputs.size() == 1)
            asset.incremental_input = asset.inputs[0].name;
        if (reads(asset.incremental_input)) return {};
        return Error(ErrorCode::InvalidArgument, "materialize: files needs input:")
            .with_hint("Name the table whose new files bring new rows.")
            .at({asset.path, 0, 0});
    }

    Result<void> visit(const catalog::TableName& name) {
        if (done_.contains(name)) return {};
        const auto begun = std::find(path_.begin(), path_.end(), name);
        if (begun != path_.end()) return cycle(begun);
        path_.push_back(name);
        const Asset& asset = assets_.at(name);
        for (const engine::TableUse& use : asset.inputs) {
            if (assets_.contains(use.name)) TRY(visit(use.name));
        }
        path_.pop_back();
        done_.insert(name);
        graph_.assets.push_back(asset);
        return {};
    }

    Error cycle(std::vector<catalog::TableName>::const_iterator begin) const {
        std::string chain;
        for (auto at = begin; at != path_.end(); ++at) chain += at->text() + " reads ";
        return Error(ErrorCode::InvalidArgument, "assets read each other in a circle")
            .with_detail(chain + begin->text() + ".")
            .at({assets_.at(*begin).path, 0, 0});
    }

    engine::Engine& engine_;
    const KnownTable& known_;
    std::map<catalog::TableName, Asset> assets_;
    std::vector<catalog::TableName> path_;
    std::set<catalog::TableName> done_;
    AssetGraph graph_;
};

}  // namespace

const char* to_string(Materialize materialize) {
    switch (materialize) {
        case Materialize::View:
            return "view";
        case Materialize::Table:
            return "table";
        case Materialize::Partitions:
            return "partitions";
        case Materialize::Files:
            return "files";
        case Materialize::InsertOverwrite:
            return "insert_overwrite";
        case Materialize::Export:
            return "export";
    }
    return "table";
}

const Asset* AssetGraph::find(const catalog::TableName& name) const {
    const auto found = std::find_if(assets.begin(), assets.end(), [&](const Asset& asset) {
        return asset.name == name;
    });
    return found == assets.end() ? nullptr : &*found;
}

Result<AssetGraph> read_assets(
    const std::vector<package::Package>& packages, engine::Engine& engine, const KnownTable& known
) {
    GraphBuilder builder(engine, known);
    for (const package::Package& package : packages) TRY(builder.add(package));
    return builder.build();
}

}  // namespace tradewind::pipeline
