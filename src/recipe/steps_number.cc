// Numbers: round, clip, bin, parse_number.
#include "base/text.h"
#include "recipe/patterns.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Parameter numbers() {
    return columns_parameter("The columns with numbers.", Accepts::Number);
}

Result<StepSql> write_round(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::int64_t digits = arguments.integer("digits");
    const std::string mode = arguments.text("mode");
    if (mode != "nearest" && digits != 0) return context.error("digits are for mode: nearest only");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        if (is_integer_type(column.type) && digits >= 0) return name;
        if (mode == "nearest")
            return cast_to("round(" + name + ", " + std::to_string(digits) + ")", column.type);
        return cast_to((mode == "down" ? "floor(" : "ceil(") + name + ")", column.type);
    });
}

Result<StepSql> write_clip(StepContext& context) {
    const Arguments& arguments = context.arguments();
    if (!arguments.given("min") && !arguments.given("max"))
        return context.error("clip needs min, max or both");
    if (arguments.given("min") && arguments.given("max") &&
        MUST(arguments.node("min").real()) > MUST(arguments.node("max").real())) {
        const yaml::Node min = arguments.node("min");
        return context.error("min is greater than max", &min);
    }
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        const std::string subject = "column '" + column.name + "'";
        std::string out = "CASE";
        if (arguments.given("min")) {
            const std::string low = TRY(literal(arguments.node("min"), column.type, subject));
            out += " WHEN " + name + " < " + low + " THEN " + low;
        }
        if (arguments.given("max")) {
            const std::string high = TRY(literal(arguments.node("max"), column.type, subject));
            out += " WHEN " + name + " > " + high + " THEN " + high;
        }
        return out + " ELSE " + name + " END";
    });
}

// What the n-th bin is called, from 0.
std::string label(const std::vector<std::string>& labels, std::size_t bin) {
    return labels.empty() ? std::to_string(bin + 1) : quote_literal(labels[bin]);
}

// `edges`: SQL of each upper end but the last.
std::string bins_by_edges(
    const std::string& value,
    const std::vector<std::string>& edges,
    const std::vector<std::string>& labels
) {
    std::string out = "CASE WHEN " + value + " IS NULL THEN NULL";
    for (std::size_t i = 0; i < edges.size(); ++i)
        out += "\n        WHEN " + value + " < " + edges[i] + " THEN " + label(labels, i);
    return out + "\n        ELSE " + label(labels, edges.size()) + " END";
}

std::string edge_of(
    const std::string& value,
    const std::string& method,
    std::int64_t i,
    std::int64_t count,
    StepContext& context
) {
    const std::string part = std::to_string(i) + " / CAST(" + std::to_string(count) + " AS DOUBLE)";
    if (method == "quantile") {
        const std::string fraction = as_double(std::to_string(i)) + " / " + std::to_string(count);
        return context.macro("quantile", {value, fraction}) + " OVER ()";
    }
    const std::string low = "min(" + value + ") OVER ()";
    return low + " + (max(" + value + ") OVER () - " + low + ") * " + part;
}

Result<std::vector<std::string>> edges_of(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node node = arguments.node("edges");
    std::vector<std::string> edges;
    double last = 0;
    for (const yaml::Node& item : node.items()) {
        const double edge = MUST(item.real());
        if (!edges.empty() && edge <= last)
            return context.error("edges must rise from one to the next", &item);
        last = edge;
        edges.push_back(item.scalar());
    }
    if (node.present()) return edges;
    const std::string value = as_double(quote_name(arguments.column("column").name));
    const std::int64_t count = arguments.integer("count");
    for (std::int64_t i = 1; i < count; ++i)
        edges.push_back(edge_of(value, arguments.text("method"), i, count, context));
    return edges;
}

Result<StepSql> write_bin(StepContext& context) {
    const Arguments& arguments = context.arguments();
    if (arguments.given("edges") == arguments.given("count"))
        return context.error("bin needs either edges or count");
    const std::vector<std::string> edges = TRY(edges_of(context));
    const std::vector<std::string> labels = arguments.texts("labels");
    if (!labels.empty() && labels.size() != edges.size() + 1) {
        const yaml::Node node = arguments.node("labels");
        return context.error(
            "there are " + std::to_string(edges.size() + 1) + " bins and " +
                std::to_string(labels.size()) + " labels",
            &node
        );
    }
    TRY(context.check_new(arguments.text("into")));
    const std::string name = quote_name(arguments.column("column").name);
    Select select(context.columns(), context.from());
    select.add(
        arguments.text("into"),
        bins_by_edges(arguments.given("edges") ? name : as_double(name), edges, labels)
    );
    return StepSql{select.text()};
}

