// Which asset reads which: names are resolved, cycles found, and the assets put in order.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "os/time_zone.h"
#include "pipeline/asset_yaml.h"
#include "pipeline/check_order.h"
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

    void add(const package::Package& package) {
        const Result<void> rules = add_rules(package);
        if (!rules.ok()) of_packages_.emplace(package.name, rules.error());
        for (const package::SqlAsset& file : package.assets)
            add_asset(package, file.name, file.path, parse_sql_asset(package, file));
        for (const package::YamlFile& file : package.asset_files) add_file(package, file);
        for (const package::YamlFile& file : package.recipes) add_recipe(package, file);
        for (const package::FileFault& fault : package.faults) {
            if (fault.folder == "assets" || fault.folder == "recipes")
                add_asset(package, fault.name, fault.path, fault.error);
            // Nobody knows whose publication it was to stop.
            if (fault.folder == "checks") of_packages_.emplace(package.name, fault.error);
        }
    }

    // After all packages were added.
    void add_checks(const package::Package& package) {
        for (const package::YamlFile& file : package.checks) {
            auto checks = quality::parse_checks_file(package.name, file.document);
            if (!checks.ok()) {
                add_check_fault(package, file.document["table"], checks.error());
                continue;
            }
            const auto asset = assets_.find(checks->table);
            if (asset != assets_.end()) quality::append_checks(asset->second.checks, *checks);
        }
    }

    AssetGraph build() {
        for (auto& [name, asset] : assets_) {
            const auto of_package = of_packages_.find(asset.package);
            if (of_package != of_packages_.end()) mark(name, of_package->second);
            const Result<void> resolved = resolve_inputs(asset);
            if (!resolved.ok()) mark(name, resolved.error());
        }
        check_places();
        for (const auto& [name, asset] : assets_) find_circles(name);
        CheckOrder check_order(engine_, assets_);
        for (auto& [name, asset] : assets_) {
            const Result<void> placed = check_order.add(asset);
            if (!placed.ok()) mark(name, placed.error());
        }
        spread_faults();
        for (const auto& [name, asset] : assets_) visit(name);
        for (const auto& [package, fault] : of_packages_) {
            const bool told = std::ranges::any_of(assets_, [&](const auto& asset) {
                return asset.second.package == package;
            });
            if (!told) graph_.faults.push_back(fault);
        }
        return std::move(graph_);
    }

