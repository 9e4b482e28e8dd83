// Which columns there are: keep, drop, rename, reorder, cast, add, coalesce.
#include <algorithm>

#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<StepSql> write_keep(StepContext& context) {
    Select select(context.columns(), context.from());
    select.clear();
    for (const Column& column : context.arguments().columns("columns")) select.add(column.name, {});
    return StepSql{select.text()};
}

Result<StepSql> write_drop(StepContext& context) {
    const std::vector<Column> columns = context.arguments().columns("columns");
    if (columns.size() == context.columns().size())
        return context.error("this leaves no column at all");
    Select select(context.columns(), context.from());
    for (const Column& column : columns) select.drop(column.name);
    return StepSql{select.text()};
}

// No two columns may have one name, in any case of letters, after all renames together.
Result<void> check_distinct(StepContext& context, const StepSql& sql) {
    std::vector<std::string> names;
    for (const Column& column : context.columns()) {
        std::string name = to_lower_ascii(column.name);
        for (const auto& [from, to] : sql.renamed) {
            if (equal_ignore_case(from, column.name)) name = to_lower_ascii(to);
        }
        if (std::find(names.begin(), names.end(), name) != names.end())
            return context.error("two columns would have the name '" + name + "'");
        names.push_back(name);
    }
    return {};
}

Result<StepSql> write_rename(StepContext& context) {
    StepSql sql;
    Select select(context.columns(), context.from());
    const yaml::Node wanted = context.arguments().node("columns");
    for (const auto& [from, to] : wanted.members()) {
        sql.renamed.emplace_back(context.find(from)->name, to.scalar());
        select.rename(from, to.scalar());
    }
    TRY(check_distinct(context, sql));
    sql.body = select.text();
    return sql;
}

Result<StepSql> write_reorder(StepContext& context) {
    const std::vector<Column> first = context.arguments().columns("columns");
    const bool last = context.arguments().text("to") == "end";
    Select select(context.columns(), context.from());
    select.clear();
    const auto add_rest = [&] {
        for (const Column& column : context.columns()) {
            if (find_column(first, column.name) == nullptr) select.add(column.name, {});
        }
    };
    if (last) add_rest();
    for (const Column& column : first) select.add(column.name, {});
    if (!last) add_rest();
    return StepSql{select.text()};
}

// Engines differ in how they make integers of what is none: 1.5 is rounded by one and cut by the
// other, the text '1.5' becomes 2 here and fails there. So it is said outright.
std::string to_integer(
    StepContext& context, const Column& column, const std::string& type, const std::string& cast
) {
    const std::string name = quote_name(column.name);
    if (is_double_type(column.type) || is_decimal_type(column.type))
        return cast + "(round(" + name + ") AS " + type + ")";
    if (class_of(column.type) != TypeClass::Text) return cast + "(" + name + " AS " + type + ")";
    const std::string trimmed = "trim(" + name + ")";
    const std::string whole = context.macro("regex_matches", {trimmed, "'^[+-]?[0-9]+$'"});
    const std::string otherwise = cast == "CAST" ? " ELSE " + name + " || ' is no integer'" : "";
    return cast + "(CASE WHEN " + whole + " THEN " + trimmed + otherwise + " END AS " + type + ")";
}

std::string to_boolean(const Column& column, const std::string& cast) {
    const std::string name = quote_name(column.name);
    if (class_of(column.type) == TypeClass::Number) return name + " <> 0";
    if (class_of(column.type) != TypeClass::Text) return cast + "(" + name + " AS BOOLEAN)";
    const std::string word = "lower(trim(" + name + "))";
    const std::string otherwise =
        cast == "CAST" ? " ELSE CAST(" + name + " || ' is no boolean' AS BOOLEAN)" : "";
    return "CASE WHEN " + word + " IN ('true', 't', 'yes', 'y', '1') THEN TRUE WHEN " + word +
           " IN ('false', 'f', 'no', 'n', '0') THEN FALSE WHEN " + name + " IS NULL THEN NULL" +
           otherwise + " END";
}

bool castable(const std::string& from, const std::string& to) {
    const TypeClass a = class_of(from);
    const TypeClass b = class_of(to);
    if (a == TypeClass::Other) return b == TypeClass::Text;
    if (a == TypeClass::Time) return b == TypeClass::Time || b == TypeClass::Text;
    if (b == TypeClass::Time) return a == TypeClass::Text;
    return true;
}

std::string cast_expression(StepContext& context, const Column& column, const std::string& type) {
    const std::string cast = context.arguments().text("on_error") == "null" ? "TRY_CAST" : "CAST";
    if (type == "BOOLEAN") return to_boolean(column, cast);
    if (is_integer_type(type) && !type.starts_with("DECIMAL"))
        return to_integer(context, column, type, cast);
    return cast + "(" + quote_name(column.name) + " AS " + type + ")";
}