// A character class of Java and RE2 with everything but what a number is written with.
std::string not_of_numbers(const std::string& decimal) {
    return quote_literal("[^0-9+" + java_quote(decimal) + "-]+");
}

Result<StepSql> write_parse_number(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string decimal = arguments.text("decimal");
    const std::string type = arguments.given("type") ? TRY(parse_type(arguments.node("type")))
                                                     : std::string("DOUBLE");
                                                     if (class_of(type) != TypeClass::Number ||
                                                         (is_integer_type(type) &&
                                                          !type.starts_with("DEC")))
                                                         return context.error(
                                                             "type must be DOUBLE, FLOAT or "
                                                             "DECIMAL(p,s)"
                                                         );
                                                     return write_columns(
                                                         context,
                                                         [&](const Column& column
                                                         ) -> Result<std::string> {
                                                             std::string digits = context.macro(
                                                                 "regex_replace",
                                                                 {quote_name(column.name),
                                                                  not_of_numbers(decimal),
                                                                  "''",
                                                                  "''"}
                                                             );
                                                             if (decimal != ".")
                                                                 digits = "replace(" + digits +
                                                                          ", " +
                                                                          quote_literal(decimal) +
                                                                          ", '.')";
                                                             const std::string cast =
                                                                 arguments.text("on_error") ==
                                                                         "null"
                                                                     ? "TRY_CAST("
                                                                     : "CAST(";
                                                             return cast + digits + " AS " + type +
                                                                    ")";
                                                         }
                                                     );
}

}  // namespace

std::vector<StepKind> number_steps() {
    return {
        {.name = "round",
         .group = "number",
         .summary = "Round numbers; halves away from zero.",
         .parameters =
             {numbers(),
              {.name = "digits",
               .takes = Takes::Integer,
               .description = "Digits after the point; negative: before it.",
               .fallback = "0",
               .min = -15,
               .max = 15},
              {.name = "mode",
               .takes = Takes::Choice,
               .description = "nearest; down and up go to the next whole number.",
               .fallback = "nearest",
               .choices = {"nearest", "down", "up"}},
              into_parameter()},
         .example = "columns: [unit_price], digits: 2",
         .write = write_round},
        {.name = "clip",
         .group = "number",
         .summary = "Put numbers beyond a limit on the limit.",
         .parameters =
             {numbers(),
              {.name = "min", .takes = Takes::Number, .description = "The least there may be."},
              {.name = "max", .takes = Takes::Number, .description = "The greatest there may be."},
              into_parameter()},
         .example = "columns: [quantity], min: 0, max: 1000",
         .write = write_clip},
        {.name = "bin",
         .group = "number",
         .summary = "Sort numbers into bins.",
         .parameters =
             {{.name = "column",
               .takes = Takes::Column,
               .description = "The column with numbers.",
               .required = true,
               .accepts = Accepts::Number},
              {.name = "edges",
               .takes = Takes::Numbers,
               .description = "Where a bin ends and the next begins; an edge belongs to the bin "
                              "above it. The first and the last bin are open."},
              {.name = "count",
               .takes = Takes::Integer,
               .description = "Or so many bins from the least to the greatest value.",
               .min = 2,
               .max = 100},
              {.name = "method",
               .takes = Takes::Choice,
               .description = "For count: bins of equal width, or bins with equally many rows.",
               .fallback = "width",
               .choices = {"width", "quantile"}},
              {.name = "labels",
               .takes = Takes::Texts,
               .description = "What the bins are called; 1, 2, 3, … by default."},
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column.",
               .required = true}},
         .example =
             "column: quantity, edges: [1, 10, 100], labels: [none, few, some, many], into: size",
         .write = write_bin},
        {.name = "parse_number",
         .group = "number",
         .summary = "Make numbers of texts such as '£1,234.50'.",
         .parameters =
             {columns_parameter("The text columns.", Accepts::Text),
              {.name = "decimal",
               .takes = Takes::Choice,
               .description = "What stands before the fraction. Everything but it, digits and "
                              "signs is left out.",
               .fallback = ".",
               .choices = {".", ","}},
              {.name = "type",
               .takes = Takes::Type,
               .description = "DOUBLE, FLOAT or DECIMAL(p,s); DOUBLE by default."},
              {.name = "on_error",
               .takes = Takes::Choice,
               .description = "What becomes of a text that is no number.",
               .fallback = "null",
               .choices = {"fail", "null"}},
              into_parameter()},
         .example = "columns: [price_text], decimal: ',', type: 'DECIMAL(12,2)'",
         .write = write_parse_number},
    };
}

}  // namespace tradewind::recipe
