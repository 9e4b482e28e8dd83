// Two tables: join, union.
#include <algorithm>

#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

struct KeyPair {
    Column here;
    Column there;
};

Result<void> check_pair(StepContext& context, const KeyPair& pair, const yaml::Node& at) {
    if (class_of(pair.here.type) == class_of(pair.there.type)) return {};
    return std::move(context.error(
                         "column '" + pair.here.name + "' is " + pair.here.type + " here and '" +
                             pair.there.name + "' is " + pair.there.type + " there",
                         &at
                     ))
        .with_hint("Use cast before, so that the keys have one type.");
}

Result<std::vector<KeyPair>> join_keys(StepContext& context, const std::vector<Column>& there) {
    const yaml::Node on = context.arguments().node("on");
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& [here, other] : on.members()) names.emplace_back(here, TRY(other.text()));
    if (on.kind() != yaml::Kind::Mapping) {
        for (const std::string& name : MUST(on.texts())) names.emplace_back(name, name);
    }
    std::vector<KeyPair> keys;
    for (const auto& [here, other] : names) {
        const Column* left = context.find(here);
        if (left == nullptr) return no_such_column(on, here, context.columns(), context.subject());
        const Column* right = find_column(there, other);
        if (right == nullptr)
            return no_such_column(
                on, other, there, context.subject() + " in " + context.arguments().text("with")
            );
        keys.push_back({*left, *right});
        TRY(check_pair(context, keys.back(), on));
    }
    return keys;
}

std::string here(const Column& column) {
    return "here." + quote_name(column.name);
}
std::string there(const Column& column) {
    return "there." + quote_name(column.name);
}

std::string condition(const std::vector<KeyPair>& keys) {
    std::vector<std::string> parts;
    for (const KeyPair& key : keys) parts.push_back(here(key.here) + " = " + there(key.there));
    return join_texts(parts, " AND ");
}

// Columns of the other table that are taken: the named ones, or all but the keys.
Result<std::vector<Column>> taken_columns(
    StepContext& context, const std::vector<Column>& other, const std::vector<KeyPair>& keys
) {
    const yaml::Node node = context.arguments().node("columns");
    std::vector<Column> taken;
    if (!node.present()) {
        for (const Column& column : other) {
            const bool key = std::any_of(keys.begin(), keys.end(), [&](const KeyPair& pair) {
                return pair.there.name == column.name;
            });
            if (!key) taken.push_back(column);
        }
        return taken;
    }
    for (const std::string& name : MUST(node.texts())) {
        const Column* column = find_column(other, name);
        if (column == nullptr)
            return no_such_column(
                node, name, other, context.subject() + " in " + context.arguments().text("with")
            );
        taken.push_back(*column);
    }
    return taken;
}

// A key of a row that only the other table has is the other's.
std::string key_or_column(
    const Column& column, const std::vector<KeyPair>& keys, const std::string& how
) {
    for (const KeyPair& key : keys) {
        if (key.here.name != column.name) continue;
        if (how == "full") return "coalesce(" + here(key.here) + ", " + there(key.there) + ")";
        if (how == "right") return there(key.there);
    }
    return here(column);
}

// EXISTS says it on both engines.
StepSql half_join(
    StepContext& context, const std::string& table, const std::vector<KeyPair>& keys, bool anti
) {
    Select select(context.columns(), context.from() + " AS here");
    select.where(
        std::string(anti ? "NOT EXISTS (" : "EXISTS (") + "SELECT 1 FROM " + table +
        " AS there WHERE " + condition(keys) + ")"
    );
    return {select.text()};
}

