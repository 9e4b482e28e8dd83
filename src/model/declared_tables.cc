// The tables that models write, before and after they are there: what they are, what they will
// have, and what they are made of.
#include <algorithm>
#include <set>
#include <utility>

#include "model/batch_table.h"

namespace tradewind::model {

namespace {

using Columns = std::vector<catalog::Column>;

catalog::Declaration table_of(const catalog::TableName& name, const std::string& description) {
    catalog::Declaration table;
    table.name = name;
    table.kind = catalog::Kind::Asset;
    table.layer = "mart";
    table.dataset = made_dataset(name);
    table.description = description;
    return table;
}

std::string column_of(const catalog::TableName& table, const std::string& column) {
    return table.text() + "." + column;
}

catalog::Declaration declare_scores(const ModelSpec& spec) {
    const Rows& rows = *spec.rows;
    catalog::Declaration table = table_of(
        scores_table(spec),
        "What the model " + spec.name + " says of each row of " + rows.table.text() +
            ", as of when it was last asked for all."
    );
    table.grain = "one row for each " + rows.id;
    table.columns = {
        {"probability", "", "That the label is 1."},
        {"likely", "", "The probability is above the model's threshold."}
    };
    table.inputs = {rows.table.text()};
    table.lineage = {{rows.id, {column_of(rows.table, rows.id)}}};
    if (rows.time != rows.id)
        table.lineage.push_back({rows.time, {column_of(rows.table, rows.time)}});
    return table;
}

catalog::Declaration declare_learnt(const ModelSpec& spec) {
    const Features& features = *spec.features;
    catalog::Declaration table = table_of(
        learnt_table(spec),
        "Some of the rows that the model " + spec.name +
            " learnt from or was measured on, and what it said of them: what the checks of drift "
            "compare later rows with."
    );
    table.grain = "one row of " + features.table.text();
    table.columns = {
        {"probability", "", "What the model says of it."},
        {"held_out", "", "The model was measured on it, and did not learn from it."}
    };
    table.inputs = {features.table.text()};
    return table;
}

catalog::Declaration declare_recommendations(const ModelSpec& spec) {
    catalog::Declaration table = table_of(
        recommendations_table(spec),
        "What models recommend to each user, as of their last training."
    );
    table.grain = "one row for each list, user and product in it";
    table.partition_by = {"list"};
    table.columns = {
        {"list", "", "again: bought before; new: never bought."},
        {"rank", "", "1 is the best."},
        {"score", "", "Of again a probability, else greater is better."}
    };
    const Interactions& from = spec.interactions;
    table.inputs = {from.table.text()};
    table.lineage = {
        {"user_id", {column_of(from.table, from.user)}},
        {"product_id", {column_of(from.table, from.item)}}
    };
    return table;
}

// Lists of one package are one table, whichever models make them.
void add_inputs(catalog::Declaration& table, const ModelSpec& spec) {
    std::vector<std::string> more{spec.interactions.table.text()};
    if (spec.items) more.push_back(spec.items->table.text());
    if (spec.features) more.push_back(spec.features->table.text());
    for (const std::string& one : more) {
        if (std::ranges::find(table.inputs, one) == table.inputs.end()) table.inputs.push_back(one);
    }
}

// Of a column that the table does not have: text, which says least.
std::string type_in(const Columns& columns, const std::string& name) {
    const auto found = std::ranges::find(columns, name, &catalog::Column::name);
    return found == columns.end() ? "STRING" : found->type;
}

void add_version_columns(Columns& columns) {
    columns.push_back({"model_version", "BIGINT", ""});
    columns.push_back({"scored_at", "TIMESTAMP", ""});
}

Columns recommendation_columns(const ModelSpec& spec, const Columns& from) {
    Columns columns{
        {"user_id", type_in(from, spec.interactions.user), ""},
        {"product_id", type_in(from, spec.interactions.item), ""},
        {"list", "STRING", ""},
        {"rank", "INTEGER", ""},
        {"score", "DOUBLE", ""},
        {"model", "STRING", ""}
    };
    add_version_columns(columns);
    return columns;
}

Columns score_columns(const ModelSpec& spec, const Columns& from) {
    const Rows& rows = *spec.rows;
    Columns columns{{rows.id, type_in(from, rows.id), ""}};
    if (rows.time != rows.id) columns.push_back({rows.time, type_in(from, rows.time), ""});
    columns.push_back({"probability", "DOUBLE", ""});
    columns.push_back({"likely", "BOOLEAN", ""});
    add_version_columns(columns);
    return columns;
}

Columns learnt_columns(Columns from) {
    from.push_back({"probability", "DOUBLE", ""});
    from.push_back({"held_out", "BOOLEAN", ""});
    from.push_back({"model_version", "BIGINT", ""});
    return from;
}

}  // namespace

bool has_lists(const ModelSpec& spec) {
    return spec.kind == Kind::BuyAgain || spec.kind == Kind::TryFirst;
}

// Others may name features, and learn from none.
bool has_learnt(const ModelSpec& spec) {
    return spec.kind == Kind::BuyAgain || spec.kind == Kind::Classify;
}

catalog::TableName recommendations_table(const ModelSpec& spec) {
    return {spec.package, "recommendations"};
}

catalog::TableName scores_table(const ModelSpec& spec) {
    return {spec.package, spec.name + "_scores"};
}

catalog::TableName learnt_table(const ModelSpec& spec) {
    return {spec.package, spec.name + "_learnt"};
}

std::string made_dataset(const catalog::TableName& name) {
    return "mart/" + name.schema + "/" + name.table;
}

std::vector<catalog::Declaration> declare_lists(const std::vector<ModelSpec>& models) {
    std::vector<catalog::Declaration> tables;
    for (const ModelSpec& spec : models) {
        if (spec.rows) tables.push_back(declare_scores(spec));
        if (has_learnt(spec)) tables.push_back(declare_learnt(spec));
        if (!has_lists(spec)) continue;
        const auto same =
            std::ranges::find(tables, recommendations_table(spec), &catalog::Declaration::name);
        const bool fresh = same == tables.end();
        if (fresh) tables.push_back(declare_recommendations(spec));
        add_inputs(fresh ? tables.back() : *same, spec);
    }
    return tables;
}

MadeColumns plan_made_columns(const std::vector<ModelSpec>& models, const FindColumns& find) {
    MadeColumns planned;
    for (const ModelSpec& spec : models) {
        if (spec.rows) {
            if (const auto from = find(spec.rows->table))
                planned[scores_table(spec)] = score_columns(spec, *from);
        }
        if (has_learnt(spec)) {
            if (const auto from = find(spec.features->table))
                planned[learnt_table(spec)] = learnt_columns(*from);
        }
        if (!has_lists(spec)) continue;
        if (const auto from = find(spec.interactions.table))
            planned[recommendations_table(spec)] = recommendation_columns(spec, *from);
    }
    return planned;
}

}  // namespace tradewind::model
