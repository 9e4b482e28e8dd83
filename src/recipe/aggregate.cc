#include "recipe/aggregate.h"

#include <algorithm>

#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<void> check_type(
    StepContext& context, const std::string& function, const Column& column, const yaml::Node& at
) {
    const bool number = class_of(column.type) == TypeClass::Number;
    const bool any = function == "count" || function == "count_distinct";
    const bool sorted = function == "min" || function == "max";
    if (any || number || (sorted && is_sortable_type(column.type))) return {};
    const std::string need = sorted ? "values that can be sorted" : "a number";
    return std::move(context.error(
                         "column '" + column.name + "' is " + column.type + "; " + function +
                             " needs " + need,
                         &at
                     ))
        .with_hint(sorted ? "Use another column." : "Use parse_number or cast before.");
}

// The exact sum first, then one division: decimals would become floats one by one otherwise.
std::string mean(const Column& column, const std::string& filter) {
    const std::string name = quote_name(column.name);
    if (is_double_type(column.type)) return "avg(" + name + ")" + filter;
    return as_double("sum(" + name + ")" + filter) + " / nullif(count(" + name + ")" + filter +
           ", 0)";
}

}  // namespace

const std::vector<std::string>& aggregate_names() {
    static const std::vector<std::string> names = {
        "count", "count_distinct", "sum", "mean", "median", "min", "max", "stddev"
    };
    return names;
}

Result<std::string> aggregate_of(
    StepContext& context,
    const std::string& function,
    const Column* column,
    const std::string& filter,
    const yaml::Node& at
) {
    const std::string tail = filter.empty() ? "" : " FILTER (WHERE " + filter + ")";
    if (column == nullptr) {
        if (function == "count") return "count(*)" + tail;
        return context.error(function + " needs a column, not '*'", &at);
    }
    TRY(check_type(context, function, *column, at));
    const std::string name = quote_name(column->name);
    if (function == "count_distinct") return "count(DISTINCT " + name + ")" + tail;
    if (function == "mean") return mean(*column, tail);
    if (function == "median") return "median(" + as_double(name) + ")" + tail;
    if (function == "stddev") return "stddev_pop(" + as_double(name) + ")" + tail;
    const std::string plain = function + "(" + name + ")" + tail;
    return function == "sum" && is_integer_type(column->type) ? cast_to(plain, "BIGINT") : plain;
}

Result<std::string> aggregate_sql(StepContext& context, const yaml::Node& node) {
    const auto& names = aggregate_names();
    std::string function;
    std::string filter;
    yaml::Node of;
    for (const auto& [key, value] : node.members()) {
        if (key == "where") {
            filter = TRY(context.expression(value));
        } else if (std::find(names.begin(), names.end(), key) == names.end()) {
            const auto near = nearest(key, {names.begin(), names.end()});
            return std::move(context.error("there is no aggregate '" + key + "'", &node))
                .with_hint(
                    near ? "Did you mean '" + *near + "'?"
                         : "There are " + join_texts(names, ", ") + "."
                );
        } else if (!function.empty()) {
            return context.error("one new column has one aggregate", &node);
        } else {
            function = key;
            of = value;
        }
    }
    if (function.empty())
        return std::move(context.error("an aggregate is {function: column}", &node))
            .with_hint("For example {sum: amount} or {count: '*'}.");
    const std::string wanted = TRY(of.text());
    if (wanted == "*") return aggregate_of(context, function, nullptr, filter, of);
    const Column* column = context.find(wanted);
    if (column == nullptr) return no_such_column(of, wanted, context.columns(), context.subject());
    return aggregate_of(context, function, column, filter, of);
}

}  // namespace tradewind::recipe
