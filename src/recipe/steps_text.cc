// Texts: trim, case, replace, regex_replace, extract, substring, pad.
#include "recipe/patterns.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

// Blank, tab, line feed, carriage return, no-break space.
constexpr const char* blanks = "concat(' ', chr(9), chr(10), chr(13), chr(160))";

Result<StepSql> write_trim(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string side = arguments.text("side");
    const std::string where = side == "left" ? "LEADING" : side == "right" ? "TRAILING" : "BOTH";
    if (arguments.given("characters") && arguments.text("characters").empty())
        return context.error("characters is empty");
    const std::string characters =
        arguments.given("characters") ? quote_literal(arguments.text("characters")) : blanks;
    const bool collapse = arguments.flag("collapse");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        std::string text = quote_name(column.name);
        if (collapse) {
            text = context.macro("regex_replace", {text, "'[ \\t\\r\\n]+'", "' '", "' '"});
        }
        return "trim(" + where + " " + characters + " FROM " + text + ")";
    });
}

Result<StepSql> write_case(StepContext& context) {
    const std::string to = context.arguments().text("to");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        if (to == "title") return context.macro("title_case", {name});
        if (to == "sentence")
            return "upper(left(" + name + ", 1)) || lower(substr(" + name + ", 2))";
        return to + "(" + name + ")";
    });
}

Result<StepSql> write_replace(StepContext& context) {
    const Arguments& arguments = context.arguments();
    if (arguments.text("find").empty()) return context.error("find is empty");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        return "replace(" + quote_name(column.name) + ", " + quote_literal(arguments.text("find")) +
               ", " + quote_literal(arguments.text("with")) + ")";
    });
}

Result<StepSql> write_regex_replace(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Pattern pattern = TRY(parse_pattern(arguments.node("pattern"), "regex_replace"));
    const yaml::Node with = arguments.node("with");
    const std::string java = TRY(java_replacement(with, pattern, "regex_replace"));
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        return context.macro(
            "regex_replace",
            {quote_name(column.name),
             quote_literal(pattern.text),
             quote_literal(with.scalar()),
             quote_literal(java)}
        );
    });
}

Result<StepSql> write_extract(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node node = arguments.node("pattern");
    const Pattern pattern = TRY(parse_pattern(node, "extract"));
    const std::int64_t group =
        arguments.given("group") ? arguments.integer("group") : (pattern.groups > 0 ? 1 : 0);
    if (group > pattern.groups)
        return context.error("the pattern has no group " + std::to_string(group), &node);
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        const std::string text = quote_literal(pattern.text);
        return "CASE WHEN " + context.macro("regex_matches", {name, text}) +
               " THEN regexp_extract(" + name + ", " + text + ", " + std::to_string(group) +
               ") END";
    });
}

Result<StepSql> write_substring(StepContext& context) {
    const Arguments& arguments = context.arguments();
    std::string tail = ", " + std::to_string(arguments.integer("start"));
    if (arguments.given("length")) tail += ", " + std::to_string(arguments.integer("length"));
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        return "substr(" + quote_name(column.name) + tail + ")";
    });
}

// A longer text stays whole: lpad alone would cut it.
Result<StepSql> write_pad(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node with = arguments.node("with");
    if (with.present() && with.scalar().empty()) return context.error("with is empty", &with);
    const std::string length = std::to_string(arguments.integer("length"));
    const std::string function = arguments.text("side") == "right" ? "rpad" : "lpad";
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string name = quote_name(column.name);
        return "CASE WHEN length(" + name + ") >= " + length + " THEN " + name + " ELSE " +
               function + "(" + name + ", " + length + ", " +
               quote_literal(arguments.text("with")) + ") END";
    });
}

Parameter texts() {
    return columns_parameter("The text columns.", Accepts::Text);
}

}  // namespace

