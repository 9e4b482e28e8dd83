// Which step and column a failure on the data comes from. The engine tells of a value, not of the
// step that it did not fit; so the steps are looked at again, one by one.
#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "recipe/recipe.h"
#include "recipe/sql_text.h"

namespace tradewind::recipe {

namespace {

std::string step_text(const Recipe& recipe, std::size_t number) {
    return "step " + std::to_string(number) + " (" + recipe.steps[number - 1].kind + ")";
}

// Of a step that compares each value with what all rows are like, which fails for all columns at
// once: those that it is given. Empty: it is given none.
std::string named_columns(const Step& step) {
    std::string text;
    const yaml::Node columns = step.settings["columns"];
    if (columns.kind() == yaml::Kind::Sequence) {
        for (const yaml::Node& column : columns.items())
            text += (text.empty() ? "'" : ", '") + column.scalar() + "'";
    }
    const yaml::Node column = step.settings["column"];
    if (column.kind() == yaml::Kind::Scalar) text = "'" + column.scalar() + "'";
    if (text.empty()) return text;
    return (text.find(", '") == std::string::npos ? "column " : "one of the columns ") + text;
}

// The engine's own first sentence, which holds the value. Where the step made a value fail by
// adding why to it (steps_columns.cc), it is told as that: "' Ann ' is no integer".
std::string reason_of(const Error& error) {
    constexpr std::string_view refused = "could not convert string '";
    const std::string sentence = error.message().substr(0, error.message().find('\n'));
    if (sentence.find("STDDEV") != std::string::npos && sentence.ends_with("out of range"))
        return "its standard deviation cannot be told: a value is NaN, infinite or too large";
    const std::size_t begin = sentence.find(refused);
    for (const std::string_view why : {" is no integer", " is no boolean"}) {
        const std::size_t at = sentence.rfind(std::string(why) + "' to ");
        if (begin == std::string::npos || at == std::string::npos) continue;
        const std::size_t value = begin + refused.size();
        return "'" + sentence.substr(value, at - value) + "'" + std::string(why);
    }
    return sentence;
}

class Explanation {
public:
    Explanation(const Recipe& recipe, Tables& tables, const CompileOptions& options)
        : recipe_(recipe), tables_(tables), options_(options) {}

    std::optional<Error> find() {
        const std::size_t steps = std::min(options_.steps, recipe_.steps.size());
        for (std::size_t number = 1; number <= steps; ++number) {
            CompileOptions options = options_;
            options.steps = number;
            const auto compiled = compile(recipe_, tables_, options);
            if (!compiled.ok()) return compiled.error();
            if (const auto error = failure_of(*compiled)) return placed(number, *compiled, *error);
        }
        return std::nullopt;
    }

private:
    std::optional<Error> ask(const Compiled& compiled, const std::string& values) {
        // Bringing the rows into their order would look at columns that are not asked for.
        const std::string order = "\nORDER BY " + compiled.order_by + "\n";
        std::string rows = compiled.sql;
        if (!compiled.order_by.empty() && rows.ends_with(order))
            rows.resize(rows.size() - order.size());
        const auto answer =
            tables_.rows("SELECT " + values + " FROM (" + rows + "\n) AS looked_at", 1);
        return answer.ok() ? std::nullopt : std::optional(answer.error());
    }

    static std::string count_of(const catalog::Column& column) {
        return "count(" + quote_name(column.name) + ")";
    }

    std::optional<Error> failure_of(const Compiled& compiled) {
        std::string all = "count(*)";
        for (const catalog::Column& column : compiled.columns) all += ", " + count_of(column);
        return ask(compiled, all);
    }

    // A step that fails without any of its columns chooses rows.
    std::string column_of(const Compiled& compiled) {
        if (ask(compiled, "count(*)")) return "";
        for (const catalog::Column& column : compiled.columns) {
            if (ask(compiled, count_of(column))) return column.name;
        }
        return "";
    }

    Error placed(std::size_t number, const Compiled& compiled, const Error& error) {
        if (error.code() != ErrorCode::InvalidArgument) return error;
        const std::string column = column_of(compiled);
        const std::string named = named_columns(recipe_.steps[number - 1]);
        const std::string about = !column.empty() ? "column '" + column + "'"
                                  : named.empty() ? "it"
                                                  : named;
        Error told(
            ErrorCode::InvalidArgument,
            step_text(recipe_, number) + ": " + about +
                " does not fit the data: " + reason_of(error)
        );
        return std::move(told)
            .at(recipe_.steps[number - 1].where)
            .with_hint(
                "Put a step before it that mends or drops such values, or give the step "
                "on_error: null where it takes that; see the rows with: tradewind recipe preview "
                "FILE --step " +
                std::to_string(number - 1) + "."
            );
    }

    const Recipe& recipe_;
    Tables& tables_;
    const CompileOptions options_;
};

}  // namespace

Error explain(const Recipe& recipe, Tables& tables, Error failure, const CompileOptions& options) {
    if (failure.code() != ErrorCode::InvalidArgument || failure.where()) return failure;
    const auto found = Explanation(recipe, tables, options).find();
    return found ? *found : failure;
}

}  // namespace tradewind::recipe
