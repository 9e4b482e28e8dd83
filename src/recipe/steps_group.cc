// Rows together: group, window.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "recipe/aggregate.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<StepSql> write_group(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> by = arguments.columns("by");
    Select select(context.columns(), context.from());
    select.clear();
    std::vector<std::string> names;
    for (const Column& column : by) {
        select.add(column.name, {});
        names.push_back(column.name);
    }
    const yaml::Node wanted = arguments.node("aggregates");
    for (const auto& [name, node] : wanted.members()) {
        for (const std::string& other : names) {
            if (equal_ignore_case(other, name))
                return context.error("column '" + name + "' would be there twice", &node);
        }
        names.push_back(name);
        select.add(name, TRY(aggregate_sql(context, node)));
    }
    if (names.empty()) return context.error("group needs by, aggregates or both");
    if (!by.empty()) select.line("GROUP BY " + quote_names(by));
    return StepSql{select.text(), false};
}

struct WindowFunction {
    std::string_view name;
    bool needs_column;
    bool needs_order;
    bool number;  // of a number
};
constexpr std::array<WindowFunction, 20> window_functions = {{
    {"row_number", false, true, false}, {"rank", false, true, false},
    {"dense_rank", false, true, false}, {"percent_rank", false, true, false},
    {"ntile", false, true, false},      {"lag", true, true, false},
    {"lead", true, true, false},        {"first", true, true, false},
    {"last", true, true, false},        {"running_sum", true, true, true},
    {"running_mean", true, true, true}, {"running_count", false, true, false},
    {"running_min", true, true, false}, {"running_max", true, true, false},
    {"moving_sum", true, true, true},   {"moving_mean", true, true, true},
    {"sum", true, false, true},         {"mean", true, false, true},
    {"count", false, false, false},     {"share", true, false, true},
}};

const WindowFunction& window_function(const std::string& name) {
    const auto found = std::find_if(
        window_functions.begin(),
        window_functions.end(),
        [&](const WindowFunction& one) { return one.name == name; }
    );
    CHECK(found != window_functions.end());
    return *found;
}

Result<void> check_window(StepContext& context, const WindowFunction& function) {
    const Arguments& arguments = context.arguments();
    const std::string name(function.name);
    if (function.needs_order && !arguments.given("order_by"))
        return context.error(name + " needs order_by");
    if (function.needs_column && !arguments.given("column"))
        return context.error(name + " needs column");
    if (name == "ntile" && !arguments.given("count")) return context.error("ntile needs count");
    if (name.starts_with("moving") && !arguments.given("rows"))
        return context.error(name + " needs rows");
    if (!function.number) return {};
    const Column& column = arguments.column("column");
    if (class_of(column.type) == TypeClass::Number) return {};
    const yaml::Node node = arguments.node("column");
    return context.error(
        "column '" + column.name + "' is " + column.type + "; " + name + " needs a number", &node
    );
}

// lag(x, 1, default), lead(…)
Result<std::string> neighbour(StepContext& context, const std::string& function) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    std::string out = function + "(" + quote_name(column.name) + ", " +
                      std::to_string(arguments.integer("offset"));
    if (arguments.given("default"))
        out += ", " +
               TRY(literal(arguments.node("default"), column.type, "column '" + column.name + "'"));
    return out + ")";
}

// Of integers a BIGINT, whatever the engine makes of it.
std::string sum_over(const Column& column, const std::string& window) {
    const std::string sum = "sum(" + quote_name(column.name) + ") " + window;
    return is_integer_type(column.type) ? cast_to(sum, "BIGINT") : sum;
}

std::string running(StepContext& context, const std::string& function, const std::string& window) {
    const Arguments& arguments = context.arguments();
    if (function == "count") {
        const bool all = !arguments.given("column");
        return "count(" + (all ? "*" : quote_name(arguments.column("column").name)) + ") " + window;
    }
    const Column& column = arguments.column("column");
    if (function == "sum") return sum_over(column, window);
    const std::string name = quote_name(column.name);
    if (function == "mean") return "avg(" + as_double(name) + ") " + window;
    if (function == "share") {
        const std::string sum = "sum(" + as_double(name) + ") " + window;
        return as_double(name) + " / nullif(" + sum + ", 0)";
    }
    return function + "(" + name + ") " + window;
}

