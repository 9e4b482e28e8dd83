// Walks the parse tree of one statement and judges every part of it; see sql_gate.h for the rules.
// The definitions stand in three files: queries and their CTEs (sql_tree_queries.cc), what stands
// after FROM (sql_tree_tables.cc), expressions (sql_tree_expressions.cc).
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/sql_gate.h"
#include "engine/sql_growth.h"

namespace tradewind::engine {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

template <typename List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

inline std::string_view text_of(object node, const char* name) {
    std::string_view text;
    if (node[name].get(text) != simdjson::SUCCESS) return {};
    return text;
}

inline bool has(object node, const char* name) {
    return node[name].error() == simdjson::SUCCESS;
}

inline bool true_of(object node, const char* name) {
    bool value = false;
    return node[name].get(value) == simdjson::SUCCESS && value;
}

// A byte's line and column in the statement, both from 1.
std::pair<std::int64_t, std::int64_t> line_and_column(std::string_view sql, std::size_t offset);
// "line 2, column 7" of a byte in the statement.
std::string place_of(std::string_view sql, std::size_t offset);

// Walks the tree of one statement. `width` is how many columns a part can have at most, estimated
// without knowing the tables: what `SELECT *, *` in a subquery of a subquery doubles each time.
class TreeWalk {
public:
    TreeWalk(std::string_view sql, const PublishedTables& tables, std::vector<TableUse>* uses)
        : sql_(sql), tables_(tables), uses_(uses), lists_(may_make_lists(sql)) {}

    Result<std::size_t> query(object node);
    // After query(): ResourceExhausted when a value of it could become too large.
    Result<void> check_growth() const;

private:
    struct Cte {
        std::string name;
        std::size_t width;
        std::size_t growth;
    };
    // What the functions of one SELECT may do to the values that it reads.
    struct Growing {
        std::size_t source = 1;  // the values' own growth, further in
        std::size_t factor = 1;  // of the functions around the expression that is walked
        std::size_t factor_most = 1;
        std::size_t joined = 1;
    };
    // A column alias: the engine copies its expression wherever it is used.
    struct Alias {
        std::size_t node_count = 0;
        std::size_t factor = 1;
        std::size_t joined = 0;
    };

    Result<void> any(element value);
    Result<void> children(object node);
    Result<std::size_t> query_of(object holder, const char* name);
    Result<std::size_t> select(object node);
    Result<std::size_t> set_operation(object node);
    Result<std::size_t> recursion(object node);
    Result<void> ctes(object node);
    Result<std::size_t> select_list(array items, std::size_t source_width);
    Result<std::size_t> table(element value);
    Result<std::size_t> base_table(object node);
    void note_use(object node, const std::string& schema, const std::string& name);
    Result<std::size_t> table_function(object node);
    Result<std::size_t> shown(object node);
    Result<std::size_t> pivot(object node);
    Result<void> expression(object node);
    Result<void> function(object node);
    Result<void> grow(object node, const std::string& name);
    Result<void> column(object node);
    Result<void> subquery(object node);

    Error refused(object node, std::string message) const;
    Error too_large(std::string what) const;
    Result<std::size_t> width(std::size_t columns) const;

    std::string_view sql_;
    const PublishedTables& tables_;
    std::vector<TableUse>* uses_;
    const bool lists_;
    std::vector<Cte> ctes_;
    std::vector<std::map<std::string, Alias>> aliases_;  // of the select lists around
    Growing growing_;
    std::size_t growth_ = 1;  // of the query or table that was walked last
    std::size_t growth_most_ = 1;
    std::size_t literal_bytes_most_ = 16;
    std::size_t node_count_ = 0;
    int expression_depth_ = 0;
    int subquery_depth_ = 0;
    int lambda_depth_ = 0;
    int table_count_ = 0;  // joined with each other: the branches of a UNION count one by one
    int window_count_ = 0;
    int set_operation_count_ = 0;
    bool star_seen_ = false;
};

}  // namespace tradewind::engine
