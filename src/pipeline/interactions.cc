// Reads the YAML of interaction_features.
#include "pipeline/interactions.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

using kernel::Kind;
using kernel::Measure;
using yaml::Node;

struct KindName {
    std::string_view name;
    Kind kind;
};
constexpr std::array kinds{
    KindName{"lines", Kind::Lines},
    KindName{"pairs", Kind::Pairs},
    KindName{"users_by_orders", Kind::UsersByOrders},
    KindName{"users_by_lines", Kind::UsersByLines},
    KindName{"items", Kind::Items},
    KindName{"joined", Kind::Joined},
};

struct MeasureName {
    Kind kind;
    std::string_view name;
    Measure measure;
};
constexpr std::array measures{
    MeasureName{Kind::Lines, "order", Measure::Order},
    MeasureName{Kind::Lines, "user", Measure::User},
    MeasureName{Kind::Lines, "item", Measure::Item},
    MeasureName{Kind::Lines, "sequence", Measure::Sequence},
    MeasureName{Kind::Lines, "gap", Measure::Gap},
    MeasureName{Kind::Lines, "position", Measure::Position},
    MeasureName{Kind::Lines, "repeat", Measure::Repeat},
    MeasureName{Kind::Pairs, "user", Measure::User},
    MeasureName{Kind::Pairs, "item", Measure::Item},
    MeasureName{Kind::Pairs, "lines", Measure::LineCount},
    MeasureName{Kind::Pairs, "repeats", Measure::Repeats},
    MeasureName{Kind::Pairs, "first_sequence", Measure::FirstSequence},
    MeasureName{Kind::Pairs, "last_sequence", Measure::LastSequence},
    MeasureName{Kind::Pairs, "mean_position", Measure::MeanPosition},
    MeasureName{Kind::UsersByOrders, "user", Measure::User},
    MeasureName{Kind::UsersByOrders, "orders", Measure::Orders},
    MeasureName{Kind::UsersByOrders, "first_sequence", Measure::FirstSequence},
    MeasureName{Kind::UsersByOrders, "last_sequence", Measure::LastSequence},
    MeasureName{Kind::UsersByOrders, "total_gap", Measure::TotalGap},
    MeasureName{Kind::UsersByOrders, "mean_gap", Measure::MeanGap},
    MeasureName{Kind::UsersByLines, "user", Measure::User},
    MeasureName{Kind::UsersByLines, "lines", Measure::LineCount},
    MeasureName{Kind::UsersByLines, "distinct_items", Measure::DistinctItems},
    MeasureName{Kind::UsersByLines, "repeats", Measure::Repeats},
    MeasureName{Kind::UsersByLines, "later_lines", Measure::LaterLines},
    MeasureName{Kind::UsersByLines, "repeat_ratio", Measure::RepeatRatio},
    MeasureName{Kind::Items, "item", Measure::Item},
    MeasureName{Kind::Items, "lines", Measure::LineCount},
    MeasureName{Kind::Items, "repeats", Measure::Repeats},
    MeasureName{Kind::Items, "firsts", Measure::Firsts},
    MeasureName{Kind::Items, "seconds", Measure::Seconds},
};

constexpr std::string_view of_orders = "orders.";
// Names that the SQL gives to its own parts.
constexpr std::array<std::string_view, 3> own_names{"line_counts", "pair_counts", "all_lines"};

std::string list_of(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names)
        list += (list.empty() ? "" : ", ") + std::string(name);
    return list;
}

Error none_of(const Node& node, const std::string& name, std::vector<std::string_view> known) {
    const auto near = nearest(name, known);
    return std::move(node.error("'" + name + "' is none of " + list_of(known)))
        .with_hint(near ? "Did you mean " + *near + "?" : "");
}

Result<std::string> plain(const Node& node, const std::string& name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!name.empty() && (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, fits))
        return name;
    return node.error("names here are lower-case letters, digits and underscores: '" + name + "'");
}

Result<std::string> column_name(const Node& node) {
    return plain(node, TRY(node.text()));
}
Result<std::string> optional_name(const Node& node) {
    return node.present() ? column_name(node) : Result<std::string>(std::string());
}

