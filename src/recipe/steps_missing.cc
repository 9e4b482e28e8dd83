// What stands where nothing stands: fill, null_if.
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<std::string> fill_value(StepContext& context, const Column& column) {
    const yaml::Node node = context.arguments().node("value");
    const std::string value = TRY(literal(node, column.type, "column '" + column.name + "'"));
    return "coalesce(" + quote_name(column.name) + ", " + value + ")";
}

Result<void> need_number(StepContext& context, const Column& column, const std::string& method) {
    if (class_of(column.type) == TypeClass::Number) return {};
    return std::move(context.error(
                         "column '" + column.name + "' is " + column.type + "; fill with " +
                         method + " needs a number"
                     ))
        .with_hint("Use method: mode, or a value.");
}

// A mean of integers is no integer: the column becomes DOUBLE. Decimals keep their type.
Result<std::string> fill_average(
    StepContext& context, const Column& column, const std::string& method
) {
    TRY(need_number(context, column, method));
    const std::string name = quote_name(column.name);
    const std::string function = method == "mean" ? "avg" : "median";
    std::string value =
        function + "(" + as_double(name) + ") " + over(context.arguments().columns("by"), "");
    if (is_decimal_type(column.type))
        return "coalesce(" + name + ", " + cast_to(value, column.type) + ")";
    return "coalesce(" + as_double(name) + ", " + value + ")";
}

Result<std::string> fill_previous(StepContext& context, const Column& column) {
    const Arguments& arguments = context.arguments();
    if (!arguments.given("order_by"))
        return std::move(context.error("fill with previous needs order_by"))
            .with_hint("Rows have no order of their own; say what comes before what.");
    const std::string window = over(
        arguments.columns("by"),
        order_with_ties(arguments.order("order_by"), context.columns()),
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    );
    return context.macro("last_known", {quote_name(column.name)}) + " " + window;
}

// The most frequent value needs each value's count first.
Result<StepSql> fill_mode(StepContext& context) {
    const std::vector<Column> by = context.arguments().columns("by");
    Select inner(context.columns(), context.from());
    std::vector<std::pair<Column, std::string>> counts;
    for (const Column& column : context.arguments().columns("columns")) {
        if (!is_sortable_type(column.type))
            return context.error(
                "column '" + column.name + "' is " + column.type +
                "; fill with mode needs values that can be sorted"
            );
        std::vector<Column> group = by;
        group.push_back(column);
        const std::string helper = free_name(context, "count_of_" + column.name);
        inner.add(
            helper,
            "CASE WHEN " + quote_name(column.name) + " IS NOT NULL THEN count(*) " +
                over(group, "") + " END"
        );
        counts.emplace_back(column, helper);
    }
    Select outer(context.columns(), "(\n" + indent(inner.text(), 4) + "\n) AS counted");
    for (const auto& [column, helper] : counts) {
        const std::string name = quote_name(column.name);
        outer.replace(
            column.name,
            "coalesce(" + name + ", first_value(" + name + ") " +
                over(by, quote_name(helper) + " DESC NULLS LAST, " + name + " NULLS LAST") + ")"
        );
    }
    return StepSql{outer.text()};
}

Result<StepSql> write_fill(StepContext& context) {
    const Arguments& arguments = context.arguments();
    if (arguments.given("value") == arguments.given("method"))
        return context.error("fill needs either value or method");
    const std::string method = arguments.text("method");
    if (method == "mode") return fill_mode(context);
    Select select(context.columns(), context.from());
    for (const Column& column : arguments.columns("columns")) {
        std::string expression;
        if (arguments.given("value")) {
            expression = TRY(fill_value(context, column));
        } else if (method == "previous") {
            expression = TRY(fill_previous(context, column));
        } else {
            expression = TRY(fill_average(context, column, method));
        }
        select.replace(column.name, expression);
    }
    return StepSql{select.text()};
}

Result<StepSql> write_null_if(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node values = arguments.node("values");
    const bool blank = arguments.flag("blank");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        const bool text = class_of(column.type) == TypeClass::Text;
        std::vector<std::string> tests;
        if (blank && text) tests.push_back("trim(" + name + ") = ''");
        std::vector<yaml::Node> wanted = values.items();
        if (values.kind() == yaml::Kind::Scalar) wanted.push_back(values);
        std::vector<std::string> list;
        for (const yaml::Node& value : wanted)
            list.push_back(TRY(literal(value, column.type, "column '" + column.name + "'")));
        if (!list.empty()) tests.push_back(name + " IN (" + join_texts(list, ", ") + ")");
        if (tests.empty())
            return context.error(
                "column '" + column.name + "' is " + column.type +
                "; null_if needs values, or text columns"
            );
        return "CASE WHEN " + join_texts(tests, " OR ") + " THEN NULL ELSE " + name + " END";
    });
}

}  // namespace

std::vector<StepKind> missing_steps() {
    return {
        {.name = "fill",
         .group = "missing",
         .summary = "Put something where a column is null.",
         .parameters =
             {columns_parameter("The columns to fill.", Accepts::Any),
              {.name = "value",
               .takes = Takes::Value,
               .description = "This value, which must fit the column's type."},
              {.name = "method",
               .takes = Takes::Choice,
               .description =
                   "Or: mean or median of the column (integers become DOUBLE, decimals keep "
                   "their type), mode (the most frequent value, of equally frequent ones the "
                   "least), previous (the last one that is not null, in the order of order_by).",
               .choices = {"mean", "median", "mode", "previous"}},
              by_parameter("Within rows that are equal in these columns."),
              order_parameter("For previous: what comes before what.", false)},
         .example = "columns: [unit_price], method: median, by: [stock_code]",
         .write = write_fill},
        {.name = "null_if",
         .group = "missing",
         .summary = "Make null of values that mean nothing.",
         .parameters =
             {columns_parameter("The columns to change.", Accepts::Any),
              {.name = "values",
               .takes = Takes::Texts,
               .description = "Values that mean nothing, such as n/a, -1 or 1900-01-01."},
              {.name = "blank",
               .takes = Takes::Boolean,
               .description = "Texts that are empty or only blanks mean nothing too.",
               .fallback = "true"},
              into_parameter()},
         .example = "columns: [description], values: ['n/a', '?']",
         .write = write_null_if},
    };
}

}  // namespace tradewind::recipe
