#include "engine/sql_lineage.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "engine/sql_facts.h"
#include "engine/sql_lineage_walk.h"
#include "engine/sql_parse.h"

namespace tradewind::engine {

namespace {

// A version's record holds them; a wider result than this has no use for a list.
constexpr std::size_t sources_max = 100'000;

void merge_into(LineageColumn& column, const LineageColumn& other) {
    column.from.insert(other.from.begin(), other.from.end());
}

bool has_unknown(const LineageColumns& columns) {
    return find_column(columns, unknown_columns) != nullptr;
}

LineageColumns renamed(LineageColumns columns, const json::Value& names) {
    const std::size_t count = std::min(columns.size(), names.items().size());
    for (std::size_t i = 0; i < count; ++i) columns[i].name = names.items()[i].text();
    return columns;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& other) {
        return equal_ignore_case(other, name);
    });
}

LineageColumns by_name(LineageColumns left, const LineageColumns& right) {
    for (const LineageColumn& column : right) {
        const auto same = std::ranges::find_if(left, [&](const LineageColumn& other) {
            return equal_ignore_case(other.name, column.name);
        });
        if (same == left.end()) {
            left.push_back(column);
        } else {
            merge_into(*same, column);
        }
    }
    return left;
}

// Where one side has columns that are not known, nothing is at a known place.
LineageColumns by_position(LineageColumns left, const LineageColumns& right) {
    if (has_unknown(left) || has_unknown(right)) {
        const Sources all = all_sources(by_name(left, right));
        if (has_unknown(left) && !has_unknown(right)) left = right;
        for (LineageColumn& column : left) column.from = all;
        return left;
    }
    const std::size_t count = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < count; ++i) merge_into(left[i], right[i]);
    return left;
}

// The last names of all columns that an expression names.
void names_in(const json::Value& node, std::vector<std::string>& names) {
    for (const json::Value& item : node.items()) names_in(item, names);
    if (node.text_or("class", "") == "COLUMN_REF") {
        const auto& parts = part(node, "column_names").items();
        if (!parts.empty()) names.push_back(parts.back().text());
        return;
    }
    for (const auto& [name, value] : node.members()) names_in(value, names);
}

// A recursive table's column while the table is not known yet.
std::string placeholder(std::size_t recursion, std::size_t column) {
    return "\x01" + std::to_string(recursion) + ":" + std::to_string(column);
}

}  // namespace

const json::Value& part(const json::Value& node, std::string_view name) {
    static const json::Value nothing;
    const json::Value* found = node.find(name);
    return found == nullptr ? nothing : *found;
}

LineageColumns LineageWalk::query_in(
    const Node& holder, const char* name, const LineageScope* outer
) {
    const Node& statement = part(holder, name);
    const Node& node = part(statement, "node");
    return query(node.is_null() ? statement : node, outer);
}

LineageColumns LineageWalk::query(const Node& node, const LineageScope* outer) {
    const std::size_t cte_count = ctes_.size();
    ctes(node, outer);
    const std::string type = node.text_or("type", "");
    LineageColumns columns;
    if (type == "SELECT_NODE") columns = select(node, outer);
    if (type == "SET_OPERATION_NODE") columns = set_operation(node, outer);
    if (type == "RECURSIVE_CTE_NODE") columns = recursion(node, outer);
    ctes_.resize(cte_count);
    if (columns.size() > limits::columns_max) columns.resize(limits::columns_max);
    return columns;
}

// Each is seen by those after it.
void LineageWalk::ctes(const Node& node, const LineageScope* outer) {
    for (const Node& entry : part(part(node, "cte_map"), "map").items()) {
        const Node& value = part(entry, "value");
        LineageColumns columns = renamed(query_in(value, "query", outer), part(value, "aliases"));
        ctes_.push_back({to_lower_ascii(entry.text_or("key", "")), std::move(columns)});
    }
}

LineageColumns LineageWalk::select(const Node& node, const LineageScope* outer) {
    LineageScope scope;
    scope.outer = outer;
    scope.star = table(part(node, "from_table"), scope);
    LineageColumns columns;
    for (const Node& item : part(node, "select_list").items()) select_item(item, scope, columns);
    return columns;
}

