// Whether the tables have the columns that interactions name.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pipeline/interactions.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

using kernel::Kind;
using kernel::Measure;
using yaml::Node;

// A column's name, and where it is named.
struct Named {
    std::string name;
    Node node;
};

Result<void> check_columns(
    const catalog::TableName& table,
    const std::vector<Named>& named,
    const quality::FindColumns& find
) {
    const std::vector<catalog::Column> columns = TRY(find(table));
    std::vector<std::string_view> names;
    for (const catalog::Column& column : columns) names.push_back(column.name);
    for (const Named& one : named) {
        const bool there =
            one.name.empty() || std::ranges::any_of(names, [&](std::string_view name) {
                return equal_ignore_case(name, one.name);
            });
        if (there) continue;
        const auto near = nearest(one.name, names);
        return std::move(one.node.error(table.text() + " has no column " + one.name))
            .with_hint(near ? "Did you mean " + *near + "?" : "");
    }
    return {};
}

}  // namespace

Result<void> check_interaction_columns(const Asset& asset, const quality::FindColumns& find) {
    const Interactions& all = *asset.interactions;
    const Node& orders = all.orders_node;
    const Node& lines = all.lines_node;
    std::vector<Named> of_orders_table{
        {all.order, orders["order"]},
        {all.user, orders["user"]},
        {all.sequence, orders["sequence"]},
        {all.gap, orders["gap"]},
        {all.set, orders["set"]}
    };
    for (const InteractionTable& table : all.tables) {
        for (const InteractionColumn& column : table.columns) {
            const bool carried = table.kind == Kind::Lines && column.measure &&
                                 column.measure->measure == Measure::Carried;
            if (carried)
                of_orders_table.push_back(
                    {all.carried[column.measure->carried], table.node["columns"][column.name]}
                );
        }
    }
    TRY(check_columns(asset.interaction_inputs[0].name, of_orders_table, find));
    return check_columns(
        asset.interaction_inputs[1].name,
        {{all.line_order, lines["order"]},
         {all.item, lines["item"]},
         {all.position, lines["position"]},
         {all.repeat, lines["repeat"]}},
        find
    );
}

}  // namespace tradewind::pipeline