class Reader {
public:
    Result<std::shared_ptr<const Interactions>> read(const Node& document) {
        TRY(document.allow_keys({"kind", "description", "orders", "lines", "tables"}));
        TRY(read_orders(document["orders"]));
        TRY(read_lines(document["lines"]));
        const Node tables = document["tables"];
        if (tables.kind() != yaml::Kind::Mapping || tables.members().empty())
            return tables.error("tables: maps names of tables to what they hold");
        for (const auto& [name, table] : tables.members())
            TRY(read_table(TRY(plain(table, name)), table));
        return std::make_shared<const Interactions>(std::move(all_));
    }

private:
    Result<void> read_orders(const Node& node) {
        if (!node.present()) return node.error("orders: names the table of orders and its columns");
        TRY(node.allow_keys({"table", "order", "user", "sequence", "gap", "set", "set_value"}));
        all_.orders_node = node;
        all_.orders = TRY(node["table"].text());
        all_.order = TRY(column_name(node["order"]));
        all_.user = TRY(column_name(node["user"]));
        all_.sequence = TRY(column_name(node["sequence"]));
        all_.gap = TRY(optional_name(node["gap"]));
        all_.set = TRY(optional_name(node["set"]));
        all_.set_value = node["set_value"];
        if (all_.set_value.present() == all_.set.empty())
            return node.error("set: and set_value: belong together");
        if (!all_.set.empty()) TRY(all_.set_value.text());
        return {};
    }

    Result<void> read_lines(const Node& node) {
        if (!node.present()) return node.error("lines: names the table of lines and its columns");
        TRY(node.allow_keys({"table", "order", "item", "position", "repeat"}));
        all_.lines_node = node;
        all_.lines = TRY(node["table"].text());
        all_.line_order = TRY(column_name(node["order"]));
        all_.item = TRY(column_name(node["item"]));
        all_.position = TRY(optional_name(node["position"]));
        all_.repeat = TRY(optional_name(node["repeat"]));
        return {};
    }

    Result<void> read_table(std::string name, const Node& node) {
        if (std::ranges::find(own_names, name) != own_names.end())
            return node.error(
                "a table cannot be called " + name + ": the SQL uses the name itself"
            );
        InteractionTable table;
        table.name = std::move(name);
        table.node = node;
        table.kind = TRY(kind_of(node["kind"]));
        if (table.kind == Kind::Joined) {
            TRY(read_joins(node, table));
        } else {
            TRY(read_columns(node, table));
        }
        all_.tables.push_back(std::move(table));
        return {};
    }

    static Result<Kind> kind_of(const Node& node) {
        const std::string name = TRY(node.text());
        std::vector<std::string_view> names;
        for (const KindName& kind : kinds) {
            if (kind.name == name) return kind.kind;
            names.push_back(kind.name);
        }
        return none_of(node, name, names);
    }

    Result<void> read_columns(const Node& node, InteractionTable& table) {
        if (node["joins"].present()) return node["joins"].error("joins: belongs to kind: joined");
        const Node columns = node["columns"];
        if (columns.kind() != yaml::Kind::Mapping || columns.members().empty())
            return columns.error("columns: maps names to measures");
        for (const auto& [name, value] : columns.members()) {
            InteractionColumn column;
            column.name = TRY(plain(value, name));
            Node measure = value;
            if (value.kind() == yaml::Kind::Mapping) {
                TRY(value.allow_keys({"measure", "description"}));
                measure = value["measure"];
                column.description = TRY(value["description"].text_or(""));
            }
            column.measure = TRY(measure_of(measure, table.kind));
            table.columns.push_back(std::move(column));
        }
        return check_keys(columns, table);
    }

    Result<std::optional<kernel::TableColumn>> measure_of(const Node& node, Kind kind) {
        const std::string name = TRY(node.text());
        if (kind == Kind::Lines && name == "set" && !all_.set.empty())
            return std::optional<kernel::TableColumn>();
        if (kind == Kind::Lines && name.starts_with(of_orders)) {
            const std::string column = TRY(plain(node, name.substr(of_orders.size())));
            auto& carried = all_.carried;
            auto at = std::ranges::find(carried, column);
            if (at == carried.end()) at = carried.insert(carried.end(), column);
            return std::optional(kernel::TableColumn{
                kind, Measure::Carried, static_cast<std::size_t>(at - carried.begin())
            });
        }
        std::vector<std::string_view> names;
        for (const MeasureName& one : measures) {
            if (one.kind != kind) continue;
            if (one.name == name) {
                TRY(check_there(node, one.measure));
                return std::optional(kernel::TableColumn{kind, one.measure, 0});
            }
            names.push_back(one.name);
        }
        if (kind == Kind::Lines) names.push_back("set");
        if (kind == Kind::Lines) names.push_back("orders.COLUMN");
        return none_of(node, name, names);
    }

