// Which rows there are: filter, drop_nulls, dedupe, sort, limit, sample.
#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<StepSql> write_filter(StepContext& context) {
    Select select(context.columns(), context.from());
    select.where(TRY(context.expression(context.arguments().node("where"))));
    return StepSql{select.text()};
}

Result<StepSql> write_drop_nulls(StepContext& context) {
    std::vector<Column> columns = context.arguments().columns("columns");
    if (columns.empty()) columns = context.columns();
    std::vector<std::string> tests;
    for (const Column& column : columns) tests.push_back(quote_name(column.name) + " IS NOT NULL");
    const bool any = context.arguments().text("how") == "any";
    Select select(context.columns(), context.from());
    select.where(join_texts(tests, any ? "\n    AND " : "\n    OR "));
    return StepSql{select.text()};
}

// All columns of the input, from a SELECT that adds one helper.
StepSql keep_where(
    StepContext& context,
    const std::string& helper,
    const std::string& expression,
    const std::string& condition
) {
    Select inner(context.columns(), context.from());
    inner.add(helper, expression);
    Select outer(context.columns(), "(\n" + indent(inner.text(), 4) + "\n) AS numbered");
    outer.list_all();
    outer.where(condition);
    return StepSql{outer.text()};
}

Result<StepSql> write_dedupe(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> by = arguments.columns("by");
    if (by.empty()) {
        if (arguments.given("order_by"))
            return context.error("order_by needs by: rows that are equal in everything are one");
        Select select(context.columns(), context.from());
        select.distinct();
        return StepSql{select.text()};
    }
    const std::string helper = free_name(context, "row_of_group");
    const std::string order = order_with_ties(arguments.order("order_by"), context.columns());
    return keep_where(
        context, helper, "row_number() " + over(by, order), quote_name(helper) + " = 1"
    );
}

Result<StepSql> write_sort(StepContext& context) {
    StepSql sql{Select(context.columns(), context.from()).text()};
    sql.order = context.arguments().order("by");
    return sql;
}

// In the order of a sort before, then of all columns: the same rows each time.
Result<StepSql> write_limit(StepContext& context) {
    Select select(context.columns(), context.from());
    const std::string order = order_with_ties(context.order(), context.columns());
    if (!order.empty()) select.line("ORDER BY " + order);
    select.line("LIMIT " + std::to_string(context.arguments().integer("rows")));
    return StepSql{select.text()};
}

// A number of 8 hexadecimal digits that looks like chance and is the same for equal rows.
std::string draw(const Arguments& arguments, const std::vector<Column>& columns) {
    std::vector<Column> key = arguments.columns("key");
    if (key.empty()) key = columns;
    std::vector<std::string> parts{quote_literal(arguments.text("seed"))};
    for (const Column& column : key)
        parts.push_back("coalesce(CAST(" + quote_name(column.name) + " AS STRING), '')");
    return "md5(concat_ws('|', " + join_texts(parts, ", ") + "))";
}

std::string hex8(double fraction) {
    auto left = static_cast<std::uint64_t>(fraction * 4294967296.0);
    std::string out(8, '0');
    for (std::size_t i = 8; i-- > 0; left /= 16) out[i] = "0123456789abcdef"[left % 16];
    return out;
}

Result<StepSql> write_sample(StepContext& context) {
    const Arguments& arguments = context.arguments();
    if (arguments.given("rows") == arguments.given("fraction"))
        return context.error("sample needs either rows or fraction");
    Select select(context.columns(), context.from());
    const std::string number = draw(arguments, context.columns());
    if (arguments.given("rows")) {
        const std::string ties = order_with_ties({}, context.columns());
        select.line("ORDER BY " + number + (ties.empty() ? "" : ", " + ties));
        select.line("LIMIT " + std::to_string(arguments.integer("rows")));
        return StepSql{select.text()};
    }
    const yaml::Node node = arguments.node("fraction");
    const double fraction = MUST(node.real());
    if (fraction < 0 || fraction > 1) return context.error("fraction must be from 0 to 1", &node);
    if (fraction < 1)
        select.where("substr(" + number + ", 1, 8) < " + quote_literal(hex8(fraction)));
    return StepSql{select.text()};
}

}  // namespace

std::vector<StepKind> row_steps() {
    return {
        {.name = "filter",
         .group = "rows",
         .summary = "Keep the rows for which a condition holds.",
         .parameters =
             {{.name = "where",
               .takes = Takes::Expression,
               .description = "The condition, as SQL over the columns. Rows for which it is false "
                              "or null go.",
               .required = true}},
         .example = "where: quantity > 0 AND country = 'France'",
         .write = write_filter},
        {.name = "drop_nulls",
         .group = "rows",
         .summary = "Drop rows in which columns are null.",
         .parameters =
             {{.name = "columns",
               .takes = Takes::Columns,
               .description = "The columns to look at; all of them by default."},
              {.name = "how",
               .takes = Takes::Choice,
               .description = "Drop a row when any of them is null, or only when all are.",
               .fallback = "any",
               .choices = {"any", "all"}}},
         .example = "columns: [customer_id, description]",
         .write = write_drop_nulls},
        {.name = "dedupe",
         .group = "rows",
         .summary = "Keep one row of those that are equal.",
         .parameters =
             {by_parameter("The columns that make rows equal; all of them by default."),
              order_parameter("The first row in this order stays.", false)},
         .example = "by: [invoice_no, stock_code], order_by: [{received_at: desc}]",
         .write = write_dedupe},
        {.name = "sort",
         .group = "rows",
         .summary = "Sort the result, and what a later limit takes the first of.",
         .parameters =
             {{.name = "by",
               .takes = Takes::Order,
               .description = "Columns, each with {name: desc} for the greatest first. Null comes "
                              "last. The order holds until a step makes new rows.",
               .required = true,
               .accepts = Accepts::Sortable}},
         .example = "by: [country, {invoice_date: desc}]",
         .write = write_sort},
        {.name = "limit",
         .group = "rows",
         .summary = "Keep the first rows.",
         .parameters =
             {{.name = "rows",
               .takes = Takes::Integer,
               .description = "How many; in the order of a sort before, then of all columns.",
               .required = true,
               .min = 0,
               .max = 1'000'000'000'000}},
         .example = "rows: 100",
         .write = write_limit},
        {.name = "sample",
         .group = "rows",
         .summary = "Keep some rows as if drawn by chance, the same ones each time.",
         .parameters =
             {{.name = "rows",
               .takes = Takes::Integer,
               .description = "How many rows.",
               .min = 0,
               .max = 1'000'000'000'000},
              {.name = "fraction",
               .takes = Takes::Number,
               .description = "Or what part of them, from 0 to 1; near it, not exactly."},
              {.name = "seed",
               .takes = Takes::Integer,
               .description = "Another number draws other rows.",
               .fallback = "42"},
              {.name = "key",
               .takes = Takes::Columns,
               .description = "Rows that are equal in these columns stay or go together; all "
                              "columns by default."}},
         .example = "fraction: 0.1, key: [customer_id], seed: 7",
         .write = write_sample},
    };
}

}  // namespace tradewind::recipe
