// Expressions, and what the clauses of a SELECT group rows by.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "engine/sql_follow_walk.h"
#include "engine/sql_lineage_walk.h"

namespace tradewind::engine {

namespace {

using Node = json::Value;

// What has one value for the same values below it.
constexpr std::array<std::string_view, 9> plain_classes{
    "FUNCTION",
    "CAST",
    "CASE",
    "OPERATOR",
    "COMPARISON",
    "CONJUNCTION",
    "BETWEEN",
    "COLLATE",
    "TYPE"
};
constexpr std::array<std::string_view, 4> changing_functions{
    "random", "uuid", "gen_random_uuid", "unnest"
};

bool is_class(const Node& node, std::string_view name) {
    return node.text_or("class", "") == name;
}

template <typename Visit>
void visit_all(const Node& node, const Visit& visit) {
    if (node.kind() == json::Kind::Object && !visit(node)) return;
    for (const Node& item : node.items()) visit_all(item, visit);
    for (const auto& [name, value] : node.members()) visit_all(value, visit);
}

// Those of this SELECT, not of the queries in it.
std::vector<const Node*> nodes_of(const Node& node, std::string_view name) {
    std::vector<const Node*> found;
    visit_all(node, [&](const Node& one) {
        if (is_class(one, name)) found.push_back(&one);
        return !is_class(one, "SUBQUERY");
    });
    return found;
}

std::optional<std::size_t> place_in(const Node& node) {
    std::optional<std::size_t> place;
    visit_all(node, [&](const Node& one) {
        const std::int64_t at = one.integer_or("query_location", -1);
        if (at >= 0 && (!place || static_cast<std::size_t>(at) < *place))
            place = static_cast<std::size_t>(at);
        return true;
    });
    return place;
}

std::string name_of(const Node& item) {
    const std::string alias = item.text_or("alias", "");
    if (!alias.empty()) return alias;
    const auto& names = part(item, "column_names").items();
    return names.empty() ? item.text_or("function_name", "") : names.back().text();
}

bool names(const Node& list, const std::string& name) {
    return std::ranges::any_of(list.items(), [&](const Node& one) {
        return equal_ignore_case(
            one.kind() == json::Kind::Object ? one.text_or("column", "") : one.text(), name
        );
    });
}

}  // namespace

json::Value plain_node(const json::Value& node) {
    if (node.kind() == json::Kind::Array) {
        json::Value list = json::Value::array();
        for (const json::Value& item : node.items()) list.add(plain_node(item));
        return list;
    }
    if (node.kind() != json::Kind::Object) return node;
    std::vector<std::pair<std::string, json::Value>> members;
    for (const auto& [name, value] : node.members()) {
        if (name != "query_location" && name != "alias")
            members.emplace_back(name, plain_node(value));
    }
    json::Value plain = json::Value::object();
    plain.set_members(std::move(members));
    return plain;
}

void FollowWalk::stop(const Node& node, const std::string& what) {
    if (!obstacle_.empty()) return;
    obstacle_ = what;
    if (view_depth_ == 0) obstacle_at_ = place_in(node);
}

bool FollowWalk::aggregates(const Node& node) const {
    for (const Node* one : nodes_of(node, "FUNCTION")) {
        if (aggregates_.contains(to_lower_ascii(one->text_or("function_name", "")))) return true;
    }
    return false;
}

Result<bool> FollowWalk::subquery_reads(const Node& node) {
    bool reads = false;
    Result<void> walked;
    visit_all(node, [&](const Node& one) {
        if (!is_class(one, "SUBQUERY")) return true;
        auto rows = query_in(one, "subquery");
        if (!rows.ok()) walked = rows.error();
        reads = reads || (rows.ok() && rows->reads);
        return true;  // IN has an expression beside it
    });
    TRY(std::move(walked));
    return reads;
}

// ---------------------------------------------------------------- clauses

// Where nothing is said of it, GROUP BY ALL: by what is no aggregate.
Result<void> FollowWalk::bound_by_groups(const Node& node, Scope& scope) {
    const Node& groups = part(node, "group_expressions");
    const bool all = node.text_or("aggregate_handling", "") == "FORCE_AGGREGATES";
    const bool grouped =
        all || !groups.items().empty() || !part(node, "group_sets").items().empty();
    bool aggregated = grouped;
    for (const char* clause : {"select_list", "having", "qualify", "modifiers"})
        aggregated = aggregated || aggregates(part(node, clause));
    if (!aggregated) return {};
    stop(
        grouped && !groups.items().empty() ? groups : part(node, "select_list"),
        grouped ? "GROUP BY" : "an aggregate"
    );
    Keys keys;
    const auto& items = part(node, "select_list").items();
    const auto add = [&](const Node& expression) {
        if (const auto key = composed(expression, scope)) keys.insert(plain_node(*key).dump());
    };
    if (all) {
        for (const Node& item : items) {
            if (!aggregates(item)) add(item);
        }
    }
    // GROUPING SETS give rows that sum over what another row is apart by.
    if (part(node, "group_sets").items().size() <= 1) {
        for (const Node& group : groups.items()) {
            const std::int64_t place = part(group, "value").integer_or("value", 0);
            const bool by_place = is_class(group, "CONSTANT") && place >= 1 &&
                                  static_cast<std::size_t>(place) <= items.size();
            add(by_place ? items[static_cast<std::size_t>(place) - 1] : group);
        }
    }
    scope.bounds.push_back(std::move(keys));
    return {};
}

void FollowWalk::bound_by_modifiers(const Node& node, Scope& scope) {
    for (const Node& modifier : part(node, "modifiers").items()) {
        const std::string type = modifier.text_or("type", "");
        if (type == "ORDER_MODIFIER") continue;
        const bool distinct = type == "DISTINCT_MODIFIER";
        const Node& place = distinct ? part(node, "select_list") : modifier;
        stop(place, distinct ? "DISTINCT" : "LIMIT");
        const auto& targets = part(modifier, "distinct_on_targets").items();
        if (distinct && targets.empty()) continue;  // equal rows have equal keys
        Keys keys;
        for (const Node& target : targets) {
            if (const auto key = composed(target, scope)) keys.insert(plain_node(*key).dump());
        }
        scope.bounds.push_back(std::move(keys));
    }
}

void FollowWalk::bound_by_windows(const Node& node, Scope& scope) {
    for (const char* clause : {"select_list", "qualify", "modifiers"}) {
        for (const Node* window : nodes_of(part(node, clause), "WINDOW")) {
            stop(*window, "a window function");
            Keys keys;
            for (const Node& by : part(*window, "partitions").items()) {
                if (const auto key = composed(by, scope)) keys.insert(plain_node(*key).dump());
            }
            scope.bounds.push_back(std::move(keys));
        }
    }
}

Result<void> FollowWalk::bound_by_clauses(const Node& node, Scope& scope) {
    std::vector<Keys> bounds;
    const auto collect = [&] {
        for (Keys& keys : std::exchange(scope.bounds, {})) bounds.push_back(std::move(keys));
    };
    TRY(bound_by_groups(node, scope));
    collect();  // each by itself: what a clause groups by is not held to the others
    bound_by_windows(node, scope);
    collect();
    bound_by_modifiers(node, scope);
    collect();
    if (!part(node, "sample").is_null()) {
        stop(node, "a sample");
        bounds.emplace_back();
    }
    scope.bounds = std::move(bounds);
    return {};
}

// ---------------------------------------------------------------- columns

std::optional<Node> FollowWalk::column(const Node& node, const Scope& scope) const {
    const auto& path = part(node, "column_names").items();
    const auto unique = [&](const std::vector<FollowColumn>& columns) -> const FollowColumn* {
        const FollowColumn* found = nullptr;
        for (const FollowColumn& one : columns) {
            if (!equal_ignore_case(one.name, path.back().text())) continue;
            if (found != nullptr) return nullptr;
            found = &one;
        }
        return found;
    };
    const FollowColumn* found = nullptr;
    if (path.size() == 1) {
        const auto named_here =
            std::ranges::any_of(scope.all.columns, [&](const FollowColumn& one) {
                return equal_ignore_case(one.name, path[0].text());
            });
        found = named_here ? unique(scope.all.columns) : unique(scope.aliases);
    }
    for (const Relation& relation : scope.relations) {
        const bool by_alias = path.size() == 2 && equal_ignore_case(relation.alias, path[0].text());
        const bool by_schema = path.size() == 3 &&
                               equal_ignore_case(relation.schema, path[0].text()) &&
                               equal_ignore_case(relation.alias, path[1].text());
        if (by_alias || by_schema) found = unique(relation.rows.columns);
    }
    return found == nullptr ? std::nullopt : found->key;
}

std::optional<Node> FollowWalk::composed(const Node& node, const Scope& scope) const {
    const std::string kind = node.text_or("class", "");
    if (kind == "COLUMN_REF") return column(node, scope);
    if (kind == "CONSTANT") {
        const Node& value = part(node, "value");
        const bool kept = value.boolean_or("is_null", false) || !part(value, "value").is_null();
        return kept ? std::optional(node) : std::nullopt;
    }
    if (!kind.empty()) {
        const std::string function = to_lower_ascii(node.text_or("function_name", ""));
        const bool plain = std::ranges::find(plain_classes, kind) != plain_classes.end();
        const bool changes =
            std::ranges::find(changing_functions, function) != changing_functions.end();
        if (!plain || changes || (kind == "FUNCTION" && aggregates_.contains(function)))
            return std::nullopt;
    }
    if (node.kind() == json::Kind::Array) {
        Node list = Node::array();
        for (const Node& item : node.items()) {
            auto part = composed(item, scope);
            if (!part) return std::nullopt;
            list.add(std::move(*part));
        }
        return list;
    }
    if (node.kind() != json::Kind::Object) return node;
    std::vector<std::pair<std::string, Node>> members;
    for (const auto& [name, value] : node.members()) {
        auto part = composed(value, scope);
        if (!part) return std::nullopt;
        members.emplace_back(name, std::move(*part));
    }
    Node copy = Node::object();
    copy.set_members(std::move(members));
    return copy;
}

// It has one value wherever all the keys have theirs.
bool FollowWalk::made_of(const Node& node, const Keys& keys) {
    if (is_class(node, "CONSTANT") || keys.contains(plain_node(node).dump())) return true;
    if (is_class(node, "COLUMN_REF")) return false;
    const auto fits = [&](const Node& one) { return made_of(one, keys); };
    return std::ranges::all_of(node.items(), fits) &&
           std::ranges::all_of(node.members(), [&](const auto& member) {
               return fits(member.second);
           });
}

std::optional<Node> FollowWalk::bounded(const Node& node, const Scope& scope) const {
    auto key = composed(node, scope);
    for (const Keys& keys : scope.bounds) {
        if (key && !made_of(*key, keys)) key.reset();
    }
    return key;
}

void FollowWalk::select_item(const Node& item, Scope& scope, FollowRows& rows) const {
    const bool plain = part(item, "expr").is_null() && !item.boolean_or("columns", false);
    if (is_class(item, "STAR") && plain) return star(item, scope, rows);
    if (!nodes_of(item, "STAR").empty()) {
        rows.open = true;  // COLUMNS(…): one for each of many
        return;
    }
    FollowColumn column{name_of(item), bounded(item, scope)};
    if (!item.text_or("alias", "").empty()) scope.aliases.push_back(column);
    rows.columns.push_back(std::move(column));
}

void FollowWalk::star(const Node& node, const Scope& scope, FollowRows& rows) const {
    const std::string table = node.text_or("relation_name", "");
    FollowRows starred = scope.all;
    for (const Relation& relation : scope.relations) {
        if (!table.empty() && equal_ignore_case(relation.alias, table)) starred = relation.rows;
    }
    rows.open = rows.open || starred.open;
    if (starred.open) starred.drop_keys();  // another column may have the name
    for (FollowColumn& column : starred.columns) {
        if (names(part(node, "exclude_list"), column.name) ||
            names(part(node, "qualified_exclude_list"), column.name))
            continue;
        for (const Keys& keys : scope.bounds) {
            if (column.key && !made_of(*column.key, keys)) column.key.reset();
        }
        for (const Node& entry : part(node, "replace_list").items()) {
            if (equal_ignore_case(entry.text_or("key", ""), column.name))
                column.key = bounded(part(entry, "value"), scope);
        }
        for (const Node& entry : part(node, "rename_list").items()) {
            if (!equal_ignore_case(part(entry, "key").text_or("column", ""), column.name)) continue;
            column.name = entry.text_or("value", column.name);
            break;
        }
        rows.columns.push_back(std::move(column));
    }
}

}  // namespace tradewind::engine