private:
    // The first that is found of an asset counts.
    void mark(const catalog::TableName& name, Error fault) {
        faults_.emplace(name, std::move(fault));
    }

    // A table's checks stop its publication: it is not made without those that cannot be read.
    void add_check_fault(const package::Package& package, const yaml::Node& table, Error fault) {
        const auto text = table.text();
        if (!text.ok()) {
            of_packages_.emplace(package.name, std::move(fault));
            return;
        }
        const bool full = text->find('.') != std::string::npos;
        const auto name = catalog::parse_table_name(full ? *text : package.name + "." + *text);
        if (name.ok() && assets_.contains(*name)) return mark(*name, std::move(fault));
        graph_.faults.push_back(std::move(fault));
    }

    void add_file(const package::Package& package, const package::YamlFile& file) {
        auto assets = parse_asset_file(package, file);
        if (!assets.ok()) {
            const std::string name = os::base_name(file.path);
            add_asset(package, name.substr(0, name.find('.')), file.path, assets.error());
            return;
        }
        for (Asset& asset : *assets) {
            std::string name = asset.name.table;
            add_asset(package, std::move(name), file.path, std::move(asset));
        }
    }

    void add_recipe(const package::Package& package, const package::YamlFile& file) {
        auto asset = parse_recipe_asset(package, file);
        if (asset.ok() && !*asset) return;
        const std::string stem = os::base_name(file.path);
        std::string name = file.document["recipe"].text().ok() ? file.document["recipe"].scalar()
                                                               : stem.substr(0, stem.find('.'));
        if (!asset.ok()) return add_asset(package, std::move(name), file.path, asset.error());
        add_asset(package, std::move(name), file.path, std::move(**asset));
    }

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
    void check_places() {
        std::map<std::string, const Asset*> owners;
        for (const auto& [name, asset] : assets_) {
            if (asset.materialize == Materialize::View) continue;
            const std::string place = asset.stored() ? asset.dataset() : export_path("", asset);
            const auto [other, fresh] = owners.emplace(place, &asset);
            if (fresh) continue;
            const Error fault = Error(
                                    ErrorCode::InvalidArgument,
                                    name.text() + " and " + other->second->name.text() +
                                        " have the same place, " + place
            )
                                    .at(place_of(asset));
            mark(name, fault);
            mark(other->second->name, fault);
        }
    }

    static SourceLocation place_of(const Asset& asset) {
        return asset.checks.at.line > 0 ? asset.checks.at : SourceLocation{asset.path, 0, 0};
    }

    void add_asset(
        const package::Package& package,
        std::string table,
        const std::string& path,
        Result<Asset> parsed
    ) {
        const catalog::TableName name{package.name, std::move(table)};
        Asset asset;
        if (parsed.ok()) {
            asset = std::move(parsed).take();
        } else {  // so that those that read it are told of its fault
            asset.package = package.name;
            asset.name = name;
            asset.path = os::join(package.folder, path);
            if (path.starts_with("assets/clean/")) asset.layer = "clean";  // as it is by default
            mark(name, parsed.error());
        }
        const auto at = place_of(asset);
        if (known_(name)) {
            mark(
                name,
                Error(ErrorCode::InvalidArgument, "there is another table " + name.text()).at(at)
            );
        }
        const auto [other, fresh] = assets_.emplace(name, std::move(asset));
        if (!fresh) {
            mark(
                name,
                Error(ErrorCode::InvalidArgument, "the asset " + name.text() + " is there twice")
                    .with_detail("The other one is " + other->second.path + ".")
                    .at(at)
            );
        }
    }

    static Error at_use(const Asset& asset, const engine::TableUse& use, std::string message) {
        return Error(ErrorCode::InvalidArgument, std::move(message))
            .at({asset.path, static_cast<int>(use.line), static_cast<int>(use.column)});
    }

    Result<std::vector<engine::TableUse>> uses_of(const Asset& asset) {
        if (!asset.recipe.present()) {
            auto uses = engine_.tables_of(asset.sql);
            if (!uses.ok()) return placed_in_asset(uses.error(), asset);
            if (!asset.generated()) return uses;
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
            if (use.name == asset.name)
                return at_use(asset, use, "the asset reads itself")
                    .with_hint("Read what it is made from, or give one of the two another name.");
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
            if (use.name.schema == "system") {
                return at_use(asset, use, "assets cannot read " + use.name.text())
                    .with_hint(
                        "It is the platform's own state, which has no versions that a run could "
                        "name. Ask it by a query, or save one as queries/NAME.sql."
                    );
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
            .at(place_of(asset));
    }

    void find_circles(const catalog::TableName& name) {
        if (looked_at_.contains(name)) return;
        path_.push_back(name);
        const Asset& asset = assets_.at(name);
        for (const engine::TableUse& use : asset.inputs) {
            if (!assets_.contains(use.name)) continue;
            const auto begun = std::find(path_.begin(), path_.end(), use.name);
            if (begun == path_.end()) {
                find_circles(use.name);
                continue;
            }
            const Error fault = circle(begun, use);
            for (auto at = begun; at != path_.end(); ++at) mark(*at, fault);
        }
        path_.pop_back();
        looked_at_.insert(name);
    }

    // `closing`: the use by the last of the path that leads back.
    Error circle(
        std::vector<catalog::TableName>::const_iterator begin, const engine::TableUse& closing
    ) const {
        std::string chain;
        for (auto at = begin; at != path_.end(); ++at) chain += at->text() + " reads ";
        return at_use(assets_.at(path_.back()), closing, "assets read each other in a circle")
            .with_detail(chain + begin->text() + ".")
            .with_hint("Take one of them apart, so that each reads only what is made before it.");
    }

    // What reads a faulty asset cannot be made either.
    void spread_faults() {
        std::set<catalog::TableName> own;
        for (const auto& [name, fault] : faults_) own.insert(name);
        bool again = true;
        while (again) {
            again = false;
            for (const auto& [name, asset] : assets_) {
                if (!faults_.contains(name)) again = inherits_fault(asset) || again;
            }
        }
        for (const auto& [name, fault] : faults_)
            graph_.faulty.push_back({assets_.at(name), fault, own.contains(name)});
    }

    bool inherits_fault(const Asset& asset) {
        for (const engine::TableUse& use : asset.inputs) {
            const auto fault = faults_.find(use.name);
            if (fault == faults_.end()) continue;
            mark(
                asset.name,
                at_use(asset, use, "it reads " + use.name.text() + ", which has a fault")
                    .with_detail(fault->second.describe())
            );
            return true;
        }
        return false;
    }

    void visit(const catalog::TableName& name) {
        if (faults_.contains(name) || !done_.insert(name).second) return;
        const Asset& asset = assets_.at(name);
        for (const engine::TableUse& use : asset.inputs) {
            if (assets_.contains(use.name)) visit(use.name);
        }
        for (const catalog::TableName& other : asset.check_inputs) {
            if (assets_.contains(other)) visit(other);
        }
        graph_.assets.push_back(asset);
    }

    engine::Engine& engine_;
    const KnownTable& known_;
    std::map<catalog::TableName, Asset> assets_;
    std::map<catalog::TableName, Error> faults_;
    std::map<std::string, Error> of_packages_;  // that concern all of one's assets
    std::vector<catalog::TableName> path_;
    std::set<catalog::TableName> looked_at_;
    std::set<catalog::TableName> done_;
    AssetGraph graph_;
};

}  // namespace

AssetGraph read_assets(
    const std::vector<package::Package>& packages, engine::Engine& engine, const KnownTable& known
) {
    GraphBuilder builder(engine, known);
    for (const package::Package& package : packages) builder.add(package);
    for (const package::Package& package : packages) builder.add_checks(package);
    return builder.build();
}

}  // namespace tradewind::pipeline