Result<StepSql> write_cast(StepContext& context) {
    Select select(context.columns(), context.from());
    const yaml::Node wanted = context.arguments().node("columns");
    for (const auto& [name, node] : wanted.members()) {
        const Column& column = *context.find(name);
        const std::string type = TRY(parse_type(node));
        if (!castable(column.type, type)) {
            return context.error(
                "column '" + column.name + "' is " + column.type + " and cannot become " + type,
                &node
            );
        }
        select.replace(column.name, cast_expression(context, column, type));
    }
    return StepSql{select.text()};
}

Result<StepSql> write_add(StepContext& context) {
    Select select(context.columns(), context.from());
    std::vector<std::string> added;
    const yaml::Node wanted = context.arguments().node("columns");
    for (const auto& [name, node] : wanted.members()) {
        const Column* there = context.find(name);
        const std::string expression = TRY(context.expression(node));
        for (const std::string& other : added) {
            if (equal_ignore_case(other, name))
                return context.error("column '" + name + "' is made twice", &node);
        }
        added.push_back(name);
        if (there == nullptr) {
            select.add(name, expression);
        } else {
            select.replace(name, expression);
        }
    }
    return StepSql{select.text()};
}

Result<StepSql> write_coalesce(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::vector<Column> columns = arguments.columns("columns");
    std::vector<std::string> names;
    for (const Column& column : columns) {
        if (class_of(column.type) != class_of(columns[0].type)) {
            return context.error(
                "column '" + columns[0].name + "' is " + columns[0].type + " and '" + column.name +
                "' is " + column.type
            );
        }
        names.push_back(quote_name(column.name));
    }
    TRY(context.check_new(arguments.text("into")));
    Select select(context.columns(), context.from());
    select.add(arguments.text("into"), "coalesce(" + join_texts(names, ", ") + ")");
    return StepSql{select.text()};
}

Parameter some_columns(std::string description) {
    return columns_parameter(std::move(description), Accepts::Any);
}

}  // namespace

std::vector<StepKind> column_steps() {
    return {
        {.name = "keep",
         .group = "columns",
         .summary = "Keep these columns, in this order.",
         .parameters = {some_columns("The columns to keep.")},
         .example = "columns: [invoice_no, stock_code, quantity]",
         .write = write_keep},
        {.name = "drop",
         .group = "columns",
         .summary = "Leave columns out.",
         .parameters = {some_columns("The columns to leave out.")},
         .example = "columns: [description]",
         .write = write_drop},
        {.name = "rename",
         .group = "columns",
         .summary = "Give columns other names.",
         .parameters =
             {{.name = "columns",
               .takes = Takes::ColumnToText,
               .description = "Old name: new name. All at once, so that two may be exchanged.",
               .required = true}},
         .example = "columns: {InvoiceNo: invoice_no, StockCode: stock_code}",
         .write = write_rename},
        {.name = "reorder",
         .group = "columns",
         .summary = "Move columns to the beginning or the end.",
         .parameters =
             {some_columns("The columns to move, in the order wanted."),
              {.name = "to",
               .takes = Takes::Choice,
               .description = "Where to.",
               .fallback = "begin",
               .choices = {"begin", "end"}}},
         .example = "columns: [country, invoice_no]",
         .write = write_reorder},
        {.name = "cast",
         .group = "columns",
         .summary = "Change the types of columns.",
         .parameters =
             {{.name = "columns",
               .takes = Takes::ColumnToType,
               .description =
                   "Column: type, of STRING, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, "
                   "DOUBLE, DECIMAL(p,s), DATE, TIMESTAMP. Fractions are rounded half away from "
                   "zero where an integer is wanted; the text of an integer must be one.",
               .required = true},
              {.name = "on_error",
               .takes = Takes::Choice,
               .description = "What becomes of a value that does not fit: the whole statement "
                              "fails and names it, or the value becomes null.",
               .fallback = "fail",
               .choices = {"fail", "null"}}},
         .example = "columns: {quantity: INTEGER, unit_price: 'DECIMAL(12,4)'}, on_error: 'null'",
         .write = write_cast},
        {.name = "add",
         .group = "columns",
         .summary = "Add columns, or replace them, by SQL expressions.",
         .parameters =
             {{.name = "columns",
               .takes = Takes::NewToExpression,
               .description = "Name: expression over the columns as they were before the step.",
               .required = true}},
         .example = "columns: {amount: quantity * unit_price}",
         .write = write_add},
        {.name = "coalesce",
         .group = "columns",
         .summary = "Make a column of the first of several that is not null.",
         .parameters =
             {some_columns("The columns, the preferred one first; all of one kind."),
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column.",
               .required = true}},
         .example = "columns: [mobile, phone], into: any_phone",
         .write = write_coalesce},
    };
}

}  // namespace tradewind::recipe
