#include "engine/sql_narrow.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "engine/partition_choice.h"
#include "engine/sql_join.h"
#include "engine/sql_parse.h"

namespace tradewind::engine {

namespace {

using json::Value;

// Of these the value hangs on nothing but the row.
constexpr std::array<std::string_view, 7> plain_classes{
    "COLUMN_REF", "CONSTANT", "COMPARISON", "BETWEEN", "CONJUNCTION", "OPERATOR", "CAST"
};

const Value& part(const Value& node, std::string_view name) {
    static const Value none;
    const Value* found = node.find(name);
    return found == nullptr ? none : *found;
}

bool is_table(const Value& node) {
    return node.text_or("type", "") == "BASE_TABLE" && part(node, "at_clause").is_null() &&
           part(node, "sample").is_null() && part(node, "column_name_alias").items().empty();
}

std::string called(const Value& table) {
    const std::string alias = table.text_or("alias", "");
    return alias.empty() ? table.text_or("table_name", "") : alias;
}

void collect_conjuncts(const Value& condition, std::vector<const Value*>& conjuncts) {
    if (condition.text_or("type", "") != "CONJUNCTION_AND") {
        if (!condition.is_null()) conjuncts.push_back(&condition);
        return;
    }
    for (const Value& child : part(condition, "children").items())
        collect_conjuncts(child, conjuncts);
}

// Names that a WITH gives: a bare name may mean them.
void collect_ctes(const Value& node, std::set<std::string>& names) {
    for (const Value& item : node.items()) collect_ctes(item, names);
    for (const auto& [name, value] : node.members()) {
        if (name == "cte_map") {
            for (const Value& entry : part(value, "map").items())
                names.insert(to_lower_ascii(entry.text_or("key", "")));
        }
        collect_ctes(value, names);
    }
}

class Narrowing {
public:
    Narrowing(Connection& connection, PublishedFiles& files, std::set<std::string> ctes)
        : connection_(connection), files_(files), ctes_(std::move(ctes)) {}

    Result<Value> rewrite(const Value& node) {
        if (node.kind() == json::Kind::Array) {
            Value copy = Value::array();
            for (const Value& item : node.items()) copy.add(TRY(rewrite(item)));
            return copy;
        }
        if (node.kind() != json::Kind::Object) return node;
        // A sample is taken before the WHERE is asked.
        const bool select =
            node.text_or("type", "") == "SELECT_NODE" && part(node, "sample").is_null();
        std::vector<const Value*> conjuncts;
        if (select) collect_conjuncts(part(node, "where_clause"), conjuncts);
        std::vector<std::pair<std::string, Value>> members;
        for (const auto& [name, value] : node.members()) {
            const bool from = select && name == "from_table" && !conjuncts.empty();
            members.emplace_back(
                name, from ? TRY(rewrite_from(value, conjuncts, true)) : TRY(rewrite(value))
            );
        }
        Value copy = Value::object();
        copy.set_members(std::move(members));
        return copy;
    }

    bool changed() const { return !holds_.empty(); }
    std::vector<std::shared_ptr<void>> take_holds() { return std::move(holds_); }

private:
    // Rows that the WHERE refuses may be left out before a join, but not where it looks at
    // that side's rows together, nor on its optional side.
    Result<Value> rewrite_from(
        const Value& node, const std::vector<const Value*>& conjuncts, bool alone
    ) {
        if (is_table(node)) return narrowed(node, conjuncts, alone);
        if (node.text_or("type", "") != "JOIN") return rewrite(node);
        Value copy = TRY(rewrite(node));
        if (rows_go_alone(node, true))
            copy.set("left", TRY(rewrite_from(part(node, "left"), conjuncts, false)));
        if (rows_go_alone(node, false))
            copy.set("right", TRY(rewrite_from(part(node, "right"), conjuncts, false)));
        return copy;
    }

    std::shared_ptr<const ManyFiles> many(const Value& table) const {
        const std::string schema = table.text_or("schema_name", "");
        const std::string name = table.text_or("table_name", "");
        if (!table.text_or("catalog_name", "").empty()) return nullptr;
        if (schema.empty() && ctes_.contains(to_lower_ascii(name))) return nullptr;
        return files_.many(schema, name);
    }

