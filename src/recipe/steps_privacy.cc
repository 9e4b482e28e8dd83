// Personal data: mask, hash.
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

Result<StepSql> write_mask(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string first = std::to_string(arguments.integer("keep_first"));
    const std::string last = std::to_string(arguments.integer("keep_last"));
    const std::string kept =
        std::to_string(arguments.integer("keep_first") + arguments.integer("keep_last"));
    const std::string with = quote_literal(arguments.text("with"));
    if (arguments.text("with").find_first_of("\\$") != std::string::npos)
        return context.error("with may not hold \\ or $");
    const auto covered = [&](const std::string& text) {
        return context.macro("regex_replace", {text, "'(?s).'", with, with});
    };
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        if (kept == "0") return covered(name);
        const std::string middle =
            covered("substr(" + name + ", " + first + " + 1, length(" + name + ") - " + kept + ")");
        return "CASE WHEN length(" + name + ") <= " + kept + " THEN " + covered(name) +
               "\n        ELSE left(" + name + ", " + first + ") || " + middle + " || right(" +
               name + ", " + last + ") END";
    });
}

Result<StepSql> write_hash(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string salt = arguments.text("salt");
    const std::int64_t length = arguments.integer("length");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        std::string text = quote_name(column.name);
        if (class_of(column.type) != TypeClass::Text) text = cast_to(text, "STRING");
        if (!salt.empty()) text = quote_literal(salt) + " || " + text;
        const std::string digits = context.macro("sha256", {text});
        return length == 64 ? digits : "substr(" + digits + ", 1, " + std::to_string(length) + ")";
    });
}

}  // namespace

std::vector<StepKind> privacy_steps() {
    return {
        {.name = "mask",
         .group = "privacy",
         .summary = "Cover the characters of texts.",
         .parameters =
             {columns_parameter("The text columns.", Accepts::Text),
              {.name = "keep_first",
               .takes = Takes::Integer,
               .description = "So many characters stay at the beginning.",
               .fallback = "0",
               .min = 0,
               .max = 1000},
              {.name = "keep_last",
               .takes = Takes::Integer,
               .description = "So many stay at the end; a text that would stay whole is covered "
                              "whole.",
               .fallback = "0",
               .min = 0,
               .max = 1000},
              {.name = "with",
               .takes = Takes::Text,
               .description = "What stands for each covered character.",
               .fallback = "*"},
              into_parameter()},
         .example = "columns: [phone], keep_last: 3",
         .write = write_mask},
        {.name = "hash",
         .group = "privacy",
         .summary = "Put a SHA-256 in place of a value: equal values stay equal, null stays null.",
         .parameters =
             {columns_parameter("The columns.", Accepts::Any),
              {.name = "salt",
               .takes = Takes::Text,
               .description = "Put before every value. Without one, whoever has a list of likely "
                              "values can find them by trying. It stands in the SQL."},
              {.name = "length",
               .takes = Takes::Integer,
               .description = "How many of the 64 hexadecimal digits.",
               .fallback = "64",
               .min = 8,
               .max = 64},
              into_parameter()},
         .example = "columns: [customer_id], salt: spring-2024",
         .write = write_hash},
    };
}

}  // namespace tradewind::recipe
