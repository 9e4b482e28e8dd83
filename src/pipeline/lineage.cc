#include "pipeline/lineage.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"

namespace tradewind::pipeline {

// As the graph resolves it: the package's own asset before others of that name.
std::optional<catalog::TableName> table_named(const Asset& asset, const catalog::TableName& name) {
    std::optional<catalog::TableName> found;
    for (const engine::TableUse& use : asset.inputs) {
        if (!equal_ignore_case(use.name.table, name.table)) continue;
        const std::string& schema = name.schema.empty() ? asset.package : name.schema;
        if (equal_ignore_case(use.name.schema, schema)) return use.name;
        if (name.schema.empty()) found = use.name;
    }
    return found;
}

namespace {

using Lineage = std::vector<catalog::ColumnLineage>;

engine::NamedColumns stored_columns(
    const catalog::TableName& name, const quality::FindColumns& columns
) {
    engine::NamedColumns table{name, {}};
    const auto stored = columns(name);
    if (!stored.ok()) return table;
    for (const catalog::Column& column : *stored) table.columns.push_back(column.name);
    return table;
}

class Follower {
public:
    Follower(const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns)
        : graph_(graph), engine_(engine), columns_(columns) {}

    Result<Lineage> follow(const Asset& asset, const std::string& sql) {
        Lineage lineage = TRY(engine_.lineage_of(sql, [&](const catalog::TableName& name) {
            return columns_of(asset, name);
        }));
        for (catalog::ColumnLineage& column : lineage) column.from = without_views(column.from);
        return lineage;
    }

private:
    std::optional<engine::NamedColumns> columns_of(
        const Asset& asset, const catalog::TableName& name
    ) {
        const auto full = table_named(asset, name);
        if (!full) return std::nullopt;
        const Asset* input = graph_.find(*full);
        if (input == nullptr || input->materialize != Materialize::View)
            return stored_columns(*full, columns_);
        auto lineage = follow(*input, input->sql);
        if (!lineage.ok()) return std::nullopt;
        engine::NamedColumns table{*full, {}};
        for (catalog::ColumnLineage& column : *lineage) {
            table.columns.push_back(column.column);
            views_[full->text() + "." + column.column] = std::move(column.from);
        }
        return table;
    }

    std::vector<std::string> without_views(const std::vector<std::string>& from) const {
        std::set<std::string> stored;
        for (const std::string& source : from) {
            const auto view = views_.find(source);
            if (view == views_.end()) {
                stored.insert(source);
            } else {
                stored.insert(view->second.begin(), view->second.end());
            }
        }
        return {stored.begin(), stored.end()};
    }

    const AssetGraph& graph_;
    engine::Engine& engine_;
    const quality::FindColumns& columns_;
    std::map<std::string, std::vector<std::string>> views_;  // by column
};

// What a run was asked for is no table: run.params.
bool is_of_run(const std::string& source) {
    return source.starts_with("run.");
}

// What only planning could name comes from all that the statement's columns come from.
Lineage fitted(const Lineage& found, const std::vector<catalog::Column>& result) {
    const auto named = [&](const std::string& name) {
        return std::ranges::find_if(found, [&](const catalog::ColumnLineage& column) {
            return equal_ignore_case(column.column, name);
        });
    };
    const bool by_place = found.size() == result.size() && named("*") == found.end();
    std::set<std::string> all;
    for (const catalog::ColumnLineage& column : found)
        all.insert(column.from.begin(), column.from.end());
    Lineage lineage;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto same =
            by_place ? found.begin() + static_cast<std::ptrdiff_t>(i) : named(result[i].name);
        lineage.push_back({result[i].name, {all.begin(), all.end()}});
        if (same != found.end()) lineage.back().from = same->from;
        std::erase_if(lineage.back().from, is_of_run);
    }
    return lineage;
}

}  // namespace

Result<Lineage> direct_lineage(
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const std::vector<catalog::Column>& result,
    const quality::FindColumns& columns
) {
    const auto find = [&](const catalog::TableName& name) -> std::optional<engine::NamedColumns> {
        const auto full = table_named(asset, name);
        if (!full) return std::nullopt;
        return stored_columns(*full, columns);
    };
    return fitted(TRY(engine.lineage_of(sql, find)), result);
}

Result<Lineage> column_lineage(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const std::vector<catalog::Column>& result,
    const quality::FindColumns& columns
) {
    return fitted(TRY(Follower(graph, engine, columns).follow(asset, sql)), result);
}

}  // namespace tradewind::pipeline