    // What it is computed from is named above.
    Result<void> check_there(const Node& node, Measure measure) const {
        const auto demand = [&](const std::string& column, const char* key) -> Result<void> {
            if (!column.empty()) return {};
            return std::move(node.error("it needs " + std::string(key)))
                .with_hint("Name the column that says so.");
        };
        switch (measure) {
            case Measure::Gap:
            case Measure::TotalGap:
            case Measure::MeanGap:
                return demand(all_.gap, "gap: of orders");
            case Measure::Position:
            case Measure::MeanPosition:
                return demand(all_.position, "position: of lines");
            case Measure::Repeat:
            case Measure::Repeats:
            case Measure::RepeatRatio:
                return demand(all_.repeat, "repeat: of lines");
            default:
                return {};
        }
    }

    static Result<void> check_keys(const Node& columns, const InteractionTable& table) {
        std::vector<std::pair<Measure, const char*>> keys;
        if (table.kind != Kind::Items && table.kind != Kind::Lines)
            keys.emplace_back(Measure::User, "user");
        if (table.kind == Kind::Items || table.kind == Kind::Pairs)
            keys.emplace_back(Measure::Item, "item");
        for (const auto& [measure, name] : keys) {
            if (table.find(measure) != nullptr) continue;
            return columns.error(std::string("a table of this kind has a column ") + name);
        }
        return {};
    }

    Result<void> read_joins(const Node& node, InteractionTable& table) {
        if (node["columns"].present()) {
            return std::move(node["columns"].error("a joined table has the columns of its tables"))
                .with_hint("Leave columns: out, and name the tables in joins:, pairs first.");
        }
        const Node joins = node["joins"];
        for (const Node& item : joins.items()) {
            const std::string name = TRY(item.text());
            const std::size_t joined = TRY(table_named(item, name));
            const Kind kind = all_.tables[joined].kind;
            const bool first = table.joins.empty();
            if (kind == Kind::Lines || kind == Kind::Joined || first != (kind == Kind::Pairs)) {
                return item.error(
                    "joins: names a table of kind pairs, and after it such of users and items"
                );
            }
            TRY(add_columns_of(item, joined, table));
        }
        if (table.joins.empty())
            return joins.error("joins: names the tables that stand side by side");
        return {};
    }

    Result<std::size_t> table_named(const Node& node, const std::string& name) const {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < all_.tables.size(); ++i) {
            if (all_.tables[i].name == name) return i;
            names.push_back(all_.tables[i].name);
        }
        const auto near = nearest(name, names);
        return std::move(node.error("there is no table " + name + " before it in this file"))
            .with_hint(near ? "Did you mean " + *near + "?" : "");
    }

    // Keys once.
    Result<void> add_columns_of(const Node& at, std::size_t joined, InteractionTable& table) {
        const bool keys = table.joins.empty();
        table.joins.push_back(joined);
        for (const InteractionColumn& column : all_.tables[joined].columns) {
            const Measure measure = column.measure->measure;
            if (!keys && (measure == Measure::User || measure == Measure::Item)) continue;
            const bool taken = std::ranges::any_of(table.columns, [&](const InteractionColumn& c) {
                return c.name == column.name;
            });
            if (taken) return at.error("two of the tables have a column " + column.name);
            table.columns.push_back(column);
            table.joined_from.push_back(joined);
        }
        return {};
    }

    Interactions all_;
};

}  // namespace

const InteractionColumn* InteractionTable::find(Measure measure) const {
    for (const InteractionColumn& column : columns) {
        if (column.measure && column.measure->measure == measure) return &column;
    }
    return nullptr;
}

Result<std::shared_ptr<const Interactions>> parse_interactions(const Node& document) {
    return Reader().read(document);
}

bool is_interactions(const Node& document) {
    return document["kind"].scalar() == interactions_kind;
}

Result<std::vector<TableSql>> interactions_sql(const Node& document) {
    const auto all = TRY(parse_interactions(document));
    std::vector<TableSql> tables;
    for (const InteractionTable& table : all->tables)
        tables.push_back({table.name, interaction_sql(*all, table)});
    return tables;
}

std::vector<std::string> sorted_by(const InteractionTable& table) {
    std::vector<Measure> keys;
    switch (table.kind) {
        case Kind::Lines:
            keys = {
                Measure::User, Measure::Sequence, Measure::Order, Measure::Position, Measure::Item
            };
            break;
        case Kind::Items:
            keys = {Measure::Item};
            break;
        case Kind::UsersByOrders:
        case Kind::UsersByLines:
            keys = {Measure::User};
            break;
        default:
            keys = {Measure::User, Measure::Item};
    }
    std::vector<std::string> names;
    for (const Measure key : keys) {
        const InteractionColumn* column = table.find(key);
        if (column == nullptr) break;
        names.push_back(column->name);
    }
    return names;
}

}  // namespace tradewind::pipeline
