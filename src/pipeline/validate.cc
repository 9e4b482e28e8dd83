// What only planning finds, without running anything: every asset is planned over tables without
// rows, in the graph's order, so that each knows the columns of those before it.
#include <algorithm>
#include <set>
#include <utility>

#include "base/sql_words.h"
#include "base/text.h"
#include "pipeline/asset_yaml.h"
#include "pipeline/fault_place.h"
#include "pipeline/following.h"
#include "pipeline/interactions.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_inputs.h"
#include "recipe/recipe.h"

namespace tradewind::pipeline {

namespace {

using Columns = std::vector<catalog::Column>;

class Planner {
public:
    Planner(const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& find)
        : graph_(graph), engine_(engine), find_(find) {}

    Result<void> plan(const Asset& asset) {
        auto planned = try_plan(asset);
        if (planned.ok()) return planned;
        return with_near_column(std::move(planned).error(), asset);
    }

    Result<Columns> columns_of(const catalog::TableName& name) const {
        const auto planned = planned_.find(name);
        if (planned != planned_.end()) return planned->second;
        if (name == params_name) return Columns{{"name", "STRING", ""}, {"value", "STRING", ""}};
        return find_(name);
    }
    bool knows(const catalog::TableName& name) const { return planned_.contains(name); }
    const PlannedColumns& planned() const { return planned_; }

private:
    Result<void> try_plan(const Asset& asset) {
        if (asset.interactions != nullptr) {
            TRY(check_interaction_columns(asset, [this](const catalog::TableName& name) {
                return columns_of(name);
            }));
        }
        const auto work = TRY(engine_.open_work({}));
        for (const engine::TableUse& use : asset.inputs) {
            auto columns = columns_of(use.name);
            if (!columns.ok()) return std::move(columns).error();
            catalog::TableFiles table;
            table.name = use.name;
            table.columns = std::move(columns).take();
            TRY(work->add_table(table));
        }
        const std::string sql = TRY(statement(asset, *work));
        TRY(work->add_view({"making", "result"}, sql));
        TRY(check_distinct_columns(asset, TRY(work->columns(sql))));
        Columns columns;
        for (const auto& column : TRY(work->columns("SELECT * FROM making.result")))
            columns.push_back({column.name, column.type, ""});
        TRY(check_named(asset, columns));
        planned_[asset.name] = std::move(columns);
        return check_row_by_row(graph_, engine_, asset, sql, [this](const auto& name) {
            return columns_of(name);
        });
    }

    // The table that the statement calls so: FROM table alias, FROM table AS alias.
    static const engine::TableUse* called(const Asset& asset, std::string_view alias) {
        const std::vector<SqlWord> words = sql_words(asset.sql);
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (!names(words[i], alias)) continue;
            const std::size_t table = i > 1 && names(words[i - 1], "as") ? i - 2 : i - 1;
            for (const engine::TableUse& use : asset.inputs) {
                if (names(words[table], use.name.table) || alias == use.name.table) return &use;
            }
        }
        return nullptr;
    }

    // `"p" has no column "skuu"`: the nearest that the table has.
    Error with_near_column(Error fault, const Asset& asset) const {
        const std::vector<std::string> parts = split(fault.message(), '"');
        const bool is_column = parts.size() == 5 && parts[2] == " has no column ";
        const engine::TableUse* use = is_column ? called(asset, parts[1]) : nullptr;
        if (use == nullptr || !fault.hint().empty()) return fault;
        const auto columns = columns_of(use->name);
        if (!columns.ok()) return fault;
        std::vector<std::string_view> known;
        std::string all;
        for (const catalog::Column& column : *columns) {
            known.push_back(column.name);
            all += (all.empty() ? " has " : ", ") + column.name;
        }
        const auto near = nearest(parts[3], known);
        return std::move(fault).with_hint(
            near ? "Did you mean " + *near + "?" : use->name.text() + all + "."
        );
    }

    Result<std::string> statement(const Asset& asset, engine::Work& work) {
        if (!asset.recipe.present()) return asset.sql;
        const recipe::Recipe parsed = TRY(recipe::parse_recipe(asset.recipe));
        recipe::WorkTables tables(engine_, work);
        return TRY(recipe::compile(parsed, tables))
        .sql;
    }

    // The columns that the header speaks of are there.
    static Result<void> check_named(const Asset& asset, const Columns& columns) {
        std::vector<std::string_view> names;
        for (const catalog::Column& column : columns) names.push_back(column.name);
        for (const auto& [name, where] : asset.named_columns) {
            const bool there = std::ranges::any_of(names, [&](std::string_view column) {
                return equal_ignore_case(column, name);
            });
            if (there) continue;
            const auto near = nearest(name, names);
            return Error(ErrorCode::InvalidArgument, "the result has no column " + name)
                .with_hint(near ? "Did you mean " + *near + "?" : "")
                .at(where);
        }
        return {};
    }

    const AssetGraph& graph_;
    engine::Engine& engine_;
    const quality::FindColumns& find_;
    PlannedColumns planned_;
};

}  // namespace

Result<void> check_distinct(const std::vector<engine::ResultColumn>& columns) {
    std::set<std::string> names;
    for (const engine::ResultColumn& column : columns) {
        if (names.insert(to_lower_ascii(column.name)).second) continue;
        return Error(ErrorCode::InvalidArgument, "the result has two columns named " + column.name)
            .with_hint("Give one of them another name with AS; upper and lower case are the same.");
    }
    return {};
}

PlannedColumns plan_columns(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
) {
    Planner planner(graph, engine, columns);
    for (const Asset& asset : graph.assets) {
        const Result<void> planned = planner.plan(asset);
        static_cast<void>(planned.ok());  // those that fail are told by validate, or by their run
    }
    return planner.planned();
}

std::vector<Error> validate_assets(
    const AssetGraph& graph, engine::Engine& engine, const quality::FindColumns& columns
) {
    std::vector<Error> faults;
    Planner planner(graph, engine, columns);
    const quality::FindColumns find = [&](const catalog::TableName& name) {
        return planner.columns_of(name);
    };
    for (const Asset& asset : graph.assets) {
        // What reads an asset with a fault cannot be judged; the fault itself is told.
        const bool readable = std::ranges::all_of(asset.inputs, [&](const engine::TableUse& use) {
            return graph.find(use.name) == nullptr || planner.knows(use.name);
        });
        if (!readable) continue;
        const Result<void> planned = planner.plan(asset);
        if (!planned.ok()) {
            // Tables of one file tell of a column that they all miss once.
            Error fault = placed_in_asset(planned.error(), asset);
            const bool told = std::ranges::any_of(faults, [&](const Error& other) {
                return other.describe() == fault.describe();
            });
            if (!told) faults.push_back(std::move(fault));
            continue;
        }
    }
    // All are planned by now: a check may name what is made later.
    for (const Asset& asset : graph.assets) {
        if (asset.checks.checks.empty() || !planner.knows(asset.name)) continue;
        const bool answerable =
            std::ranges::all_of(asset.check_inputs, [&](const catalog::TableName& name) {
                const bool declared =
                    graph.find(name) != nullptr || graph.find_faulty(name) != nullptr;
                return !declared || planner.knows(name);
            });
        if (!answerable) continue;
        for (Error& fault : quality::validate(engine, asset.checks, find))
            faults.push_back(engine::placed_in(std::move(fault), asset.path));
    }
    return faults;
}

}  // namespace tradewind::pipeline
