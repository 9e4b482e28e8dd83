#include "engine/sql_gate.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "engine/sql_functions.h"

namespace tradewind::engine {

namespace {

using namespace std::string_view_literals;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Planning time grows with the square of an expression's depth (200: 0.2 s) and of the number of
// windows (1,000: 3 s), with the fourth power of the number of joined tables (40: 0.1 s, 80: 5 s),
// and doubles with each scalar subquery inside another (16: 0.05 s, 24: more than 5 s). All
// measured on 1.5.5; nothing can interrupt it.
constexpr int expression_depth_max = 200;
constexpr int subquery_depth_max = 8;
constexpr int table_count_max = 40;
constexpr int window_count_max = 200;
constexpr int set_operation_count_max = 500;
constexpr std::size_t node_count_max = 200'000;
constexpr std::size_t json_depth_max = 1000;
constexpr int lambda_depth_max = 2;

// Names that the parser itself writes with the schema "main".
constexpr std::array parser_schema{"main"sv};

constexpr std::array plain_classes{
    "BETWEEN"sv,
    "CASE"sv,
    "CAST"sv,
    "COLLATE"sv,
    "COMPARISON"sv,
    "CONJUNCTION"sv,
    "CONSTANT"sv,
    "TYPE"sv,
    "STAR"sv,
    "LAMBDA"sv,
    "OPERATOR"sv,
    "POSITIONAL_REFERENCE"sv,
    "LAMBDA_REF"sv,
};

// A catalog name that a CTE could be mistaken for, should the engine ever look there first.
constexpr std::array reserved_prefixes{
    "duckdb_"sv, "pragma_"sv, "sqlite_"sv, "pg_"sv, "hot_"sv, "information_schema"sv
};

template <typename List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view text_of(object node, const char* name) {
    std::string_view text;
    if (node[name].get(text) != simdjson::SUCCESS) return {};
    return text;
}

bool has(object node, const char* name) {
    return node[name].error() == simdjson::SUCCESS;
}

bool true_of(object node, const char* name) {
    bool value = false;
    return node[name].get(value) == simdjson::SUCCESS && value;
}

// Walks the tree of one statement. `width` is how many columns a part can have at most, estimated
// without knowing the tables: what `SELECT *, *` in a subquery of a subquery doubles each time.
class TreeWalk {
public:
    TreeWalk(std::string_view sql, const PublishedTables& tables) : sql_(sql), tables_(tables) {}

    Result<std::size_t> query(object node);

private:
    struct Cte {
        std::string name;
        std::size_t width;
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
    Result<std::size_t> table_function(object node);
    Result<std::size_t> shown(object node);
    Result<std::size_t> pivot(object node);
    Result<void> expression(object node);
    Result<void> function(object node);
    Result<void> column(object node);
    Result<void> subquery(object node);

    Error refused(object node, std::string message) const;
    Error too_large(std::string what) const;
    Result<std::size_t> width(std::size_t columns) const;