LineageColumns LineageWalk::set_operation(const Node& node, const LineageScope* outer) {
    LineageColumns left = query_in(node, "left", outer);
    const LineageColumns right = query_in(node, "right", outer);
    const std::string type = node.text_or("setop_type", "");
    if (type == "EXCEPT") return left;
    if (type == "UNION_BY_NAME") return by_name(std::move(left), right);
    return by_position(std::move(left), right);
}

// The part after UNION reads the columns themselves: their names stand for them until it is known
// which column flows into which.
LineageColumns LineageWalk::recursion(const Node& node, const LineageScope* outer) {
    const std::size_t id = ++recursion_count_;
    LineageColumns columns = renamed(query_in(node, "left", outer), part(node, "aliases"));
    LineageColumns seen = columns;
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i].from = {placeholder(id, i)};
    ctes_.push_back({to_lower_ascii(node.text_or("cte_name", "")), std::move(seen)});
    columns = by_position(std::move(columns), query_in(node, "right", outer));
    ctes_.pop_back();
    const LineageColumns steps = columns;
    for (LineageColumn& column : columns) {
        std::vector<bool> visited(steps.size(), false);
        bool again = true;
        while (again) {
            again = false;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (column.from.erase(placeholder(id, i)) == 0 || visited[i]) continue;
                visited[i] = true;
                merge_into(column, steps[i]);
                again = true;
            }
        }
    }
    return columns;
}

LineageColumns LineageWalk::table(const Node& node, LineageScope& scope) {
    const std::string type = node.text_or("type", "");
    if (type == "EMPTY" || node.is_null()) return {};
    if (type == "BASE_TABLE") return base_table(node, scope);
    if (type == "JOIN") return join(node, scope);
    if (type == "TABLE_FUNCTION") return table_function(node, scope);
    if (type == "EXPRESSION_LIST") return values(node, scope);
    if (type == "PIVOT") return pivot(node, scope);
    Relation relation;
    if (type == "SUBQUERY") {
        relation.columns = query_in(node, "subquery", &scope);
    } else {  // DESCRIBE and SUMMARIZE: what they say is no column's value
        relation.columns.push_back({std::string(unknown_columns)});
    }
    return add(node, std::move(relation), scope);
}

LineageColumns LineageWalk::add(const Node& node, Relation relation, LineageScope& scope) {
    const std::string alias = node.text_or("alias", "");
    if (!alias.empty()) {
        relation.alias = alias;
        relation.schema.clear();
    }
    relation.columns = renamed(std::move(relation.columns), part(node, "column_name_alias"));
    if (const LineageColumn* unknown = find_column(relation.columns, unknown_columns)) {
        relation.open = true;
        relation.any.insert(unknown->from.begin(), unknown->from.end());
    }
    scope.relations.push_back(std::move(relation));
    return scope.relations.back().columns;
}

LineageColumns LineageWalk::base_table(const Node& node, LineageScope& scope) {
    const std::string schema = node.text_or("schema_name", "");
    const std::string name = node.text_or("table_name", "");
    Relation relation{schema, name, {}};
    const auto cte = std::find_if(ctes_.rbegin(), ctes_.rend(), [&](const Cte& one) {
        return schema.empty() && one.name == to_lower_ascii(name);
    });
    if (cte != ctes_.rend()) {
        relation.columns = cte->columns;
        return add(node, std::move(relation), scope);
    }
    const catalog::TableName asked{to_lower_ascii(schema), to_lower_ascii(name)};
    const auto known = find_(asked);
    if (!known || known->columns.empty()) {
        const catalog::TableName& table = known ? known->name : asked;
        relation.table = table.schema.empty() ? table.table : table.text();
        relation.columns.push_back({std::string(unknown_columns), {relation.table + ".*"}});
        return add(node, std::move(relation), scope);
    }
    for (const std::string& column : known->columns)
        relation.columns.push_back({column, {known->name.text() + "." + column}});
    return add(node, std::move(relation), scope);
}

LineageColumns LineageWalk::join(const Node& node, LineageScope& scope) {
    LineageColumns left = table(part(node, "left"), scope);
    const std::size_t left_count = scope.relations.size();
    const LineageColumns right = table(part(node, "right"), scope);
    const std::string type = node.text_or("join_type", "");
    if (type == "SEMI" || type == "ANTI") {
        scope.relations.resize(left_count);
        return left;
    }
    std::vector<std::string> same;
    for (const Node& name : part(node, "using_columns").items()) same.push_back(name.text());
    if (node.text_or("ref_type", "") == "NATURAL") {
        for (const LineageColumn& column : left) {
            if (column.name != unknown_columns && find_column(right, column.name) != nullptr)
                same.push_back(column.name);
        }
    }
    for (LineageColumn& column : left) {
        const LineageColumn* other = find_column(right, column.name);
        if (other != nullptr && holds(same, column.name)) merge_into(column, *other);
    }
    for (const LineageColumn& column : right) {
        if (!holds(same, column.name)) left.push_back(column);
    }
    return left;
}