Result<StepSql> write_join(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const auto [table, other] = TRY(context.table(arguments.node("with")));
    const std::vector<KeyPair> keys = TRY(join_keys(context, other));
    const std::string how = arguments.text("how");
    if (how == "semi" || how == "anti") return half_join(context, table, keys, how == "anti");
    Select select(context.columns(), context.from() + " AS here");
    select.clear();
    std::vector<std::string> names;
    for (const Column& column : context.columns()) {
        select.add(column.name, key_or_column(column, keys, how));
        names.push_back(to_lower_ascii(column.name));
    }
    for (const Column& column : TRY(taken_columns(context, other, keys))) {
        std::string name = column.name;
        if (context.find(name) != nullptr) name += arguments.text("suffix");
        if (std::find(names.begin(), names.end(), to_lower_ascii(name)) != names.end())
            return std::move(context.error("there would be two columns '" + name + "'"))
                .with_hint("Set suffix, or name the columns to take in columns.");
        names.push_back(to_lower_ascii(name));
        select.add(name, there(column));
    }
    std::string upper = how;
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    select.line(
        (how == "inner" ? "INNER" : upper) + " JOIN " + table + " AS there\n    ON " +
        condition(keys)
    );
    return StepSql{select.text(), how == "inner" || how == "left"};
}

// The other table's columns in the order of ours, null for what it has not.
Result<std::string> aligned(
    StepContext& context,
    const std::string& table,
    const std::vector<Column>& other,
    const yaml::Node& at
) {
    Select select(other, table);
    select.clear();
    for (const Column& column : context.columns()) {
        const Column* found = find_column(other, column.name);
        if (found == nullptr) {
            select.add(column.name, "CAST(NULL AS " + column.type + ")");
        } else if (class_of(found->type) != class_of(column.type)) {
            return context.error(
                "column '" + column.name + "' is " + column.type + " here and " + found->type +
                    " in " + at.scalar(),
                &at
            );
        } else {
            select.add(column.name, quote_name(found->name));
        }
    }
    return select.text();
}

Result<StepSql> write_union(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node with = arguments.node("with");
    std::vector<yaml::Node> tables = with.items();
    if (with.kind() == yaml::Kind::Scalar) tables.push_back(with);
    Select first(context.columns(), context.from());
    first.list_all();
    std::string body = first.text();
    const std::string word = arguments.flag("distinct") ? "\nUNION\n" : "\nUNION ALL\n";
    for (const yaml::Node& node : tables) {
        const auto [table, other] = TRY(context.table(node));
        body += word + TRY(aligned(context, table, other, node));
    }
    return StepSql{body, false};
}

}  // namespace

std::vector<StepKind> combine_steps() {
    return {
        {.name = "join",
         .group = "combine",
         .summary = "Bring columns of another table to the rows whose keys are equal.",
         .parameters =
             {{.name = "with",
               .takes = Takes::Table,
               .description = "The other table: a name of inputs, or schema.table.",
               .required = true},
              {.name = "on",
               .takes = Takes::ColumnPairs,
               .description = "The keys: [column], or {column here: column there}. Null equals "
                              "nothing.",
               .required = true},
              {.name = "how",
               .takes = Takes::Choice,
               .description = "inner: rows with a partner. left, right, full: rows of this table, "
                              "the other, both without one, too. semi, anti: rows of this table "
                              "that have one, that have none, and no columns of the other.",
               .fallback = "inner",
               .choices = {"inner", "left", "right", "full", "semi", "anti"}},
              {.name = "columns",
               .takes = Takes::Texts,
               .description = "Which columns of the other table; all but its keys by default."},
              {.name = "suffix",
               .takes = Takes::Text,
               .description = "Put behind names that are there already.",
               .fallback = "_other"}},
         .example =
             "with: raw.basket_products, on: [product_id], how: left, columns: [product_name]",
         .write = write_join},
        {.name = "union",
         .group = "combine",
         .summary = "Put the rows of other tables below these, column by name.",
         .parameters =
             {{.name = "with",
               .takes = Takes::Tables,
               .description = "The other tables: names of inputs, or schema.table. A column that "
                              "one lacks is null; columns that only they have are left out.",
               .required = true},
              {.name = "distinct",
               .takes = Takes::Boolean,
               .description = "Of equal rows only one stays.",
               .fallback = "false"}},
         .example = "with: [raw.orders_2010, raw.orders_2011]",
         .write = write_union},
    };
}

}  // namespace tradewind::recipe
