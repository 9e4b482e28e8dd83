// Categories: one_hot, label_encode, map_values.
#include <algorithm>

#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

constexpr std::int64_t labels_max = 1000;

// The values that the recipe lists, or those of the data as they are now; each with its SQL.
struct Category {
    std::string text;
    std::string sql;
};
Result<std::vector<Category>> categories(
    StepContext& context, const Column& column, std::int64_t max
) {
    const yaml::Node listed = context.arguments().node("values");
    std::vector<std::string> texts;
    if (listed.present()) {
        texts = MUST(listed.texts());
    } else {
        texts = TRY(context.values_of(column, max));
    }
    std::vector<Category> found;
    for (const std::string& text : texts) {
        const auto sql = literal_of(text, column.type);
        if (!sql)
            return context.error(
                "column '" + column.name + "' is " + column.type + "; '" + text.substr(0, 64) +
                    "' is no value of it",
                listed.present() ? &listed : nullptr
            );
        const bool twice = std::any_of(found.begin(), found.end(), [&](const Category& other) {
            return other.sql == *sql;
        });
        if (twice) return context.error("the value '" + text + "' is listed twice", &listed);
        found.push_back({text, *sql});
    }
    return found;
}

// Values of doubles are not listed: they differ in digits that nobody sees.
Result<void> check_countable(StepContext& context, const Column& column) {
    const bool fits = class_of(column.type) != TypeClass::Other && !is_double_type(column.type);
    if (fits) return {};
    return std::move(context.error(
                         "column '" + column.name + "' is " + column.type +
                         "; categories are texts, integers, decimals, booleans or dates"
                     ))
        .with_hint("Use bin or cast before.");
}

Result<StepSql> write_one_hot(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    TRY(check_countable(context, column));
    const std::string prefix =
        arguments.given("prefix") ? arguments.text("prefix") : column.name + "_";
    Select select(context.columns(), context.from());
    if (arguments.flag("drop")) select.drop(column.name);
    std::vector<std::string> names;
    for (const Category& value : TRY(categories(context, column, arguments.integer("max")))) {
        const std::string name = prefix + value.text;
        TRY(context.check_new(name));
        const bool twice = std::any_of(names.begin(), names.end(), [&](const std::string& other) {
            return equal_ignore_case(other, name);
        });
        if (twice)
            return std::move(context.error("two values would give a column '" + name + "'"))
                .with_hint("Use case or map_values before.");
        names.push_back(name);
        select.add(
            name, "CASE WHEN " + quote_name(column.name) + " = " + value.sql + " THEN 1 ELSE 0 END"
        );
    }
    return StepSql{select.text()};
}

Result<StepSql> write_label_encode(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    TRY(check_countable(context, column));
    const std::vector<Category> values = TRY(categories(context, column, labels_max));
    std::string text = values.empty() ? "CAST(NULL AS INTEGER)" : "CASE " + quote_name(column.name);
    for (std::size_t i = 0; i < values.size(); ++i)
        text += "\n        WHEN " + values[i].sql + " THEN " + std::to_string(i);
    if (!values.empty()) text += " END";
    TRY(context.check_new(arguments.text("into")));
    Select select(context.columns(), context.from());
    select.add(arguments.text("into"), text);
    return StepSql{select.text()};
}

// The type that all new values fit: their own when they look alike, else STRING.
std::string type_of_values(const yaml::Node& mapping, const yaml::Node& otherwise) {
    std::vector<yaml::Node> all;
    for (const auto& [key, value] : mapping.members()) all.push_back(value);
    if (otherwise.present()) all.push_back(otherwise);
    std::string type;
    for (const yaml::Node& value : all) {
        const std::string own = plain_type(value);
        if (type.empty() || type == own) {
            type = own;
        } else {
            const bool numbers =
                class_of(type) == TypeClass::Number && class_of(own) == TypeClass::Number;
            type = numbers ? "DOUBLE" : "STRING";
        }
    }
    return type;
}

Result<std::string> mapped(StepContext& context, const Column& column) {
    const Arguments& arguments = context.arguments();
    const yaml::Node mapping = arguments.node("mapping");
    const yaml::Node otherwise = arguments.node("default");
    const bool keep = arguments.text("others") == "keep" && !otherwise.present();
    const std::string type = keep ? column.type : type_of_values(mapping, otherwise);
    const std::string subject = "column '" + column.name + "'";
    std::string text = "CASE " + quote_name(column.name);
    for (const auto& [key, value] : mapping.members()) {
        const auto from = literal_of(key, column.type);
        if (!from)
            return context.error(
                subject + " is " + column.type + "; '" + key.substr(0, 64) + "' is no value of it",
                &value
            );
        text += "\n        WHEN " + *from + " THEN " + TRY(literal(value, type, subject));
    }
    if (keep) {
        text += "\n        ELSE " + quote_name(column.name);
    } else if (otherwise.present()) {
        text += "\n        ELSE " + TRY(literal(otherwise, type, subject));
    }
    return text + " END";
}

Result<StepSql> write_map_values(StepContext& context) {
    return write_columns(context, [&](const Column& column) { return mapped(context, column); });
}

Parameter category_column() {
    return {
        .name = "column",
        .takes = Takes::Column,
        .description = "The column with categories.",
        .required = true
    };
}

Parameter values_parameter(const std::string& more) {
    return {
        .name = "values",
        .takes = Takes::Texts,
        .description =
            "The categories. Without it they are read from the data, in byte order, each time the "
            "recipe is compiled, and stand in the SQL; " +
            more
    };
}

}  // namespace

std::vector<StepKind> category_steps() {
    return {
        {.name = "one_hot",
         .group = "category",
         .summary = "Add a column of 0 and 1 for each category; null gives 0 in all.",
         .parameters =
             {category_column(),
              values_parameter("list them where columns must stay the same."),
              {.name = "prefix",
               .takes = Takes::Text,
               .description = "What the new names begin with; the column's name and _ by default."},
              {.name = "max",
               .takes = Takes::Integer,
               .description = "More categories in the data are an error.",
               .fallback = "50",
               .min = 1,
               .max = 1000},
              {.name = "drop",
               .takes = Takes::Boolean,
               .description = "Leave out the column itself.",
               .fallback = "false"}},
         .example = "column: eval_set, values: [prior, train, test]",
         .write = write_one_hot},
        {.name = "label_encode",
         .group = "category",
         .summary = "Number the categories from 0; null, and what is not listed, is null.",
         .parameters =
             {category_column(),
              values_parameter("at most 1000 of them."),
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column.",
               .required = true}},
         .example = "column: country, into: country_number",
         .write = write_label_encode},
        {.name = "map_values",
         .group = "category",
         .summary = "Put other values for those that are listed.",
         .parameters =
             {columns_parameter("The columns to change.", Accepts::Any),
              {.name = "mapping",
               .takes = Takes::Mapping,
               .description = "Value: new value.",
               .required = true},
              {.name = "others",
               .takes = Takes::Choice,
               .description = "What is not listed stays, or becomes null; new values of another "
                              "type need null or a default.",
               .fallback = "keep",
               .choices = {"keep", "null"}},
              {.name = "default",
               .takes = Takes::Value,
               .description = "Or what is not listed, and null, becomes this."},
              into_parameter()},
         .example = "columns: [order_dow], mapping: {'0': weekend, '6': weekend}, default: week, "
                    "into: part_of_week",
         .write = write_map_values},
    };
}

}  // namespace tradewind::recipe
