#include "engine/sql_follow.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_text.h"
#include "engine/sql_facts.h"
#include "engine/sql_follow_walk.h"
#include "engine/sql_join.h"
#include "engine/sql_lineage_walk.h"
#include "engine/sql_parse.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

void rename(FollowRows& rows, const json::Value& names) {
    const std::size_t count = std::min(rows.columns.size(), names.items().size());
    for (std::size_t i = 0; i < count; ++i) rows.columns[i].name = names.items()[i].text();
}

// Of the two, where one reads the table: that one's. Where both do, only what both agree on.
void agree(FollowColumn& column, const FollowColumn* other, bool left_reads, bool right_reads) {
    if (!right_reads) return;
    if (!left_reads) {
        column.key = other == nullptr ? std::nullopt : other->key;
        return;
    }
    const bool same = other != nullptr && column.key && other->key &&
                      plain_node(*column.key).dump() == plain_node(*other->key).dump();
    if (!same) column.key.reset();
}

const FollowColumn* named(const FollowRows& rows, const std::string& name) {
    const auto found = std::ranges::find_if(rows.columns, [&](const FollowColumn& column) {
        return equal_ignore_case(column.name, name);
    });
    return found == rows.columns.end() ? nullptr : &*found;
}

}  // namespace

Result<FollowRows> FollowWalk::query_in(const Node& holder, const char* name) {
    const Node& statement = part(holder, name);
    const Node& node = part(statement, "node");
    return query(node.is_null() ? statement : node);
}

Result<FollowRows> FollowWalk::query(const Node& node) {
    const std::size_t cte_count = ctes_.size();
    TRY(ctes(node));
    const std::string type = node.text_or("type", "");
    FollowRows rows;
    if (type == "SELECT_NODE") rows = TRY(select(node));
    if (type == "SET_OPERATION_NODE") rows = TRY(set_operation(node));
    if (type == "RECURSIVE_CTE_NODE") rows = TRY(recursion(node));
    ctes_.resize(cte_count);
    return rows;
}

Result<void> FollowWalk::ctes(const Node& node) {
    for (const Node& entry : part(part(node, "cte_map"), "map").items()) {
        const Node& value = part(entry, "value");
        FollowRows rows = TRY(query_in(value, "query"));
        rename(rows, part(value, "aliases"));
        ctes_.push_back({to_lower_ascii(entry.text_or("key", "")), std::move(rows)});
    }
    return {};
}

Result<FollowRows> FollowWalk::select(const Node& node) {
    Scope scope;
    scope.all = TRY(table(part(node, "from_table"), scope));
    // Other clauses may name the list's columns, and those the table's: so it is walked first, and
    // again once it is known what the rows are grouped by.
    FollowRows unbounded;
    for (const Node& item : part(node, "select_list").items()) select_item(item, scope, unbounded);
    FollowRows rows;
    rows.reads = scope.all.reads;
    if (rows.reads) TRY(bound_by_clauses(node, scope));
    scope.aliases.clear();
    for (const Node& item : part(node, "select_list").items()) select_item(item, scope, rows);
    for (const auto& [name, value] : node.members()) {
        if (name == "from_table" || name == "cte_map" || !TRY(subquery_reads(value))) continue;
        stop(value, "a subquery that reads the table too");
        rows.reads = true;
        rows.drop_keys();
    }
    return rows;
}

void FollowWalk::combine(const Node& node, FollowRows& left, const FollowRows& right) const {
    const bool by_name = node.text_or("setop_type", "") == "UNION_BY_NAME";
    if (left.open || right.open) left.drop_keys();
    for (std::size_t i = 0; i < left.columns.size(); ++i) {
        FollowColumn& column = left.columns[i];
        const FollowColumn* other = by_name                    ? named(right, column.name)
                                    : i < right.columns.size() ? &right.columns[i]
                                                               : nullptr;
        agree(column, right.open ? nullptr : other, left.reads, right.reads);
    }
    left.open = left.open || right.open || by_name;
    left.reads = left.reads || right.reads;
}

Result<FollowRows> FollowWalk::set_operation(const Node& node) {
    FollowRows rows = TRY(query_in(node, "left"));
    const FollowRows right = TRY(query_in(node, "right"));
    const bool all = node.boolean_or("setop_all", false);
    const std::string type = node.text_or("setop_type", "");
    if (rows.reads || right.reads) {
        if (!type.starts_with("UNION") || !all) stop(node, type + (all ? " ALL" : ""));
        if (rows.reads != right.reads) stop(node, "UNION with rows of another table");
    }
    combine(node, rows, right);
    if (!rows.reads) return rows;
    Scope scope;
    bound_by_modifiers(node, scope);
    if (!scope.bounds.empty()) rows.drop_keys();
    return rows;
}