Result<std::string> window_expression(StepContext& context, const WindowFunction& function) {
    const Arguments& arguments = context.arguments();
    const std::string name(function.name);
    const std::vector<Column> by = arguments.columns("by");
    const std::vector<OrderItem> order = arguments.order("order_by");
    const std::string ties = order_with_ties(order, context.columns());
    if (name == "rank" || name == "dense_rank" || name == "percent_rank")
        return name + "() " + over(by, order_text(order));
    if (name == "row_number") return "row_number() " + over(by, ties);
    if (name == "ntile")
        return "ntile(" + std::to_string(arguments.integer("count")) + ") " + over(by, ties);
    if (name == "lag" || name == "lead") return TRY(neighbour(context, name))
    +" " + over(by, ties);
    if (name == "first" || name == "last")
        return name + "_value(" + quote_name(arguments.column("column").name) + ") " +
               over(by, ties, "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING");
    if (name.starts_with("running_"))
        return running(
            context,
            name.substr(8),
            over(by, ties, "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")
        );
    if (name.starts_with("moving_"))
        return running(
            context,
            name.substr(7),
            over(
                by,
                ties,
                "ROWS BETWEEN " + std::to_string(arguments.integer("rows") - 1) +
                    " PRECEDING AND CURRENT ROW"
            )
        );
    return running(context, name, over(by, ""));
}

Result<StepSql> write_window(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const WindowFunction& function = window_function(arguments.text("function"));
    TRY(check_window(context, function));
    TRY(context.check_new(arguments.text("into")));
    Select select(context.columns(), context.from());
    select.add(arguments.text("into"), TRY(window_expression(context, function)));
    return StepSql{select.text()};
}

std::vector<std::string> window_names() {
    std::vector<std::string> names;
    for (const WindowFunction& one : window_functions) names.emplace_back(one.name);
    return names;
}

}  // namespace

std::vector<StepKind> group_steps() {
    return {
        {.name = "group",
         .group = "shape",
         .summary = "One row for each group, with aggregates of its rows.",
         .parameters =
             {by_parameter("What makes a group; without it all rows are one."),
              {.name = "aggregates",
               .takes = Takes::NewToAggregate,
               .description =
                   "New column: {function: column}, with where: an SQL condition on the rows that "
                   "count. Functions: count (of a column's values, or '*' for rows), "
                   "count_distinct, sum, mean, median, min, max, stddev (of the population)."}},
         .example =
             "by: [product_id], aggregates: {orders: {count: '*'}, reorders: {sum: reordered}, "
             "first_orders: {count: '*', where: nth = 1}}",
         .write = write_group},
        {.name = "window",
         .group = "shape",
         .summary = "Add a column computed from other rows: a rank, the row before, a running sum.",
         .parameters =
             {{.name = "function",
               .takes = Takes::Choice,
               .description = "What to compute. running_…: from the first row to this one; "
                              "moving_…: of the last `rows` rows; sum, mean, count: of all rows of "
                              "the group; share: part of the sum.",
               .required = true,
               .choices = window_names()},
              {.name = "column",
               .takes = Takes::Column,
               .description = "Of which column; not for ranks."},
              by_parameter("Among rows that are equal in these columns."),
              order_parameter(
                  "What comes before what. Rows that are equal in it have one rank.", false
              ),
              {.name = "offset",
               .takes = Takes::Integer,
               .description = "For lag and lead: how many rows away.",
               .fallback = "1",
               .min = 1,
               .max = 1'000'000},
              {.name = "default",
               .takes = Takes::Value,
               .description = "For lag and lead: where there is no such row; null by default."},
              {.name = "count",
               .takes = Takes::Integer,
               .description = "For ntile: into how many parts.",
               .min = 1,
               .max = 1'000'000},
              {.name = "rows",
               .takes = Takes::Integer,
               .description = "For moving_…: how many rows, this one counted.",
               .min = 1,
               .max = 1'000'000},
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column.",
               .required = true}},
         .example =
             "function: rank, by: [user_id, product_id], order_by: [order_number], into: nth",
         .write = write_window},
    };
}

}  // namespace tradewind::recipe
