#include "engine/sql_ordered.h"

#include <string_view>
#include <utility>

#include "engine/sql_parse.h"

namespace tradewind::engine {

namespace {

bool absent(const json::Value& node, std::string_view name) {
    const json::Value* value = node.find(name);
    return value == nullptr || value->is_null();
}

bool empty(const json::Value& node, std::string_view name) {
    const json::Value* value = node.find(name);
    return value == nullptr || value->items().empty();
}

// The name of a column that stands there as it is; empty: something else does.
std::string plain_column(const json::Value* expression) {
    if (expression == nullptr || expression->text_or("class", "") != "COLUMN_REF") return "";
    if (!expression->text_or("alias", "").empty()) return "";
    const json::Value* names = expression->find("column_names");
    if (names == nullptr || names->items().size() != 1) return "";
    return names->items().front().text();
}

bool only_reads(const json::Value& node) {
    if (node.text_or("type", "") != "SELECT_NODE") return false;
    if (node.text_or("aggregate_handling", "") != "STANDARD_HANDLING") return false;
    for (const char* part : {"where_clause", "having", "sample", "qualify"}) {
        if (!absent(node, part)) return false;
    }
    const json::Value* ctes = node.find("cte_map");
    if (ctes != nullptr && !empty(*ctes, "map")) return false;
    return empty(node, "group_expressions") && empty(node, "group_sets");
}

bool read_table(const json::Value* from, OrderedRead& read) {
    if (from == nullptr || from->text_or("type", "") != "BASE_TABLE") return false;
    if (!absent(*from, "sample") || !absent(*from, "at_clause")) return false;
    if (!from->text_or("catalog_name", "").empty() || !empty(*from, "column_name_alias"))
        return false;
    read.table = {from->text_or("schema_name", ""), from->text_or("table_name", "")};
    return true;
}

bool read_columns(const json::Value* list, OrderedRead& read) {
    if (list == nullptr) return false;
    for (const json::Value& expression : list->items()) {
        read.columns.push_back(plain_column(&expression));
        if (read.columns.back().empty()) return false;
    }
    return !read.columns.empty();
}

// One ORDER BY, and neither DISTINCT nor LIMIT.
bool read_order(const json::Value* modifiers, OrderedRead& read) {
    if (modifiers == nullptr || modifiers->items().size() != 1) return false;
    const json::Value& order = modifiers->items().front();
    const json::Value* list = order.find("orders");
    if (order.text_or("type", "") != "ORDER_MODIFIER" || list == nullptr) return false;
    for (const json::Value& one : list->items()) {
        const std::string type = one.text_or("type", "");
        if (type != "ORDER_DEFAULT" && type != "ASCENDING") return false;
        read.order_by.push_back(plain_column(one.find("expression")));
        if (read.order_by.back().empty()) return false;
    }
    return true;
}

}  // namespace

Result<std::optional<OrderedRead>> ordered_read(Connection& connection, const std::string& sql) {
    const json::Value tree = TRY(parsed_tree(TRY(tree_of(connection, sql))));
    const json::Value* statements = tree.find("statements");
    if (statements == nullptr || statements->items().size() != 1)
        return std::optional<OrderedRead>();
    const json::Value* node = statements->items().front().find("node");
    OrderedRead read;
    const bool plain =
        node != nullptr && only_reads(*node) && read_table(node->find("from_table"), read) &&
        read_columns(node->find("select_list"), read) && read_order(node->find("modifiers"), read);
    if (!plain) return std::optional<OrderedRead>();
    return std::optional(std::move(read));
}

}  // namespace tradewind::engine