Result<FollowRows> FollowWalk::recursion(const Node& node) {
    FollowRows rows = TRY(query_in(node, "left"));
    rename(rows, part(node, "aliases"));
    rows.drop_keys();
    ctes_.push_back({to_lower_ascii(node.text_or("cte_name", "")), rows});
    const FollowRows right = TRY(query_in(node, "right"));
    ctes_.pop_back();
    rows.reads = rows.reads || right.reads;
    if (rows.reads) stop(node, "a recursive query");
    return rows;
}

// ---------------------------------------------------------------- after FROM

Result<FollowRows> FollowWalk::table(const Node& node, Scope& scope) {
    const std::string type = node.text_or("type", "");
    if (type == "EMPTY" || node.is_null()) return FollowRows();
    if (type == "JOIN") return join(node, scope);
    FollowRows rows;
    if (type == "BASE_TABLE") {
        rows = TRY(base_table(node));
    } else if (type == "SUBQUERY") {
        rows = TRY(query_in(node, "subquery"));
    } else {
        rows.open = true;
        Scope inner;
        if (type == "PIVOT") rows.reads = TRY(table(part(node, "source"), inner))
        .reads;
        rows.reads = TRY(subquery_reads(node))
        || rows.reads || type == "SHOW_REF";
        if (rows.reads) stop(node, to_lower_ascii(type));
    }
    if (rows.reads && !part(node, "sample").is_null()) {
        stop(node, "a sample");
        rows.drop_keys();
    }
    rename(rows, part(node, "column_name_alias"));
    const std::string alias = node.text_or("alias", "");
    scope.relations.push_back(
        {alias.empty() ? node.text_or("schema_name", "") : "",
         alias.empty() ? node.text_or("table_name", "") : alias,
         rows}
    );
    return rows;
}

Result<FollowRows> FollowWalk::base_table(const Node& node) {
    const std::string schema = node.text_or("schema_name", "");
    const std::string name = to_lower_ascii(node.text_or("table_name", ""));
    const auto cte = std::find_if(ctes_.rbegin(), ctes_.rend(), [&](const Cte& one) {
        return schema.empty() && one.name == name;
    });
    if (cte != ctes_.rend()) return cte->rows;
    const FollowedTable found = find_({to_lower_ascii(schema), name});
    FollowRows rows;
    if (found.role == FollowedTable::Role::View) {
        const json::Value tree = TRY(parsed_tree(TRY(tree_of(connection_, found.sql))));
        const auto& statements = part(tree, "statements").items();
        if (statements.empty()) return Error(ErrorCode::InvalidArgument, "there is no statement");
        const std::vector<Cte> around = std::exchange(ctes_, {});  // not seen by a view
        ++view_depth_;
        rows = TRY(query(part(statements[0], "node")));
        --view_depth_;
        ctes_ = around;
        return rows;
    }
    rows.reads = found.role == FollowedTable::Role::Followed;
    rows.open = found.columns.empty();
    const bool version = !part(node, "at_clause").is_null();
    if (rows.reads && version) stop(node, "an earlier version");
    for (const std::string& column : found.columns) {
        rows.columns.push_back({column});
        if (!rows.reads || version) continue;
        Node key = Node::object();
        key.set("class", "COLUMN_REF");
        key.set("type", "COLUMN_REF");
        key.set("alias", "");
        key.set("column_names", Node::array()).add(Node::string(column));
        rows.columns.back().key = std::move(key);
    }
    return rows;
}