    std::string_view sql_;
    const PublishedTables& tables_;
    std::vector<Cte> ctes_;
    // Column aliases of the select lists around, and how many nodes each stands for: the engine
    // copies an alias's expression wherever the alias is used.
    std::vector<std::map<std::string, std::size_t>> aliases_;
    std::size_t node_count_ = 0;
    int expression_depth_ = 0;
    int subquery_depth_ = 0;
    int lambda_depth_ = 0;
    int table_count_ = 0;  // joined with each other: the branches of a UNION count one by one
    int window_count_ = 0;
    int set_operation_count_ = 0;
    bool star_seen_ = false;
};

// "line 2, column 7" of a byte in the statement.
std::string place_of(std::string_view sql, std::size_t offset) {
    const std::string_view before = sql.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_begin = before.rfind('\n') + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(offset - line_begin + 1);
}

Error TreeWalk::refused(object node, std::string message) const {
    Error error(ErrorCode::InvalidArgument, std::move(message));
    std::uint64_t offset = 0;
    if (node["query_location"].get(offset) != simdjson::SUCCESS || offset >= sql_.size())
        return error;
    return std::move(error).with_detail("It stands at " + place_of(sql_, offset) + ".");
}

Error TreeWalk::too_large(std::string what) const {
    return Error(ErrorCode::ResourceExhausted, "the statement is too complex: " + std::move(what))
        .with_hint("Split it, or put intermediate results into a CTE.");
}

Result<std::size_t> TreeWalk::width(std::size_t columns) const {
    if (columns > limits::columns_max) {
        return too_large(
            "a part of it could have more than " + format_count(limits::columns_max) + " columns"
        );
    }
    return columns;
}

Result<void> TreeWalk::any(element value) {
    if (value.is_array()) {
        for (const element item : array(value)) TRY(any(item));
        return {};
    }
    if (!value.is_object()) return {};
    const object node = value;
    if (has(node, "class")) return expression(node);
    if (has(node, "cte_map")) {
        TRY(query(node));
        return {};
    }
    if (has(node, "sample") && has(node, "alias")) {
        TRY(table(value));
        return {};
    }
    return children(node);
}

Result<void> TreeWalk::children(object node) {
    for (const auto field : node) TRY(any(field.value));
    return {};
}

// A select statement wraps its node: {"node": …, "named_param_map": …}.
Result<std::size_t> TreeWalk::query_of(object holder, const char* name) {
    object statement;
    if (holder[name].get(statement) != simdjson::SUCCESS)
        return refused(holder, "part of the statement is missing");
    object node;
    if (statement["node"].get(node) != simdjson::SUCCESS) return query(statement);
    return query(node);
}

Result<std::size_t> TreeWalk::query(object node) {
    const std::size_t cte_count = ctes_.size();
    const std::string_view type = text_of(node, "type");
    std::size_t columns = 0;
    if (type == "SELECT_NODE") {
        TRY(ctes(node));
        columns = TRY(select(node));
    } else if (type == "SET_OPERATION_NODE") {
        TRY(ctes(node));
        columns = TRY(set_operation(node));
    } else if (type == "RECURSIVE_CTE_NODE") {
        TRY(ctes(node));
        columns = TRY(recursion(node));
    } else {
        return refused(node, "this kind of statement is not allowed");
    }
    ctes_.erase(ctes_.begin() + static_cast<std::ptrdiff_t>(cte_count), ctes_.end());
    return columns;
}

Result<void> TreeWalk::ctes(object node) {
    array map;
    if (node["cte_map"]["map"].get(map) != simdjson::SUCCESS) return {};
    for (const object entry : map) {
        const std::string name = to_lower_ascii(text_of(entry, "key"));
        const object value = entry["value"];
        if (text_of(value, "materialized") == "CTE_MATERIALIZE_NEVER") {
            return refused(value, "NOT MATERIALIZED is not allowed here")
                .with_hint("Leave it out: the engine decides by itself.");
        }
        const bool reserved = std::any_of(
            reserved_prefixes.begin(),
            reserved_prefixes.end(),
            [&](std::string_view prefix) { return name.starts_with(prefix); }
        );
        if (reserved || name.find_first_of("./\\:*?[]{}'\"") != std::string::npos) {
            return refused(value, "a CTE cannot be named \"" + name + "\"");
        }
        // Seen by the CTEs after it, not by itself: there its name means a table.
        const std::size_t columns = TRY(query_of(value, "query"));
        ctes_.push_back({name, columns});
        for (const char* part : {"key_targets", "payload_aggregates"}) {
            element expressions;
            if (value[part].get(expressions) == simdjson::SUCCESS) TRY(any(expressions));
        }
    }
    return {};
}

Result<std::size_t> TreeWalk::select(object node) {
    const element source = node["from_table"];
    const std::size_t source_width = TRY(table(source));
    aliases_.emplace_back();
    const std::size_t columns = TRY(select_list(node["select_list"], source_width));
    for (const auto field : node) {
        if (field.key != "from_table" && field.key != "select_list" && field.key != "cte_map")
            TRY(any(field.value));
    }
    aliases_.pop_back();
    return width(columns);
}

Result<std::size_t> TreeWalk::select_list(array items, std::size_t source_width) {
    std::size_t columns = 0;
    for (const object item : items) {
        const std::size_t nodes_before = node_count_;
        const bool star_before = std::exchange(star_seen_, false);
        TRY(expression(item));
        columns = TRY(width(columns + (star_seen_ ? std::max<std::size_t>(source_width, 1) : 1)));
        star_seen_ = star_before;
        const std::string_view alias = text_of(item, "alias");
        if (!alias.empty()) aliases_.back()[to_lower_ascii(alias)] = node_count_ - nodes_before;
    }
    return columns;
}

Result<std::size_t> TreeWalk::set_operation(object node) {
    if (++set_operation_count_ > set_operation_count_max) {
        return too_large(
            "more than " + std::to_string(set_operation_count_max) + " set operations"
        );
    }
    std::size_t sum = 0;
    std::size_t most = 0;
    const int table_count_before = table_count_;
    int table_count_most = table_count_before;
    for (const auto field : node) {
        if (field.key != "left" && field.key != "right") {
            if (field.key != "cte_map") TRY(any(field.value));
            continue;
        }
        table_count_ = table_count_before;
        const std::size_t columns = TRY(query(field.value));
        table_count_most = std::max(table_count_most, table_count_);
        sum += columns;
        most = std::max(most, columns);
    }
    table_count_ = table_count_most;
    return width(text_of(node, "setop_type") == "UNION_BY_NAME" ? sum : most);
}

// The part after UNION sees the CTE by its name, the part before does not.
Result<std::size_t> TreeWalk::recursion(object node) {
    const std::size_t columns = TRY(query(node["left"]));
    ctes_.push_back({to_lower_ascii(text_of(node, "cte_name")), columns});
    TRY(query(node["right"]));
    ctes_.pop_back();
    for (const auto field : node) {
        if (field.key != "left" && field.key != "right" && field.key != "cte_map")
            TRY(any(field.value));
    }
    return columns;
}

Result<std::size_t> TreeWalk::table(element value) {
    if (!value.is_object()) return std::size_t{0};
    const object node = value;
    if (++table_count_ > table_count_max) {
        return too_large("more than " + std::to_string(table_count_max) + " tables joined");
    }
    const std::string_view type = text_of(node, "type");
    if (type == "EMPTY") {
        --table_count_;
        return std::size_t{0};
    }
    if (type == "BASE_TABLE") return base_table(node);
    if (type == "TABLE_FUNCTION") return table_function(node);
    if (type == "SHOW_REF") return shown(node);
    if (type == "PIVOT") return pivot(node);
    if (type == "SUBQUERY") {
        --table_count_;
        return query_of(node, "subquery");
    }
    if (type == "JOIN") {
        --table_count_;
        const std::size_t left = TRY(table(node["left"]));
        const std::size_t right = TRY(table(node["right"]));
        for (const auto field : node) {
            if (field.key != "left" && field.key != "right") TRY(any(field.value));
        }
        return width(left + right);
    }
    if (type == "EXPRESSION_LIST") {
        TRY(children(node));
        std::size_t columns = 1;
        for (const element row : array(node["values"])) {
            columns = std::max(columns, array(row).size());
        }
        return width(columns);
    }
    return refused(node, "this kind of table is not allowed");
}

Result<std::size_t> TreeWalk::base_table(object node) {
    // Columns of a real table: as many as any of ours has, for the estimate.
    constexpr std::size_t table_width = 32;
    const std::string schema = to_lower_ascii(text_of(node, "schema_name"));
    const std::string name = to_lower_ascii(text_of(node, "table_name"));
    const bool plain = text_of(node, "catalog_name").empty();
    if (plain && schema.empty()) {
        const auto cte = std::find_if(ctes_.rbegin(), ctes_.rend(), [&](const Cte& c) {
            return c.name == name;
        });
        if (cte != ctes_.rend()) return cte->width;
    }
    TRY(children(node));
    const int count = plain ? tables_.count(schema, name) : 0;
    if (count == 1) return table_width;
    const std::string shown_name = schema.empty() ? name : schema + "." + name;
    if (count > 1) {
        return refused(node, "the table name \"" + shown_name + "\" is ambiguous")
            .with_hint("Write its schema before it.");
    }
    const std::string nearest = tables_.nearest(schema, name);
    Error error = refused(node, "there is no table \"" + shown_name + "\"");
    return std::move(error).with_hint(
        nearest.empty() ? "Queries read published tables only, no files."
                        : "Did you mean " + nearest + "?"
    );
}

Result<std::size_t> TreeWalk::table_function(object node) {
    object function_node;
    if (node["function"].get(function_node) != simdjson::SUCCESS ||
        text_of(function_node, "class") != "FUNCTION") {
        return refused(node, "this kind of table is not allowed");
    }
    const std::string name = to_lower_ascii(text_of(function_node, "function_name"));
    if (!table_function_allowed(name) || !text_of(function_node, "schema").empty() ||
        !text_of(function_node, "catalog").empty()) {
        return refused(node, "the table function \"" + name + "\" is not allowed")
            .with_hint(
                "Queries read published tables; range, generate_series, unnest, json_each and "
                "json_tree make rows."
            );
    }
    TRY(children(function_node));
    TRY(any(element(node["sample"])));
    return std::size_t{8};
}

// DESCRIBE and SUMMARIZE carry the query that they describe; SHOW TABLES and its like read the
// catalog.
Result<std::size_t> TreeWalk::shown(object node) {
    object query_node;
    if (node["query"].get(query_node) != simdjson::SUCCESS) {
        return refused(node, "SHOW is not allowed")
            .with_hint("The table system.tables lists what there is.");
    }
    TRY(query(query_node));
    return std::size_t{16};
}

Result<std::size_t> TreeWalk::pivot(object node) {
    const std::size_t source_width = TRY(table(node["source"]));
    std::size_t combinations = 1;
    array pivots;
    if (node["pivots"].get(pivots) == simdjson::SUCCESS) {
        for (const object column : pivots) {
            array entries;
            if (column["entries"].get(entries) != simdjson::SUCCESS) continue;
            combinations = TRY(width(combinations * std::max<std::size_t>(entries.size(), 1)));
        }
    }
    const std::size_t aggregates = std::max<std::size_t>(array(node["aggregates"]).size(), 1);
    for (const auto field : node) {
        if (field.key != "source") TRY(any(field.value));
    }
    return width(source_width + combinations * aggregates);
}

Result<void> TreeWalk::expression(object node) {
    if (++node_count_ > node_count_max) {
        return too_large(
            "more than " + format_count(node_count_max) + " parts, counting the use of aliases"
        );
    }
    if (++expression_depth_ > expression_depth_max) {
        return too_large(
            "expressions nested more than " + std::to_string(expression_depth_max) + " deep"
        );
    }
    const std::string_view kind = text_of(node, "class");
    if (kind == "FUNCTION" || kind == "WINDOW") {
        if (kind == "WINDOW" && ++window_count_ > window_count_max) {
            return too_large("more than " + std::to_string(window_count_max) + " windows");
        }
        TRY(function(node));
    } else if (kind == "COLUMN_REF") {
        TRY(column(node));
    } else if (kind == "SUBQUERY") {
        TRY(subquery(node));
    } else if (kind == "PARAMETER") {
        return refused(node, "parameters such as ? and $1 are not allowed")
            .with_hint("Write the value itself.");
    } else if (contains(plain_classes, kind)) {
        if (kind == "STAR") star_seen_ = true;
        const int lambda = kind == "LAMBDA" ? 1 : 0;
        if ((lambda_depth_ += lambda) > lambda_depth_max) {
            return too_large(
                "lambdas nested more than " + std::to_string(lambda_depth_max) + " deep"
            );
        }
        TRY(children(node));
        lambda_depth_ -= lambda;
    } else {
        return refused(node, "this kind of expression is not allowed: " + to_lower_ascii(kind));
    }
    --expression_depth_;
    return {};
}

Result<void> TreeWalk::function(object node) {
    const std::string name = to_lower_ascii(text_of(node, "function_name"));
    const std::string_view schema = text_of(node, "schema");
    const bool foreign =
        !text_of(node, "catalog").empty() || (!schema.empty() && !contains(parser_schema, schema));
    if (foreign || !function_allowed(name)) {
        return refused(node, "the function \"" + name + "\" is not allowed")
            .with_hint(
                "Queries compute on published tables; files, settings and the engine's catalog are "
                "out of reach."
            );
    }
    if (true_of(node, "export_state")) return refused(node, "EXPORT_STATE is not allowed");
    return children(node);
}

Result<void> TreeWalk::column(object node) {
    const array names = node["column_names"];
    if (names.size() != 1) return {};
    const std::string name = to_lower_ascii(std::string_view(names.at(0)));
    for (const auto& list : aliases_) {
        const auto alias = list.find(name);
        if (alias == list.end()) continue;
        node_count_ += alias->second;
        if (node_count_ > node_count_max)
            return too_large("column aliases that use each other grow too fast");
    }
    return {};
}

Result<void> TreeWalk::subquery(object node) {
    if (++subquery_depth_ > subquery_depth_max) {
        return too_large(
            "subqueries nested more than " + std::to_string(subquery_depth_max) + " deep"
        );
    }
    for (const auto field : node) {
        if (field.key == "subquery") {
            TRY(query_of(node, "subquery"));
        } else {
            TRY(any(field.value));
        }
    }
    --subquery_depth_;
    return {};
}

Error unreadable(object root) {
    const std::string_view kind = text_of(root, "error_type");
    if (kind == "not implemented") {
        return Error(ErrorCode::InvalidArgument, "only SELECT statements are allowed")
            .with_hint("A query reads; PIVOT works as SELECT * FROM t PIVOT (… FOR c IN (…)).");
    }
    std::string message(text_of(root, "error_message"));
    if (message.starts_with("Max expression depth")) {
        return Error(
            ErrorCode::ResourceExhausted, "the statement is too complex: it is nested too deeply"
        );
    }
    return Error(ErrorCode::InvalidArgument, std::move(message));
}

// Where the parser stopped, when it says so.
Error with_place(Error error, object root, std::string_view sql) {
    std::string_view position;
    if (root["position"].get(position) != simdjson::SUCCESS) return error;
    const auto offset = parse_integer(position);
    if (!offset || *offset < 0 || static_cast<std::size_t>(*offset) > sql.size()) return error;
    return std::move(error).with_detail(
        "It stands at " + place_of(sql, static_cast<std::size_t>(*offset)) + "."
    );
}

Result<void> check_tree(
    std::string_view tree, std::string_view sql, const PublishedTables& tables
) {
    simdjson::dom::parser parser;
    if (parser.allocate(tree.size(), json_depth_max) != simdjson::SUCCESS) {
        return Error(ErrorCode::ResourceExhausted, "no memory to check the statement");
    }
    object root;
    const simdjson::error_code code = parser.parse(tree.data(), tree.size()).get(root);
    if (code == simdjson::DEPTH_ERROR || code == simdjson::CAPACITY) {
        return Error(
            ErrorCode::ResourceExhausted, "the statement is too complex: it is nested too deeply"
        );
    }
    if (code != simdjson::SUCCESS)
        return Error(ErrorCode::InvalidArgument, "the statement cannot be checked");
    bool failed = true;
    if (root["error"].get(failed) != simdjson::SUCCESS || failed)
        return with_place(unreadable(root), root, sql);
    array statements;
    if (root["statements"].get(statements) != simdjson::SUCCESS || statements.size() != 1) {
        return Error(ErrorCode::InvalidArgument, "exactly one statement is allowed")
            .with_hint("Send one SELECT at a time.");
    }
    const object statement = statements.at(0);
    array parameters;
    if (statement["named_param_map"].get(parameters) == simdjson::SUCCESS &&
        parameters.size() > 0) {
        return Error(ErrorCode::InvalidArgument, "parameters such as ? and $1 are not allowed")
            .with_hint("Write the value itself.");
    }
    object node;
    if (statement["node"].get(node) != simdjson::SUCCESS) {
        return Error(ErrorCode::InvalidArgument, "only SELECT statements are allowed");
    }
    TRY(TreeWalk(sql, tables).query(node));
    return {};
}

}  // namespace

Result<void> check_sql_text(std::string_view sql) {
    if (sql.size() > user_sql_bytes_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "the statement is longer than " + format_bytes(user_sql_bytes_max)
        );
    }
    if (trim(sql).empty()) return Error(ErrorCode::InvalidArgument, "the statement is empty");
    if (sql.find('\0') != std::string_view::npos) {
        return Error(ErrorCode::InvalidArgument, "the statement holds a NUL byte");
    }
    if (!valid_utf8(sql)) return Error(ErrorCode::InvalidArgument, "the statement is not UTF-8");
    return {};
}

Result<void> check_sql_tree(
    std::string_view tree, std::string_view sql, const PublishedTables& tables
) {
    try {
        return check_tree(tree, sql, tables);
    } catch (const simdjson::simdjson_error& failure) {
        // A tree of another shape than we know: refuse what cannot be judged.
        return Error(ErrorCode::InvalidArgument, "the statement cannot be checked")
            .with_detail(failure.what());
    }
}

}  // namespace tradewind::engine