    Result<Value> narrowed(
        const Value& table, const std::vector<const Value*>& conjuncts, bool alone
    ) {
        const auto many_files = many(table);
        if (many_files == nullptr) return table;
        std::vector<Value> conditions;
        for (const Value* conjunct : conjuncts) {
            auto plain = plain_condition(*conjunct, {*many_files, called(table), alone});
            if (plain) conditions.push_back(std::move(*plain));
        }
        if (conditions.empty()) return table;
        const auto chosen = TRY(choose_partitions(connection_, *many_files, conditions));
        if (chosen == nullptr) return table;
        PublishedFiles::Pinned pinned = TRY(files_.pin(chosen));
        const std::string view = "tradewind_narrowed_" + std::to_string(holds_.size());
        TRY(connection_.run("CREATE TEMP VIEW " + quote_name(view) + " AS " + pinned.sql));
        holds_.push_back(std::move(pinned.hold));
        Value copy = table;
        copy.set("alias", called(table));
        copy.set("catalog_name", "temp");
        copy.set("schema_name", "main");
        copy.set("table_name", view);
        return copy;
    }

    struct Beside {
        const ManyFiles& table;
        std::string called;
        bool alone;  // a bare column can be of no other table
    };

    // The column's own name, where it is one of the table's partitions; empty: it is not.
    static std::string partition_column(const Value& node, const Beside& beside) {
        const std::vector<Value>& names = part(node, "column_names").items();
        const bool bare = names.size() == 1 && beside.alone;
        const bool qualified =
            names.size() == 2 && equal_ignore_case(names[0].text(), beside.called);
        if (!bare && !qualified) return "";
        const std::string& name = names.back().text();
        const bool is_one =
            std::ranges::any_of(beside.table.partition_columns(), [&](const auto& c) {
                return equal_ignore_case(c.name, name);
            });
        return is_one ? name : "";
    }

    // The same with bare names; nothing: it says something else, or more.
    static std::optional<Value> plain_condition(const Value& node, const Beside& beside) {
        if (node.kind() == json::Kind::Array) {
            Value copy = Value::array();
            for (const Value& item : node.items()) {
                auto plain = plain_condition(item, beside);
                if (!plain) return std::nullopt;
                copy.add(std::move(*plain));
            }
            return copy;
        }
        if (node.kind() != json::Kind::Object) return node;
        const std::string kind = node.text_or("class", "");
        if (kind == "CONSTANT") return node;
        if (!kind.empty() && std::ranges::find(plain_classes, kind) == plain_classes.end())
            return std::nullopt;
        if (kind == "COLUMN_REF") {
            const std::string name = partition_column(node, beside);
            if (name.empty()) return std::nullopt;
            Value copy = node;
            copy.set("column_names", Value::array()).add(Value::string(name));
            return copy;
        }
        std::vector<std::pair<std::string, Value>> members;
        for (const auto& [name, value] : node.members()) {
            // Types are no expressions, whatever they hold.
            auto plain = name == "cast_type" ? value : plain_condition(value, beside);
            if (!plain) return std::nullopt;
            members.emplace_back(name, std::move(*plain));
        }
        Value copy = Value::object();
        copy.set_members(std::move(members));
        return copy;
    }

    Connection& connection_;
    PublishedFiles& files_;
    const std::set<std::string> ctes_;
    std::vector<std::shared_ptr<void>> holds_;
};

// A view has another schema than its table: a column that is named with the table's would be lost.
bool names_schema(const Value& node, const std::set<std::string>& schemas) {
    const auto any = [&](const Value& one) { return names_schema(one, schemas); };
    const std::vector<Value>& names = part(node, "column_names").items();
    if (names.size() > 2 && schemas.contains(to_lower_ascii(names.front().text()))) return true;
    return std::ranges::any_of(node.items(), any) ||
           std::ranges::any_of(node.members(), any, [](const auto& m) -> const Value& {
               return m.second;
           });
}

}  // namespace

Result<NarrowedStatement> narrow_partitions(
    Connection& connection, const std::string& sql, PublishedFiles& files
) {
    const Value tree = TRY(parsed_tree(TRY(tree_of(connection, sql))));
    if (names_schema(tree, files.schemas_of_many())) return NarrowedStatement{sql, {}};
    std::set<std::string> ctes;
    collect_ctes(tree, ctes);
    Narrowing narrowing(connection, files, std::move(ctes));
    const Value rewritten = TRY(narrowing.rewrite(tree));
    if (!narrowing.changed()) return NarrowedStatement{sql, {}};
    const std::string narrowed = TRY(sql_of(connection, rewritten.dump()));
    return NarrowedStatement{narrowed, narrowing.take_holds()};
}

}  // namespace tradewind::engine