Result<FollowRows> FollowWalk::join(const Node& node, Scope& scope) {
    FollowRows left = TRY(table(part(node, "left"), scope));
    const std::size_t left_count = scope.relations.size();
    FollowRows right = TRY(table(part(node, "right"), scope));
    const std::string kind = node.text_or("join_type", "");
    const std::string form = node.text_or("ref_type", "");
    const bool asks = TRY(subquery_reads(part(node, "condition")));
    const bool reads = left.reads || right.reads || asks;
    const bool fits = !asks && left.reads != right.reads && rows_go_alone(node, left.reads);
    if (reads && !fits) {
        const bool twice = asks || left.reads == right.reads;
        stop(
            node,
            twice ? "a join with itself"
                  : (kind == "ANTI" ? "an " : "a ") + to_lower_ascii(kind) + " join to it"
        );
        left.drop_keys();
        right.drop_keys();
        for (Relation& relation : scope.relations) relation.rows.drop_keys();
    }
    left.reads = reads;
    if (kind == "SEMI" || kind == "ANTI") {
        scope.relations.resize(left_count);
        return left;
    }
    // A column that the join makes of two has the left one's value.
    const bool natural = form == "NATURAL";
    if (natural) right.drop_keys();
    for (FollowColumn& column : right.columns) {
        const auto& same = part(node, "using_columns").items();
        const bool merged = std::ranges::any_of(same, [&](const Node& name) {
            return equal_ignore_case(name.text(), column.name);
        });
        if (merged || (natural && named(left, column.name) != nullptr)) continue;
        left.columns.push_back(std::move(column));
    }
    left.open = left.open || right.open;
    return left;
}

// ---------------------------------------------------------------- the statement

namespace {

Result<std::string> one_text(Connection& connection, const std::string& sql) {
    ResultHandle result = TRY(connection.run_result(sql));
    const ChunkHandle chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk || duckdb_data_chunk_get_size(chunk.get()) != 1)
        return Error(ErrorCode::Unavailable, "the SQL engine does not tell its functions");
    const TypeHandle text_type(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    ColumnText text = TRY(ColumnText::make(text_type.get()));
    text.bind(duckdb_data_chunk_get_vector(chunk.get(), 0));
    return std::string(text.text(0));
}

// SELECT key AS column, … FROM the table.
Result<std::string> keys_sql(
    Connection& connection,
    const FollowRows& rows,
    const std::vector<std::string>& keys,
    const std::string& table
) {
    json::Value list = json::Value::array();
    for (const std::string& name : keys) {
        const FollowColumn* column = named(rows, name);
        if (column == nullptr || !column->key) return std::string();
        json::Value item = *column->key;
        item.set("alias", name);
        list.add(std::move(item));
    }
    json::Value tree = TRY(parsed_tree(TRY(tree_of(connection, "SELECT 1 FROM " + table))));
    json::Value statements = json::Value::array();
    json::Value statement = part(tree, "statements").items().at(0);
    json::Value node = part(statement, "node");
    node.set("select_list", std::move(list));
    statement.set("node", std::move(node));
    statements.add(std::move(statement));
    tree.set("statements", std::move(statements));
    return sql_of(connection, tree.dump());
}

}  // namespace

Result<std::set<std::string>> aggregates_of(Connection& connection) {
    const std::string aggregates =
        "SELECT DISTINCT function_name AS f FROM duckdb_functions() WHERE function_type = "
        "'aggregate'";
    const std::string all = TRY(one_text(
        connection,
        "SELECT string_agg(lower(f), ' ') FROM (" + aggregates +
            " UNION SELECT function_name FROM duckdb_functions() WHERE function_type = 'macro' AND "
            "(SELECT bool_or(contains(lower(macro_definition), a.f || '(')) FROM (" +
            aggregates + ") a))"
    ));
    std::set<std::string> names;
    for (const std::string_view name : split(all, ' ')) names.emplace(name);
    return names;
}

Result<FollowedRows> follow_rows(
    Connection& connection,
    const std::set<std::string>& aggregates,
    const std::string& sql,
    const FindFollowed& find,
    const std::vector<std::string>& keys
) {
    TRY(tables_of(connection, sql));  // the gate: it is one SELECT, and no larger than it may be
    const json::Value tree = TRY(parsed_tree(TRY(tree_of(connection, sql))));
    const auto& statements = part(tree, "statements").items();
    if (statements.empty()) return Error(ErrorCode::InvalidArgument, "there is no statement");
    FollowWalk walk(connection, find, aggregates);
    const FollowRows rows = TRY(walk.query(part(statements[0], "node")));
    FollowedRows followed;
    followed.row_by_row = rows.reads && walk.obstacle().empty();
    followed.obstacle = walk.obstacle();
    if (walk.obstacle_at() && *walk.obstacle_at() < sql.size())
        std::tie(followed.line, followed.column) = line_and_column(sql, *walk.obstacle_at());
    if (rows.reads && !keys.empty() && !rows.open)
        followed.keys_sql = TRY(keys_sql(connection, rows, keys, "followed.rows"));
    return followed;
}

}  // namespace tradewind::engine
