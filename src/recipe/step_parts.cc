#include "recipe/step_parts.h"

#include "base/text.h"

namespace tradewind::recipe {

Parameter columns_parameter(std::string description, Accepts accepts) {
    return {
        .name = "columns",
        .takes = Takes::Columns,
        .description = std::move(description),
        .required = true,
        .accepts = accepts
    };
}

Parameter into_parameter() {
    return {
        .name = "into",
        .takes = Takes::NewColumn,
        .description = "A new column for the result; without it the column itself is changed."
    };
}

Parameter by_parameter(std::string description) {
    return {.name = "by", .takes = Takes::Columns, .description = std::move(description)};
}

Parameter order_parameter(std::string description, bool required) {
    return {
        .name = "order_by",
        .takes = Takes::Order,
        .description = std::move(description) +
                       " Null comes last; rows that are equal in it are ordered by all other "
                       "columns, so that the result never depends on chance.",
        .required = required,
        .accepts = Accepts::Sortable
    };
}

Result<StepSql> write_columns(
    StepContext& context, const std::function<Result<std::string>(const Column&)>& expression
) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> columns = arguments.columns("columns");
    Select select(context.columns(), context.from());
    if (!arguments.given("into")) {
        for (const Column& column : columns) select.replace(column.name, TRY(expression(column)));
        return StepSql{select.text()};
    }
    const yaml::Node into = arguments.node("into");
    if (columns.size() != 1)
        return context.error("into needs exactly one column in columns", &into);
    TRY(context.check_new(into.scalar()));
    select.add(into.scalar(), TRY(expression(columns[0])));
    return StepSql{select.text()};
}

std::string order_text(const std::vector<OrderItem>& items) {
    std::vector<std::string> parts;
    for (const OrderItem& item : items) {
        parts.push_back(
            quote_name(item.column.name) + (item.descending ? " DESC" : "") + " NULLS LAST"
        );
    }
    return join_texts(parts, ", ");
}

std::string order_with_ties(
    const std::vector<OrderItem>& items, const std::vector<Column>& columns
) {
    std::vector<OrderItem> all = items;
    for (const Column& column : columns) {
        bool known = !is_sortable_type(column.type);
        for (const OrderItem& item : items) known = known || item.column.name == column.name;
        if (!known) all.push_back({column, false});
    }
    return order_text(all);
}

std::string over(
    const std::vector<Column>& by, const std::string& order, const std::string& frame
) {
    std::vector<std::string> parts;
    if (!by.empty()) parts.push_back("PARTITION BY " + quote_names(by));
    if (!order.empty()) parts.push_back("ORDER BY " + order);
    if (!frame.empty()) parts.push_back(frame);
    return "OVER (" + join_texts(parts, " ") + ")";
}

std::string as_double(const std::string& expression) {
    return "CAST(" + expression + " AS DOUBLE)";
}

std::string cast_to(const std::string& expression, const std::string& type) {
    return "CAST(" + expression + " AS " + type + ")";
}

std::string free_name(const StepContext& context, const std::string& wish) {
    std::string name = wish;
    while (context.find(name) != nullptr) name += "_";
    return name;
}

}  // namespace tradewind::recipe
