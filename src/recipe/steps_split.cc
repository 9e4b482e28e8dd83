// Texts into parts and parts into texts: split, split_to_rows, merge.
#include "recipe/patterns.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<std::string> separator(StepContext& context) {
    const yaml::Node node = context.arguments().node("separator");
    if (node.present() && node.scalar().empty()) return context.error("separator is empty", &node);
    return context.arguments().text("separator");
}

Result<StepSql> write_split(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string by = TRY(separator(context));
    const Column& column = arguments.column("column");
    const std::vector<std::string> names = arguments.texts("into");
    Select select(context.columns(), context.from());
    if (arguments.flag("drop")) select.drop(column.name);
    for (std::size_t i = 0; i < names.size(); ++i) {
        TRY(context.check_new(names[i]));
        select.add(
            names[i],
            context.macro(
                "split_part",
                {quote_name(column.name),
                 quote_literal(by),
                 std::to_string(i + 1),
                 quote_literal(java_quote(by))}
            )
        );
    }
    return StepSql{select.text()};
}

Result<StepSql> write_split_to_rows(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string by = TRY(separator(context));
    const Column& column = arguments.column("column");
    const std::string rows = context.macro(
        "split_rows", {quote_name(column.name), quote_literal(by), quote_literal(java_quote(by))}
    );
    Select select(context.columns(), context.from());
    if (arguments.given("into")) {
        TRY(context.check_new(arguments.text("into")));
        select.add(arguments.text("into"), rows);
    } else {
        select.replace(column.name, rows);
    }
    return StepSql{select.text(), false};
}

Result<StepSql> write_merge(StepContext& context) {
    const Arguments& arguments = context.arguments();
    std::vector<std::string> parts{quote_literal(arguments.text("separator"))};
    const std::vector<Column> columns = arguments.columns("columns");
    Select select(context.columns(), context.from());
    for (const Column& column : columns) {
        const std::string name = quote_name(column.name);
        parts.push_back(class_of(column.type) == TypeClass::Text ? name : cast_to(name, "STRING"));
        if (arguments.flag("drop")) select.drop(column.name);
    }
    TRY(context.check_new(arguments.text("into")));
    select.add(arguments.text("into"), "concat_ws(" + join_texts(parts, ", ") + ")");
    return StepSql{select.text()};
}

Parameter text_column() {
    return {
        .name = "column",
        .takes = Takes::Column,
        .description = "The text column.",
        .required = true,
        .accepts = Accepts::Text
    };
}

Parameter separator_parameter(std::string fallback) {
    return {
        .name = "separator",
        .takes = Takes::Text,
        .description = "What stands between the parts, as it is.",
        .fallback = std::move(fallback)
    };
}

Parameter drop_parameter() {
    return {
        .name = "drop",
        .takes = Takes::Boolean,
        .description = "Leave out what it was made from.",
        .fallback = "false"
    };
}

}  // namespace

std::vector<StepKind> split_steps() {
    return {
        {.name = "split",
         .group = "text",
         .summary = "Split a text into columns; null where there are fewer parts.",
         .parameters =
             {text_column(),
              separator_parameter(","),
              {.name = "into",
               .takes = Takes::NewColumns,
               .description = "The new columns, one for each part from the first on.",
               .required = true},
              drop_parameter()},
         .example = "column: name, separator: ' ', into: [first_name, last_name]",
         .write = write_split},
        {.name = "split_to_rows",
         .group = "text",
         .summary = "Make a row of each part of a text; rows with null go.",
         .parameters = {text_column(), separator_parameter(","), into_parameter()},
         .example = "column: tags, separator: ';', into: tag",
         .write = write_split_to_rows},
        {.name = "merge",
         .group = "text",
         .summary = "Join the texts of columns into one; nulls are left out.",
         .parameters =
             {columns_parameter(
                  "The columns, in order; what is no text is written as one.", Accepts::Any
              ),
              separator_parameter(" "),
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column.",
               .required = true},
              drop_parameter()},
         .example = "columns: [first_name, last_name], separator: ' ', into: name",
         .write = write_merge},
    };
}

}  // namespace tradewind::recipe
