// Walks the parse tree of a statement that the gate let through. The definitions stand in two
// files: queries and what stands after FROM (sql_lineage.cc), expressions
// (sql_lineage_expressions.cc).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/engine.h"
#include "engine/sql_lineage_scope.h"

namespace tradewind::engine {

// A member of a node; null when it is not there.
const json::Value& part(const json::Value& node, std::string_view name);

class LineageWalk {
public:
    explicit LineageWalk(const FindColumns& columns) : find_(columns) {}

    LineageColumns query(const json::Value& node, const LineageScope* outer);

private:
    using Node = json::Value;
    struct Cte {
        std::string name;  // lower case
        LineageColumns columns;
    };
    // What an expression is computed from.
    struct Found {
        Sources from;
        bool counts_rows = false;  // count(*), row_number() OVER ()
    };

    // The statement that a node carries.
    LineageColumns query_in(const Node& holder, const char* name, const LineageScope* outer);
    void ctes(const Node& node, const LineageScope* outer);
    LineageColumns select(const Node& node, const LineageScope* outer);
    LineageColumns set_operation(const Node& node, const LineageScope* outer);
    LineageColumns recursion(const Node& node, const LineageScope* outer);

    // Adds what stands after FROM to the scope, and returns what * stands for.
    LineageColumns table(const Node& node, LineageScope& scope);
    LineageColumns base_table(const Node& node, LineageScope& scope);
    LineageColumns join(const Node& node, LineageScope& scope);
    LineageColumns table_function(const Node& node, LineageScope& scope);
    LineageColumns values(const Node& node, LineageScope& scope);
    LineageColumns pivot(const Node& node, LineageScope& scope);
    static LineageColumns add(const Node& node, Relation relation, LineageScope& scope);

    void select_item(const Node& item, LineageScope& scope, LineageColumns& columns);
    Found found_in(const Node& node, const LineageScope& scope, bool with_stars = true);
    void collect(const Node& node, const LineageScope& scope, bool with_stars, Found& found);
    void column(const Node& node, const LineageScope& scope, Found& found) const;
    void subquery(const Node& node, const LineageScope& scope, Found& found);
    void lambda(const Node& node, const LineageScope& scope, bool with_stars, Found& found);
    // The columns that a * stands for, without those it excludes.
    LineageColumns star(const Node& node, const LineageScope& scope);

    const FindColumns& find_;
    std::vector<Cte> ctes_;
    std::vector<std::string> parameters_;  // of the lambdas around
    std::size_t recursion_count_ = 0;
};

}  // namespace tradewind::engine
