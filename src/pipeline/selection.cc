#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

using Names = std::set<catalog::TableName>;

bool reads_any(const Asset& asset, const Names& names) {
    return std::any_of(asset.inputs.begin(), asset.inputs.end(), [&](const auto& use) {
        return names.contains(use.name);
    });
}

// The graph's order has every asset after those that it reads: one pass each way is enough.
void add_downstream(const AssetGraph& graph, Names& names) {
    for (const Asset& asset : graph.assets) {
        if (reads_any(asset, names)) names.insert(asset.name);
    }
}

void add_upstream(const AssetGraph& graph, Names& names) {
    for (auto asset = graph.assets.rbegin(); asset != graph.assets.rend(); ++asset) {
        if (!names.contains(asset->name)) continue;
        for (const engine::TableUse& use : asset->inputs) {
            if (graph.find(use.name) != nullptr) names.insert(use.name);
        }
    }
}

Error no_such_asset(
    const AssetGraph& graph, const std::string& package, const std::string& selector
) {
    std::vector<std::string> names;
    for (const Asset& asset : graph.assets) {
        if (asset.package == package) names.push_back(asset.name.table);
    }
    if (const FaultyAsset* faulty = graph.find_faulty({package, selector})) return faulty->error;
    const auto near = nearest(selector, {names.begin(), names.end()});
    return Error(ErrorCode::NotFound, "package " + package + " has no asset " + selector)
        .with_hint(
            near ? "Did you mean " + *near + "?"
                 : "A server reads its packages when it starts: restart it after adding an asset."
        );
}

Error no_such_package(const AssetGraph& graph, const std::string& package) {
    std::set<std::string> packages;
    for (const Asset& asset : graph.assets) packages.insert(asset.package);
    // A table is known by its name in SQL.
    const auto table = catalog::parse_table_name(package);
    if (table.ok() && (graph.find(*table) != nullptr || graph.find_faulty(*table) != nullptr)) {
        return Error(ErrorCode::NotFound, package + " is a table, not a package")
            .with_hint("Did you mean " + table->schema + ":" + table->table + "?");
    }
    const auto near = nearest(package, {packages.begin(), packages.end()});
    return Error(ErrorCode::NotFound, "there is no package " + package + " with assets")
        .with_hint(near ? "Did you mean " + *near + "?" : "");
}

// Instead of an asset: the whole package, and what reads it in others.
constexpr std::string_view all_and_after = "+";

bool is_by_default(const Asset& asset, const std::string& package) {
    return asset.package == package && !asset.on_request;
}

Names with_what_follows(const AssetGraph& graph, const std::string& package) {
    Names names;
    for (const Asset& asset : graph.assets) {
        if (is_by_default(asset, package)) names.insert(asset.name);
    }
    add_downstream(graph, names);
    return names;
}

catalog::TableName named_by(const std::string& package, std::string selector) {
    if (selector.starts_with('+')) selector.erase(0, 1);
    if (selector.ends_with('+')) selector.pop_back();
    if (selector.starts_with(package + ".")) selector.erase(0, package.size() + 1);
    return {package, std::move(selector)};
}

// `asked`: what is made although it is made on request only: what is named, and what `+name` needs.
Result<Names> selected(
    const AssetGraph& graph, const std::string& package, const std::string& selector, Names& asked
) {
    if (selector == all_and_after) return with_what_follows(graph, package);
    const bool upstream = selector.starts_with('+');
    const bool downstream = selector.ends_with('+');
    const catalog::TableName table = named_by(package, selector);
    if (graph.find(table) == nullptr) return no_such_asset(graph, package, table.table);
    Names up{table};
    if (upstream) add_upstream(graph, up);
    asked.insert(up.begin(), up.end());
    Names down{table};
    if (downstream) add_downstream(graph, down);
    up.merge(down);
    return up;
}

}  // namespace

std::vector<const FaultyAsset*> select_faulty(
    const AssetGraph& graph, const std::string& package, const std::vector<std::string>& selectors
) {
    Names names;
    Names down;
    for (const std::string& selector : selectors) {
        if (selector == all_and_after) {
            down.merge(with_what_follows(graph, package));
            for (const FaultyAsset& one : graph.faulty) {
                if (is_by_default(one.asset, package)) down.insert(one.asset.name);
            }
            continue;
        }
        names.insert(named_by(package, selector));
        if (selector.ends_with('+')) down.insert(named_by(package, selector));
    }
    add_downstream(graph, down);
    bool again = true;
    while (again) {
        again = false;
        for (const FaultyAsset& one : graph.faulty)
            again = (reads_any(one.asset, down) && down.insert(one.asset.name).second) || again;
    }
    names.merge(down);
    std::vector<const FaultyAsset*> faulty;
    for (const FaultyAsset& one : graph.faulty) {
        const bool wanted = selectors.empty()
                                ? one.asset.package == package && !one.asset.on_request
                                : names.contains(one.asset.name);
        if (wanted) faulty.push_back(&one);
    }
    return faulty;
}

Result<std::vector<const Asset*>> select_assets(
    const AssetGraph& graph, const std::string& package, const std::vector<std::string>& selectors
) {
    const auto of_package = [&](const Asset& asset) { return asset.package == package; };
    const bool known = std::ranges::any_of(graph.assets, of_package) ||
                       std::ranges::any_of(graph.faulty, of_package, &FaultyAsset::asset);
    if (!known) return no_such_package(graph, package);
    Names names;
    Names named;
    for (const std::string& selector : selectors) {
        Names more = TRY(selected(graph, package, selector, named));
        names.merge(more);
    }
    std::vector<const Asset*> assets;
    for (const Asset& asset : graph.assets) {
        const bool wanted =
            selectors.empty() ? asset.package == package : names.contains(asset.name);
        if (wanted && (!asset.on_request || named.contains(asset.name))) assets.push_back(&asset);
    }
    return assets;
}

}  // namespace tradewind::pipeline
