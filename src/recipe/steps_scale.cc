// Numbers beside the others of their column: scale, flag_outliers.
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

// What a column's values are measured by, as window expressions over rows with equal `by`.
class Measures {
public:
    Measures(StepContext& context, const Column& column)
        : context_(context),
          value_(as_double(quote_name(column.name))),
          window_(" " + over(context.arguments().columns("by"), "")) {}

    const std::string& value() const { return value_; }
    std::string of(const std::string& function) const {
        return function + "(" + value_ + ")" + window_;
    }
    std::string quartile(const std::string& fraction) const {
        return context_.macro("quantile", {value_, as_double(fraction)}) + window_;
    }

private:
    StepContext& context_;
    std::string value_;
    std::string window_;
};

// Zero where there is no spread: all values are the same then.
std::string scaled(const std::string& value, const std::string& center, const std::string& spread) {
    return "CASE WHEN " + spread + " = 0 THEN " + value + " - " + value + "\n        ELSE (" +
           value + " - " + center + ") / (" + spread + ") END";
}

Result<StepSql> write_scale(StepContext& context) {
    const std::string method = context.arguments().text("method");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const Measures m(context, column);
        if (method == "min_max")
            return scaled(m.value(), m.of("min"), m.of("max") + " - " + m.of("min"));
        if (method == "z_score") return scaled(m.value(), m.of("avg"), m.of("stddev_pop"));
        return scaled(m.value(), m.of("median"), m.quartile("0.75") + " - " + m.quartile("0.25"));
    });
}

std::string outlier_test(StepContext& context, const Column& column) {
    const Arguments& arguments = context.arguments();
    const Measures m(context, column);
    const bool z_score = arguments.text("method") == "z_score";
    const std::string threshold =
        arguments.given("threshold") ? arguments.text("threshold") : (z_score ? "3" : "1.5");
    const std::string limit = as_double(threshold);
    // The mean of equal values need not be that value: ten times 0.1 are 0.999… together.
    if (z_score)
        return m.of("min") + " < " + m.of("max") + "\n        AND abs(" + m.value() + " - " +
               m.of("avg") + ") > " + limit + " * " + m.of("stddev_pop");
    const std::string low = m.quartile("0.25");
    const std::string high = m.quartile("0.75");
    const std::string reach = limit + " * (" + high + " - " + low + ")";
    return m.value() + " < " + low + " - " + reach + "\n        OR " + m.value() + " > " + high +
           " + " + reach;
}

Result<StepSql> write_flag_outliers(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    const std::string test = outlier_test(context, column);
    const std::string action = arguments.text("action");
    if (action != "flag" && arguments.given("into"))
        return context.error("into is for action: flag");
    Select select(context.columns(), context.from());
    if (action == "null") {
        select.replace(
            column.name,
            "CASE WHEN " + test + "\n        THEN NULL ELSE " + quote_name(column.name) + " END"
        );
        return StepSql{select.text()};
    }
    const std::string flag = "coalesce(" + test + ", FALSE)";
    if (action == "flag") {
        const std::string into =
            arguments.given("into") ? arguments.text("into") : column.name + "_outlier";
        TRY(context.check_new(into));
        select.add(into, flag);
        return StepSql{select.text()};
    }
    const std::string helper = free_name(context, "is_outlier");
    select.add(helper, flag);
    Select outer(context.columns(), "(\n" + indent(select.text(), 4) + "\n) AS flagged");
    outer.list_all();
    outer.where("NOT " + quote_name(helper));
    return StepSql{outer.text()};
}

}  // namespace

std::vector<StepKind> scale_steps() {
    return {
        {.name = "flag_outliers",
         .group = "number",
         .summary = "Find numbers far from the others.",
         .parameters =
             {{.name = "column",
               .takes = Takes::Column,
               .description = "The column with numbers.",
               .required = true,
               .accepts = Accepts::Number},
              {.name = "method",
               .takes = Takes::Choice,
               .description =
                   "z_score: standard deviations (of the population) from the mean. iqr: "
                   "beyond the quartiles by a multiple of the distance between them.",
               .required = true,
               .choices = {"z_score", "iqr"}},
              {.name = "threshold",
               .takes = Takes::Number,
               .description = "How far; by default 3 deviations, or 1.5 distances."},
              by_parameter("Among rows that are equal in these columns."),
              {.name = "action",
               .takes = Takes::Choice,
               .description = "Add a column that is true for them, drop their rows, or make them "
                              "null.",
               .fallback = "flag",
               .choices = {"flag", "drop", "null"}},
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "For flag: the new column; the column's name and _outlier by "
                              "default."}},
         .example = "column: quantity, method: iqr, threshold: 3, by: [stock_code]",
         .write = write_flag_outliers},
        {.name = "scale",
         .group = "number",
         .summary = "Bring numbers to a common scale; the result is DOUBLE.",
         .parameters =
             {columns_parameter("The columns with numbers.", Accepts::Number),
              {.name = "method",
               .takes = Takes::Choice,
               .description = "min_max: 0 for the least, 1 for the greatest. z_score: deviations "
                              "(of the population) from the mean. robust: distances between the "
                              "quartiles from the median. Where all values are one: 0.",
               .required = true,
               .choices = {"min_max", "z_score", "robust"}},
              by_parameter("Within rows that are equal in these columns."),
              into_parameter()},
         .example = "columns: [amount], method: z_score, by: [country]",
         .write = write_scale},
    };
}

}  // namespace tradewind::recipe