// Rows out of nothing, or out of the values that it is given (unnest).
LineageColumns LineageWalk::table_function(const Node& node, LineageScope& scope) {
    const Node& function = part(node, "function");
    const std::string name = function.text_or("function_name", "");
    Relation relation{"", name, {}};
    relation.open = true;
    relation.any = found_in(part(function, "children"), scope).from;
    const auto& names = part(node, "column_name_alias").items();
    for (std::size_t i = 0; i < std::max<std::size_t>(names.size(), 1); ++i)
        relation.columns.push_back({name, relation.any});
    const bool many_columns = to_lower_ascii(name).starts_with("json_");
    if (many_columns) relation.columns.push_back({std::string(unknown_columns), relation.any});
    return add(node, std::move(relation), scope);
}

LineageColumns LineageWalk::values(const Node& node, LineageScope& scope) {
    Relation relation;
    LineageColumns& columns = relation.columns;
    for (const Node& row : part(node, "values").items()) {
        for (std::size_t i = 0; i < row.items().size(); ++i) {
            if (i == columns.size()) columns.push_back({"col" + std::to_string(i)});
            columns[i].from.merge(found_in(row.items()[i], scope).from);
        }
    }
    return add(node, std::move(relation), scope);
}

// The columns that a PIVOT makes are named by values: each may come from anything. Those that it
// leaves alone keep their names.
LineageColumns LineageWalk::pivot(const Node& node, LineageScope& scope) {
    LineageScope inner;
    inner.outer = &scope;
    inner.star = table(part(node, "source"), inner);
    const Sources all = all_sources(inner.star);
    std::vector<std::string> used;
    names_in(part(node, "aggregates"), used);
    std::vector<std::string> made;
    for (const Node& name : part(node, "unpivot_names").items()) made.push_back(name.text());
    const bool unpivot = !made.empty();
    for (const Node& one : part(node, "pivots").items()) {
        names_in(part(one, "pivot_expressions"), used);
        for (const Node& name : part(one, "unpivot_names").items()) made.push_back(name.text());
        for (const Node& entry : part(one, "entries").items()) {
            names_in(entry, used);
            for (const Node& value : part(entry, "values").items()) {
                if (unpivot) used.push_back(value.text_or("value", ""));
            }
        }
    }
    std::vector<std::string> groups;
    for (const Node& name : part(node, "groups").items()) groups.push_back(name.text());
    Relation relation;
    for (const LineageColumn& column : inner.star) {
        const bool kept = groups.empty() ? !holds(used, column.name) : holds(groups, column.name);
        if (kept && column.name != unknown_columns) relation.columns.push_back(column);
    }
    for (std::string& name : made) relation.columns.push_back({std::move(name), all});
    if (!unpivot || has_unknown(inner.star))
        relation.columns.push_back({std::string(unknown_columns), all});
    return add(node, std::move(relation), scope);
}

Result<std::vector<catalog::ColumnLineage>> lineage_of(
    Connection& connection, const std::string& sql, const FindColumns& columns
) {
    TRY(tables_of(connection, sql));  // the gate: it is one SELECT, and no larger than it may be
    const json::Value tree = TRY(parsed_tree(TRY(tree_of(connection, sql))));
    const auto& statements = part(tree, "statements").items();
    if (statements.empty()) return Error(ErrorCode::InvalidArgument, "there is no statement");
    LineageWalk walk(columns);
    std::vector<catalog::ColumnLineage> lineage;
    std::size_t count = 0;
    for (const LineageColumn& column : walk.query(part(statements[0], "node"), nullptr)) {
        count += column.from.size();
        if (count > sources_max) {
            return Error(
                ErrorCode::ResourceExhausted,
                "the result's columns have more than " + format_count(sources_max) + " sources"
            );
        }
        lineage.push_back({column.name, {column.from.begin(), column.from.end()}});
    }
    return lineage;
}

}  // namespace tradewind::engine
