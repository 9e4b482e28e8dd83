// Rows into columns and columns into rows: pivot, unpivot.
#include "base/text.h"
#include "recipe/aggregate.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<std::vector<std::string>> pivot_values(StepContext& context, const Column& column) {
    const Arguments& arguments = context.arguments();
    if (arguments.given("values")) return arguments.texts("values");
    return context.values_of(column, arguments.integer("max"));
}

Result<StepSql> write_pivot(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> by = arguments.columns("by");
    const Column& names = arguments.column("column");
    const std::string function = arguments.text("function");
    const Column* value = arguments.given("value") ? &arguments.column("value") : nullptr;
    if (value == nullptr && function != "count") return context.error(function + " needs value");
    Select select(context.columns(), context.from());
    select.clear();
    std::vector<std::string> taken;
    for (const Column& column : by) {
        select.add(column.name, {});
        taken.push_back(to_lower_ascii(column.name));
    }
    const yaml::Node at = arguments.node("column");
    for (const std::string& text : TRY(pivot_values(context, names))) {
        const auto wanted = literal_of(text, names.type);
        if (!wanted)
            return context.error(
                "column '" + names.name + "' is " + names.type + "; '" + text +
                    "' is no value of it",
                &at
            );
        const std::string name = arguments.text("prefix") + text;
        if (std::find(taken.begin(), taken.end(), to_lower_ascii(name)) != taken.end())
            return std::move(context.error("there would be two columns '" + name + "'", &at))
                .with_hint("Set prefix, or use map_values before.");
        taken.push_back(to_lower_ascii(name));
        select.add(
            name,
            TRY(aggregate_of(context, function, value, quote_name(names.name) + " = " + *wanted, at)
            )
        );
    }
    if (taken.empty()) return context.error("there is nothing to pivot: no by and no values");
    if (!by.empty()) select.line("GROUP BY " + quote_names(by));
    return StepSql{select.text(), false};
}

// All in one type: engines differ in what they make of a mixture.
Result<std::string> common_type(StepContext& context, const std::vector<Column>& columns) {
    for (const Column& column : columns) {
        if (column.type == columns[0].type) continue;
        return std::move(context.error(
                             "column '" + columns[0].name + "' is " + columns[0].type + " and '" +
                             column.name + "' is " + column.type
                         ))
            .with_hint("Use cast before, so that all of them have one type.");
    }
    return columns[0].type;
}

Result<StepSql> write_unpivot(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> columns = arguments.columns("columns");
    TRY(common_type(context, columns));
    const std::string name = arguments.text("name_into");
    const std::string value = arguments.text("value_into");
    std::vector<Column> rest;
    for (const Column& column : context.columns()) {
        if (find_column(columns, column.name) == nullptr) rest.push_back(column);
    }
    for (const std::string& made : {name, value}) {
        if (find_column(rest, made) != nullptr)
            return context.error("there is a column '" + made + "' already");
    }
    if (equal_ignore_case(name, value))
        return context.error("name_into and value_into are the same");
    Select select(rest, context.from());
    select.clear();
    for (const Column& column : rest) select.add(column.name, {});
    select.add(name, {});
    select.add(value, {});
    const std::string nulls = arguments.flag("drop_nulls") ? "EXCLUDE" : "INCLUDE";
    select.line(
        "UNPIVOT " + nulls + " NULLS (" + quote_name(value) + " FOR " + quote_name(name) + " IN (" +
        quote_names(columns) + "))"
    );
    return StepSql{select.text(), false};
}

}  // namespace

std::vector<StepKind> shape_steps() {
    return {
        {.name = "pivot",
         .group = "shape",
         .summary = "Make a column of each value of a column, with an aggregate in it.",
         .parameters =
             {by_parameter("What makes a row; without it there is one."),
              {.name = "column",
               .takes = Takes::Column,
               .description = "Its values become columns.",
               .required = true},
              {.name = "value",
               .takes = Takes::Column,
               .description = "What is aggregated; count can do without."},
              {.name = "function",
               .takes = Takes::Choice,
               .description = "How.",
               .fallback = "sum",
               .choices = aggregate_names()},
              {.name = "values",
               .takes = Takes::Texts,
               .description =
                   "Which values. Without it they are read from the data, in byte order, each time "
                   "the recipe is compiled, and stand in the SQL; list them where columns must "
                   "stay the same."},
              {.name = "prefix",
               .takes = Takes::Text,
               .description = "What the new names begin with; nothing by default."},
              {.name = "max",
               .takes = Takes::Integer,
               .description = "More values in the data are an error.",
               .fallback = "100",
               .min = 1,
               .max = 1000}},
         .example = "by: [stock_code], column: country, value: quantity, values: [France, "
                    "Germany], prefix: sold_",
         .write = write_pivot},
        {.name = "unpivot",
         .group = "shape",
         .summary = "Make a row of each of several columns.",
         .parameters =
             {columns_parameter("The columns, all of one type.", Accepts::Any),
              {.name = "name_into",
               .takes = Takes::NewColumn,
               .description = "The new column with their names.",
               .fallback = "name"},
              {.name = "value_into",
               .takes = Takes::NewColumn,
               .description = "The new column with their values.",
               .fallback = "value"},
              {.name = "drop_nulls",
               .takes = Takes::Boolean,
               .description = "Make no row of a null.",
               .fallback = "false"}},
         .example = "columns: [jan, feb, mar], name_into: month, value_into: sales",
         .write = write_unpivot},
    };
}

}  // namespace tradewind::recipe
