// Walks the parse tree of a statement that the gate let through, with one table in view. The
// definitions stand in two files: queries and what stands after FROM (sql_follow.cc), expressions
// (sql_follow_expressions.cc).
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "engine/duckdb_instance.h"
#include "engine/engine.h"

namespace tradewind::engine {

// A column of a query, a CTE or something after FROM.
struct FollowColumn {
    std::string name;
    // The expression over one row of the followed table that gives its value, such that the rows
    // with one value here depend on no rows of the table with another. Nothing: there is none.
    std::optional<json::Value> key{};
};

struct FollowRows {
    bool reads = false;  // the followed table
    bool open = false;   // it has columns besides whose names are not known
    std::vector<FollowColumn> columns;

    void drop_keys() {
        for (FollowColumn& column : columns) column.key.reset();
    }
};

class FollowWalk {
public:
    FollowWalk(Connection& connection, const FindFollowed& find, std::set<std::string> aggregates)
        : connection_(connection), find_(find), aggregates_(std::move(aggregates)) {}

    Result<FollowRows> query(const json::Value& node);
    // Why its rows do not each go their own way; empty: they do.
    const std::string& obstacle() const { return obstacle_; }
    std::optional<std::size_t> obstacle_at() const { return obstacle_at_; }

private:
    using Node = json::Value;
    using Keys = std::set<std::string>;  // of what a clause groups rows by, as texts
    struct Cte {
        std::string name;  // lower case
        FollowRows rows;
    };
    struct Relation {
        std::string schema;  // empty where an alias hides it
        std::string alias;
        FollowRows rows;
    };
    struct Scope {
        std::vector<Relation> relations;
        FollowRows all;                     // what * stands for, and bare names
        std::vector<FollowColumn> aliases;  // of the select list so far
        std::vector<Keys> bounds;           // a column's key is made of each of them
    };

    Result<FollowRows> query_in(const Node& holder, const char* name);
    Result<void> ctes(const Node& node);
    Result<FollowRows> select(const Node& node);
    Result<FollowRows> set_operation(const Node& node);
    Result<FollowRows> recursion(const Node& node);
    void combine(const Node& node, FollowRows& left, const FollowRows& right) const;

    Result<FollowRows> table(const Node& node, Scope& scope);
    Result<FollowRows> base_table(const Node& node);
    Result<FollowRows> join(const Node& node, Scope& scope);

    Result<void> bound_by_clauses(const Node& node, Scope& scope);
    Result<void> bound_by_groups(const Node& node, Scope& scope);
    void bound_by_modifiers(const Node& node, Scope& scope);
    void bound_by_windows(const Node& node, Scope& scope);
    void select_item(const Node& item, Scope& scope, FollowRows& rows) const;
    void star(const Node& node, const Scope& scope, FollowRows& rows) const;

    // Over the followed table's row; nothing where it is not.
    std::optional<Node> composed(const Node& node, const Scope& scope) const;
    std::optional<Node> bounded(const Node& node, const Scope& scope) const;
    static bool made_of(const Node& node, const Keys& keys);
    std::optional<Node> column(const Node& node, const Scope& scope) const;
    bool aggregates(const Node& node) const;
    Result<bool> subquery_reads(const Node& node);

    void stop(const Node& node, const std::string& what);

    Connection& connection_;
    const FindFollowed& find_;
    const std::set<std::string> aggregates_;
    std::vector<Cte> ctes_;
    int view_depth_ = 0;
    std::string obstacle_;
    std::optional<std::size_t> obstacle_at_;
};

// A node without what does not change its meaning: places and names.
json::Value plain_node(const json::Value& node);

}  // namespace tradewind::engine
