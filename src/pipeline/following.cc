#include "pipeline/following.h"

#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "pipeline/lineage.h"

namespace tradewind::pipeline {

namespace {

// The asset, and the views that it reads, through others too: each names tables in its own way.
void add_statements(
    const AssetGraph& graph, const Asset& asset, std::vector<const Asset*>& statements
) {
    statements.push_back(&asset);
    for (const engine::TableUse& use : asset.inputs) {
        const Asset* input = graph.find(use.name);
        if (input != nullptr && input->materialize == Materialize::View)
            add_statements(graph, *input, statements);
    }
}

// A name that means one table in all of them; nothing: no such, or several.
std::optional<catalog::TableName> meant(
    const std::vector<const Asset*>& statements, const catalog::TableName& name
) {
    std::set<catalog::TableName> all;
    for (const Asset* asset : statements) {
        if (const auto table = table_named(*asset, name)) all.insert(*table);
    }
    return all.size() == 1 ? std::optional(*all.begin()) : std::nullopt;
}

}  // namespace

Result<engine::FollowedRows> follow_rows(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const catalog::TableName& input,
    const quality::FindColumns& columns
) {
    using Role = engine::FollowedTable::Role;
    std::vector<const Asset*> statements;
    add_statements(graph, asset, statements);
    bool doubtful = false;
    engine::FollowedRows followed = TRY(engine.follow_rows(
        sql,
        [&](const catalog::TableName& name) {
            engine::FollowedTable table;
            const auto full = meant(statements, name);
            doubtful = doubtful || !full;
            const Asset* view = full ? graph.find(*full) : nullptr;
            if (view != nullptr && view->materialize == Materialize::View) {
                table.role = Role::View;
                table.sql = view->sql;
                return table;
            }
            if (full && *full == input) table.role = Role::Followed;
            const auto known = full ? columns(*full) : Result<std::vector<catalog::Column>>({});
            if (!known.ok()) return table;
            for (const catalog::Column& column : *known) table.columns.push_back(column.name);
            return table;
        },
        asset.partition_by
    ));
    if (!doubtful) return followed;
    engine::FollowedRows unknown;
    unknown.obstacle = "a name that means several tables";
    return unknown;
}

Result<void> check_row_by_row(
    const AssetGraph& graph,
    engine::Engine& engine,
    const Asset& asset,
    const std::string& sql,
    const quality::FindColumns& columns
) {
    if (asset.materialize != Materialize::Files) return {};
    const Asset* input = graph.find(asset.incremental_input);
    if (input != nullptr && input->materialize == Materialize::View) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "materialize: files follows the files of a table, and " + input->name.text() +
                       " is a view"
        )
            .with_hint("Read the table itself, or use materialize: table.")
            .at(asset.checks.at);
    }
    const engine::FollowedRows followed =
        TRY(follow_rows(graph, engine, asset, sql, asset.incremental_input, columns));
    if (followed.row_by_row) return {};
    const std::string what = followed.obstacle.empty() ? "this" : followed.obstacle;
    SourceLocation where = asset.checks.at;
    if (!asset.recipe.present() && followed.line > 0)
        where = {asset.path, static_cast<int>(followed.line), static_cast<int>(followed.column)};
    return Error(
               ErrorCode::InvalidArgument,
               "materialize: files takes the rows of " + asset.incremental_input.text() +
                   " one by one, and " + what + " looks at several"
    )
        .with_hint(
            "Use materialize: partitions, which makes anew the partitions that changed, or table."
        )
        .at(where);
}

}  // namespace tradewind::pipeline
