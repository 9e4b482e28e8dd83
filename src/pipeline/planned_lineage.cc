// The lineage of all that packages declare, views and what was never made included, from the SQL
// over planned columns.
#include <mutex>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "pipeline/lineage.h"
#include "pipeline/pipeline.h"
#include "recipe/recipe.h"

namespace tradewind::pipeline {

namespace {

using Columns = std::vector<catalog::Column>;
using OuterColumns = std::map<catalog::TableName, Columns>;  // of tables that are no assets

// One pass over the graph, in its order: what an asset reads is known when its turn comes.
class Pass {
public:
    Pass(const AssetGraph& graph, engine::Engine& engine, const OuterColumns& outer)
        : graph_(graph), engine_(engine), outer_(outer) {}

    catalog::PlannedTables take() {
        planned_ = plan_columns(graph_, engine_, [this](const catalog::TableName& name) {
            return columns_of(name);
        });
        for (const Asset& asset : graph_.assets) {
            catalog::PlannedTable& table = tables_[asset.name];
            add_inputs(asset, table);
            add_columns(asset, table);
        }
        return std::move(tables_);
    }

private:
    Result<Columns> columns_of(const catalog::TableName& name) const {
        const auto planned = planned_.find(name);
        if (planned != planned_.end()) return planned->second;
        const auto outer = outer_.find(name);
        if (outer != outer_.end()) return outer->second;
        return Error(ErrorCode::NotFound, "nothing is known of " + name.text());
    }

    bool is_view(const catalog::TableName& name) const {
        const Asset* asset = graph_.find(name);
        return asset != nullptr && asset->materialize == Materialize::View;
    }

    void add_inputs(const Asset& asset, catalog::PlannedTable& table) {
        std::set<std::string> inputs;
        std::set<std::string> views;
        for (const engine::TableUse& use : asset.inputs) {
            if (use.name.schema == "run") continue;  // run.params: what a run was asked for
            if (!is_view(use.name)) {
                inputs.insert(use.name.text());
                continue;
            }
            const catalog::PlannedTable& view = tables_[use.name];
            views.insert(use.name.text());
            views.insert(view.views.begin(), view.views.end());
            inputs.insert(view.inputs.begin(), view.inputs.end());
        }
        table.inputs.assign(inputs.begin(), inputs.end());
        table.views.assign(views.begin(), views.end());
    }

    void add_columns(const Asset& asset, catalog::PlannedTable& table) {
        const auto planned = planned_.find(asset.name);
        if (planned == planned_.end()) return;
        table.columns = planned->second;
        for (catalog::Column& column : table.columns) {
            const auto known = asset.column_descriptions.find(to_lower_ascii(column.name));
            if (known != asset.column_descriptions.end()) column.description = known->second;
        }
        const auto direct = direct_of(asset, table.columns);
        if (direct.ok()) {
            for (const catalog::ColumnLineage& column : *direct)
                table.lineage.push_back(links_of(column));
            return;
        }
        log::warn(
            "the lineage of a table's columns is not known",
            {{"table", asset.name.text()}, {"reason", direct.error().describe()}}
        );
    }

    Result<std::vector<catalog::ColumnLineage>> direct_of(
        const Asset& asset, const Columns& columns
    ) const {
        return direct_lineage(
            engine_,
            asset,
            TRY(statement(asset)),
            columns,
            [this](const catalog::TableName& name) { return columns_of(name); }
        );
    }

    Result<std::string> statement(const Asset& asset) const {
        if (!asset.recipe.present()) return asset.sql;
        const auto work = TRY(engine_.open_work({}));
        for (const engine::TableUse& use : asset.inputs) {
            catalog::TableFiles table;
            table.name = use.name;
            table.columns = TRY(columns_of(use.name));
            TRY(work->add_table(table));
        }
        recipe::WorkTables tables(engine_, *work);
        return TRY(recipe::compile(TRY(recipe::parse_recipe(asset.recipe)), tables))
        .sql;
    }

    // Columns of views lead on to those that they are computed from.
    catalog::ColumnLinks links_of(const catalog::ColumnLineage& column) {
        std::set<std::string> from;
        std::set<std::string> through;
        for (const std::string& source : column.from) {
            const catalog::ColumnLinks* view = view_column(source);
            if (view == nullptr) {
                from.insert(source);
                continue;
            }
            through.insert(source);
            through.insert(view->through.begin(), view->through.end());
            from.insert(view->from.begin(), view->from.end());
        }
        return {column.column, {from.begin(), from.end()}, {through.begin(), through.end()}, {}};
    }

    const catalog::ColumnLinks* view_column(const std::string& full_name) const {
        for (const auto& [name, table] : tables_) {
            if (!full_name.starts_with(name.text() + ".") || !is_view(name)) continue;
            const std::string column = full_name.substr(name.text().size() + 1);
            for (const catalog::ColumnLinks& links : table.lineage) {
                if (links.column == column) return &links;
            }
        }
        return nullptr;
    }

    const AssetGraph& graph_;
    engine::Engine& engine_;
    const OuterColumns& outer_;
    PlannedColumns planned_;
    catalog::PlannedTables tables_;
};

class LineagePlanner {
public:
    LineagePlanner(AssetGraph graph, engine::Engine& engine, catalog::Catalog& catalog)
        : graph_(std::move(graph)), engine_(engine), catalog_(catalog) {}

    std::shared_ptr<const catalog::PlannedTables> tables() {
        OuterColumns outer = outer_columns();
        std::lock_guard lock(mutex_);
        if (tables_ != nullptr && outer == outer_) return tables_;
        outer_ = std::move(outer);
        tables_ = std::make_shared<catalog::PlannedTables>(Pass(graph_, engine_, outer_).take());
        return tables_;
    }

private:
    OuterColumns outer_columns() {
        OuterColumns outer;
        for (const Asset& asset : graph_.assets) {
            for (const engine::TableUse& use : asset.inputs) {
                if (graph_.find(use.name) != nullptr || outer.contains(use.name)) continue;
                auto info = catalog_.show(use.name);
                if (info.ok()) outer[use.name] = std::move(info).take().columns;
            }
        }
        return outer;
    }

    const AssetGraph graph_;
    engine::Engine& engine_;
    catalog::Catalog& catalog_;
    std::mutex mutex_;
    OuterColumns outer_;
    std::shared_ptr<const catalog::PlannedTables> tables_;
};

}  // namespace

catalog::Catalog::FindPlanned plan_lineage(
    AssetGraph graph, engine::Engine& engine, catalog::Catalog& catalog
) {
    return [planner = std::make_shared<LineagePlanner>(std::move(graph), engine, catalog)] {
        return planner->tables();
    };
}

}  // namespace tradewind::pipeline
