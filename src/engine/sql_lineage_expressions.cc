#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "engine/sql_lineage_walk.h"

namespace tradewind::engine {

namespace {

const json::Value* spread_star(const json::Value& node);

const json::Value* spread_star_in(const std::vector<json::Value>& items) {
    for (const json::Value& item : items) {
        if (const json::Value* found = spread_star(item)) return found;
    }
    return nullptr;
}

// The * for each of whose columns the expression around gives one: min(COLUMNS(*)), * LIKE 'a%'.
const json::Value* spread_star(const json::Value& node) {
    if (node.kind() == json::Kind::Array) return spread_star_in(node.items());
    if (node.kind() != json::Kind::Object) return nullptr;
    const std::string kind = node.text_or("class", "");
    if (kind == "STAR") return &node;
    if (kind == "SUBQUERY" || node.text_or("type", "") == "OPERATOR_UNPACK") return nullptr;
    for (const auto& [name, value] : node.members()) {
        if (const json::Value* found = spread_star(value)) return found;
    }
    return nullptr;
}

std::vector<std::string> texts(const json::Value& list) {
    std::vector<std::string> names;
    for (const json::Value& item : list.items()) names.push_back(item.text());
    return names;
}

std::string name_of(const json::Value& item) {
    const std::string alias = item.text_or("alias", "");
    if (!alias.empty()) return alias;
    const auto& names = part(item, "column_names").items();
    return names.empty() ? item.text_or("function_name", "") : names.back().text();
}

bool names_one_of(const json::Value& node, const std::vector<std::string>& names) {
    if (node.kind() == json::Kind::Array) {
        return std::ranges::any_of(node.items(), [&](const json::Value& item) {
            return names_one_of(item, names);
        });
    }
    if (node.text_or("class", "") == "COLUMN_REF") {
        const auto& parts = part(node, "column_names").items();
        return !parts.empty() && std::ranges::any_of(names, [&](const std::string& name) {
            return equal_ignore_case(name, parts[0].text());
        });
    }
    return std::ranges::any_of(node.members(), [&](const auto& member) {
        return names_one_of(member.second, names);
    });
}

// "x" of x -> …, "x" and "y" of (x, y) -> …
std::vector<std::string> parameters_of(const json::Value& left) {
    if (left.text_or("class", "") == "COLUMN_REF") return texts(part(left, "column_names"));
    std::vector<std::string> names;
    for (const json::Value& child : part(left, "children").items()) {
        for (std::string& name : texts(part(child, "column_names")))
            names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

void LineageWalk::select_item(const Node& item, LineageScope& scope, LineageColumns& columns) {
    if (columns.size() > limits::columns_max) return;
    const Node* spread = spread_star(item);
    if (spread == nullptr) {
        Found found = found_in(item, scope);
        // A count of rows comes from them as a whole.
        if (found.from.empty() && found.counts_rows) found.from = scope.all();
        const std::string alias = item.text_or("alias", "");
        if (!alias.empty()) scope.aliases[to_lower_ascii(alias)] = found.from;
        columns.push_back({name_of(item), std::move(found.from)});
        return;
    }
    const Sources around = spread == &item ? Sources() : found_in(item, scope, false).from;
    for (LineageColumn& column : star(*spread, scope)) {
        column.from.insert(around.begin(), around.end());
        columns.push_back(std::move(column));
    }
}

LineageColumns LineageWalk::star(const Node& node, const LineageScope& scope) {
    LineageColumns columns = scope.star;
    const std::string table = node.text_or("relation_name", "");
    for (const Relation& relation : scope.relations) {
        if (!table.empty() && equal_ignore_case(relation.alias, table)) columns = relation.columns;
    }
    std::vector<std::string> excluded = texts(part(node, "exclude_list"));
    for (const Node& entry : part(node, "qualified_exclude_list").items())
        excluded.push_back(entry.text_or("column", ""));
    for (const std::string& name : excluded) {
        std::erase_if(columns, [&](const LineageColumn& column) {
            return equal_ignore_case(column.name, name);
        });
    }
    for (LineageColumn& column : columns) {
        for (const Node& entry : part(node, "replace_list").items()) {
            if (equal_ignore_case(entry.text_or("key", ""), column.name))
                column.from = found_in(part(entry, "value"), scope).from;
        }
        for (const Node& entry : part(node, "rename_list").items()) {
            if (!equal_ignore_case(part(entry, "key").text_or("column", ""), column.name)) continue;
            column.name = entry.text_or("value", column.name);
            break;
        }
    }
    return columns;
}

LineageWalk::Found LineageWalk::found_in(
    const Node& node, const LineageScope& scope, bool with_stars
) {
    Found found;
    collect(node, scope, with_stars, found);
    return found;
}

void LineageWalk::collect(
    const Node& node, const LineageScope& scope, bool with_stars, Found& found
) {
    for (const Node& item : node.items()) collect(item, scope, with_stars, found);
    if (node.kind() != json::Kind::Object) return;
    const std::string kind = node.text_or("class", "");
    if (kind == "COLUMN_REF") return column(node, scope, found);
    if (kind == "CONSTANT") return;
    if (kind == "SUBQUERY") return subquery(node, scope, found);
    if (kind == "LAMBDA") return lambda(node, scope, with_stars, found);
    if (kind == "STAR") {
        if (with_stars) found.from.merge(all_sources(star(node, scope)));
        return;
    }
    if (kind == "WINDOW" || node.text_or("function_name", "") == "count_star")
        found.counts_rows = true;
    for (const auto& [name, value] : node.members()) collect(value, scope, with_stars, found);
}

void LineageWalk::column(const Node& node, const LineageScope& scope, Found& found) const {
    const std::vector<std::string> names = texts(part(node, "column_names"));
    const bool parameter =
        !names.empty() && std::ranges::any_of(parameters_, [&](const std::string& name) {
            return equal_ignore_case(name, names[0]);
        });
    if (!parameter) found.from.merge(scope.named(names));
}

// Of EXISTS only whether there are rows counts, which come from the tables that it reads.
void LineageWalk::subquery(const Node& node, const LineageScope& scope, Found& found) {
    collect(part(node, "child"), scope, true, found);
    const Node& query_node = part(part(node, "subquery"), "node");
    Sources from = all_sources(query(query_node, &scope));
    if (from.empty() && node.text_or("subquery_type", "").ends_with("EXISTS")) {
        const std::size_t cte_count = ctes_.size();
        ctes(query_node, &scope);
        LineageScope inner;
        inner.outer = &scope;
        from = all_sources(table(part(query_node, "from_table"), inner));
        ctes_.resize(cte_count);
    }
    found.from.merge(from);
}

// The same arrow takes a value out of JSON: there its left side is no parameter.
void LineageWalk::lambda(
    const Node& node, const LineageScope& scope, bool with_stars, Found& found
) {
    const std::size_t count = parameters_.size();
    const std::vector<std::string> names = parameters_of(part(node, "lhs"));
    if (names_one_of(part(node, "expr"), names)) {
        parameters_.insert(parameters_.end(), names.begin(), names.end());
    } else {
        collect(part(node, "lhs"), scope, with_stars, found);
    }
    collect(part(node, "expr"), scope, with_stars, found);
    parameters_.resize(count);
}

}  // namespace tradewind::engine