std::vector<StepKind> text_steps() {
    return {
        {.name = "trim",
         .group = "text",
         .summary = "Take blanks, or other characters, off the ends of texts.",
         .parameters =
             {texts(),
              {.name = "side",
               .takes = Takes::Choice,
               .description = "Which end.",
               .fallback = "both",
               .choices = {"both", "left", "right"}},
              {.name = "characters",
               .takes = Takes::Text,
               .description = "Any of these characters; by default blanks, tabs, ends of lines "
                              "and no-break spaces."},
              {.name = "collapse",
               .takes = Takes::Boolean,
               .description = "Several blanks inside become one, too.",
               .fallback = "false"},
              into_parameter()},
         .example = "columns: [description, country], collapse: true",
         .write = write_trim},
        {.name = "case",
         .group = "text",
         .summary = "Change small and capital letters.",
         .parameters =
             {texts(),
              {.name = "to",
               .takes = Takes::Choice,
               .description = "lower, upper, title (each word with a capital), sentence (the first "
                              "letter only).",
               .required = true,
               .choices = {"lower", "upper", "title", "sentence"}},
              into_parameter()},
         .example = "columns: [country], to: lower",
         .write = write_case},
        {.name = "replace",
         .group = "text",
         .summary = "Replace a text inside of texts, everywhere.",
         .parameters =
             {texts(),
              {.name = "find",
               .takes = Takes::Text,
               .description = "What to look for, as it stands.",
               .required = true},
              {.name = "with",
               .takes = Takes::Text,
               .description = "What to put there; nothing by default."},
              into_parameter()},
         .example = "columns: [country], find: EIRE, with: Ireland",
         .write = write_replace},
        {.name = "regex_replace",
         .group = "text",
         .summary = "Replace every match of a regular expression.",
         .parameters =
             {texts(),
              {.name = "pattern",
               .takes = Takes::Text,
               .description = "A regular expression (RE2).",
               .required = true},
              {.name = "with",
               .takes = Takes::Text,
               .description = "What to put there; \\1 is the first group."},
              into_parameter()},
         .example = "columns: [stock_code], pattern: '[^0-9A-Z]+', with: '-'",
         .write = write_regex_replace},
        {.name = "extract",
         .group = "text",
         .summary = "Take the part of a text that matches; null where nothing does.",
         .parameters =
             {texts(),
              {.name = "pattern",
               .takes = Takes::Text,
               .description = "A regular expression (RE2).",
               .required = true},
              {.name = "group",
               .takes = Takes::Integer,
               .description = "Which group of it; the first by default, the whole match when there "
                              "are none.",
               .min = 0,
               .max = 9},
              into_parameter()},
         .example = "columns: [stock_code], pattern: '([0-9]+)', into: stock_number",
         .write = write_extract},
        {.name = "substring",
         .group = "text",
         .summary = "Take characters of a text by their places.",
         .parameters =
             {texts(),
              {.name = "start",
               .takes = Takes::Integer,
               .description = "The first character, from 1.",
               .required = true,
               .min = 1,
               .max = 1'000'000},
              {.name = "length",
               .takes = Takes::Integer,
               .description = "How many; the rest by default.",
               .min = 0,
               .max = 1'000'000},
              into_parameter()},
         .example = "columns: [invoice_no], start: 1, length: 1, into: kind",
         .write = write_substring},
        {.name = "pad",
         .group = "text",
         .summary = "Make texts at least so long; longer ones stay as they are.",
         .parameters =
             {texts(),
              {.name = "length",
               .takes = Takes::Integer,
               .description = "How many characters.",
               .required = true,
               .min = 1,
               .max = 10'000},
              {.name = "with",
               .takes = Takes::Text,
               .description = "What to fill with.",
               .fallback = "0"},
              {.name = "side",
               .takes = Takes::Choice,
               .description = "Which end is filled.",
               .fallback = "left",
               .choices = {"left", "right"}},
              into_parameter()},
         .example = "columns: [store_num], length: 5, with: '0'",
         .write = write_pad},
    };
}

}  // namespace tradewind::recipe
