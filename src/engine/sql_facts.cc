#include "engine/sql_facts.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "engine/sql_gate.h"
#include "engine/sql_parse.h"

namespace tradewind::engine {

namespace {

// Whatever a statement names is taken for a table, and noted.
class NotedTables : public PublishedTables {
public:
    int count(std::string_view, std::string_view) const override { return 1; }
    std::string nearest(std::string_view, std::string_view) const override { return ""; }
};

class NoTables : public PublishedTables {
public:
    int count(std::string_view, std::string_view) const override { return 0; }
    std::string nearest(std::string_view, std::string_view) const override { return ""; }
};

bool empty_member(const json::Value& node, const char* name) {
    const json::Value* value = node.find(name);
    return value == nullptr || value->is_null() || value->items().empty();
}

// SELECT (expression), and nothing that the parentheses let in beside it.
bool single_expression(const json::Value& tree) {
    const json::Value* statements = tree.find("statements");
    if (statements == nullptr || statements->items().size() != 1) return false;
    const json::Value* node = statements->items()[0].find("node");
    if (node == nullptr || node->text_or("type", "") != "SELECT_NODE") return false;
    const json::Value* list = node->find("select_list");
    const json::Value* from = node->find("from_table");
    constexpr std::array clauses{"modifiers", "group_expressions", "group_sets"};
    constexpr std::array conditions{"where_clause", "having", "qualify", "sample"};
    return list != nullptr && list->items().size() == 1 && from != nullptr &&
           from->text_or("type", "") == "EMPTY" &&
           std::all_of(
               clauses.begin(),
               clauses.end(),
               [&](const char* name) { return empty_member(*node, name); }
           ) &&
           std::all_of(conditions.begin(), conditions.end(), [&](const char* name) {
               const json::Value* value = node->find(name);
               return value == nullptr || value->is_null();
           });
}

bool has_class(const json::Value& node, std::string_view name) {
    const auto holds = [&](const json::Value& part) { return has_class(part, name); };
    if (node.kind() == json::Kind::Array)
        return std::any_of(node.items().begin(), node.items().end(), holds);
    if (node.kind() != json::Kind::Object) return false;
    if (node.text_or("class", "") == name) return true;
    return std::any_of(node.members().begin(), node.members().end(), [&](const auto& member) {
        return holds(member.second);
    });
}

Result<void> check_form(
    Connection& connection, const std::string& expression, const std::string& sql
) {
    TRY(check_sql_text(sql));
    const std::string tree = TRY(tree_of(connection, sql));
    const Result<void> allowed = check_sql_tree(tree, sql, NoTables());
    if (!allowed.ok() && allowed.error().code() != ErrorCode::InvalidArgument) return allowed;
    const json::Value parsed = TRY(json::parse(tree));
    // Its tables are not known here, and that is not what is wrong.
    if (has_class(parsed, "SUBQUERY"))
        return Error(ErrorCode::InvalidArgument, "an expression cannot hold a subquery");
    if (!allowed.ok()) return allowed;
    if (!single_expression(parsed) || has_class(parsed, "STAR"))
        return Error(ErrorCode::InvalidArgument, "it must be one expression: " + expression);
    return {};
}

}  // namespace

Result<std::vector<TableUse>> tables_of(Connection& connection, const std::string& sql) {
    TRY(check_sql_text(sql));
    std::vector<TableUse> uses;
    TRY(check_sql_tree(TRY(tree_of(connection, sql)), sql, NotedTables(), &uses));
    return uses;
}

Result<void> check_expression(Connection& connection, const std::string& expression) {
    if (trim(expression).empty())
        return Error(ErrorCode::InvalidArgument, "the expression is empty");
    // Bare, brackets that close what they did not open are seen ("true) OR (true"), and lists; in
    // brackets, what may follow an expression in a statement (an alias, FROM, ORDER BY).
    TRY(check_form(connection, expression, "SELECT " + expression + "\n"));
    return check_form(connection, expression, "SELECT (" + expression + "\n)");
}

}  // namespace tradewind::engine
