// Dates and times: parse_date, format_date, truncate_date, convert_time_zone, date_parts,
// date_difference, shift_date.
#include <algorithm>

#include "recipe/patterns.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

bool has_time(const std::string& format) {
    for (const char* part : {"%H", "%I", "%M", "%S", "%f", "%p"}) {
        if (format.find(part) != std::string::npos) return true;
    }
    return false;
}

Result<StepSql> write_parse_date(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const yaml::Node format = arguments.node("format");
    const std::string java = TRY(java_time_format(format, true, "parse_date"));
    const bool strict = arguments.text("on_error") == "fail";
    const std::string type = arguments.given("type")     ? arguments.text("type")
                             : has_time(format.scalar()) ? "TIMESTAMP"
                                                         : "DATE";
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string text = context.macro(
            strict ? "parse_time" : "try_parse_time",
            {"trim(" + quote_name(column.name) + ")",
             quote_literal(format.scalar()),
             quote_literal(java)}
        );
        return type == "DATE" ? cast_to(text, "DATE") : text;
    });
}

Result<StepSql> write_format_date(StepContext& context) {
    const yaml::Node format = context.arguments().node("format");
    const std::string java = TRY(java_time_format(format, false, "format_date"));
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        return context.macro(
            "format_time",
            {quote_name(column.name), quote_literal(format.scalar()), quote_literal(java)}
        );
    });
}

bool is_time_of_day(const std::string& unit) {
    return unit == "hour" || unit == "minute" || unit == "second";
}

std::string type_after(const Column& column, const std::string& unit) {
    return is_time_of_day(unit) ? "TIMESTAMP" : column.type;
}

Result<StepSql> write_truncate_date(StepContext& context) {
    const std::string unit = context.arguments().text("unit");
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        return cast_to(
            "date_trunc('" + unit + "', " + quote_name(column.name) + ")", type_after(column, unit)
        );
    });
}

Result<StepSql> write_shift_date(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const std::string unit = arguments.text("unit");
    const std::string amount = std::to_string(arguments.integer("amount"));
    std::string upper = unit;
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        const std::string moved =
            context.macro("shift_time", {upper, amount, quote_name(column.name)});
        return cast_to(moved, type_after(column, unit));
    });
}

Result<void> check_zone(StepContext& context, const yaml::Node& node) {
    const std::string& zone = node.scalar();
    const bool plain = std::all_of(zone.begin(), zone.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    });
    if (plain && !zone.empty() && zone.size() <= 64 && TRY(context.zone_exists(zone))) return {};
    return std::move(context.error("there is no time zone '" + zone.substr(0, 64) + "'", &node))
        .with_hint("Name a zone of the IANA database, such as Europe/London or UTC.");
}

Result<StepSql> write_convert_time_zone(StepContext& context) {
    const Arguments& arguments = context.arguments();
    for (const char* name : {"from", "to"}) {
        if (arguments.given(name)) TRY(check_zone(context, arguments.node(name)));
    }
    return write_columns(context, [&](const Column& column) -> Result<std::string> {
        if (column.type != "TIMESTAMP")
            return context.error(
                "column '" + column.name + "' is " + column.type + "; a time zone needs a timestamp"
            );
        return context.macro(
            "convert_zone",
            {quote_name(column.name),
             quote_literal(arguments.text("from")),
             quote_literal(arguments.text("to"))}
        );
    });
}

std::string part_expression(StepContext& context, const Column& column, const std::string& part) {
    const std::string name = quote_name(column.name);
    const std::string time = cast_to(name, "TIMESTAMP");
    if (part == "weekday") return cast_to(context.macro("iso_weekday", {name}), "INTEGER");
    if (part == "day_of_year") return cast_to("EXTRACT(DOY FROM " + name + ")", "INTEGER");
    if (part == "second") return cast_to("floor(EXTRACT(SECOND FROM " + time + "))", "INTEGER");
    std::string upper = part;
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    return cast_to(
        "EXTRACT(" + upper + " FROM " + (is_time_of_day(part) ? time : name) + ")", "INTEGER"
    );
}

Result<StepSql> write_date_parts(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    const std::string prefix =
        arguments.given("prefix") ? arguments.text("prefix") : column.name + "_";
    Select select(context.columns(), context.from());
    for (const std::string& part : arguments.texts("parts")) {
        TRY(context.check_new(prefix + part));
        select.add(prefix + part, part_expression(context, column, part));
    }
    return StepSql{select.text()};
}

Result<StepSql> write_date_difference(StepContext& context) {
    const Arguments& arguments = context.arguments();
    TRY(context.check_new(arguments.text("into")));
    std::string unit = arguments.text("unit");
    for (char& c : unit) c = static_cast<char>(c - 'a' + 'A');
    const auto time = [&](const char* name) {
        return cast_to(quote_name(arguments.column(name).name), "TIMESTAMP");
    };
    Select select(context.columns(), context.from());
    select.add(
        arguments.text("into"), context.macro("whole_units", {unit, time("from"), time("to")})
    );
    return StepSql{select.text()};
}

Parameter times() {
    return columns_parameter("The columns with dates or timestamps.", Accepts::Time);
}

Parameter unit(std::vector<std::string> choices) {
    return {
        .name = "unit",
        .takes = Takes::Choice,
        .description = "The unit.",
        .required = true,
        .choices = std::move(choices)
    };
}

Parameter time_column(std::string name, std::string description) {
    return {
        .name = std::move(name),
        .takes = Takes::Column,
        .description = std::move(description),
        .required = true,
        .accepts = Accepts::Time
    };
}

constexpr const char* format_parts =
    "The form, of %Y %y %m %d %H %I %M %S %f %p %b %B %a %A and other characters.";

}  // namespace

std::vector<StepKind> time_steps() {
    return {
        {.name = "parse_date",
         .group = "time",
         .summary = "Make dates or timestamps of texts.",
         .parameters =
             {columns_parameter("The text columns.", Accepts::Text),
              {.name = "format",
               .takes = Takes::Text,
               .description = std::string(format_parts) + " One digit or two are read alike.",
               .required = true},
              {.name = "type",
               .takes = Takes::Choice,
               .description = "By default what the format holds.",
               .choices = {"DATE", "TIMESTAMP"}},
              {.name = "on_error",
               .takes = Takes::Choice,
               .description = "What becomes of a text that is none: the whole statement fails, or "
                              "the value becomes null.",
               .fallback = "fail",
               .choices = {"fail", "null"}},
              into_parameter()},
         .example = "columns: [invoice_date], format: '%m/%d/%Y %H:%M'",
         .write = write_parse_date},
        {.name = "format_date",
         .group = "time",
         .summary = "Write dates or timestamps as text.",
         .parameters =
             {times(),
              {.name = "format", .takes = Takes::Text, .description = format_parts, .required = true
              },
              into_parameter()},
         .example = "columns: [invoice_date], format: '%Y-%m', into: month",
         .write = write_format_date},
        {.name = "truncate_date",
         .group = "time",
         .summary = "Go back to the beginning of the year, month, hour, ….",
         .parameters =
             {times(),
              unit({"year", "quarter", "month", "week", "day", "hour", "minute", "second"}),
              into_parameter()},
         .example = "columns: [invoice_date], unit: month, into: month",
         .write = write_truncate_date},
        {.name = "convert_time_zone",
         .group = "time",
         .summary = "Show a timestamp as the clocks of another zone show it.",
         .parameters =
             {times(),
              {.name = "from",
               .takes = Takes::Text,
               .description = "The zone that the timestamps are in.",
               .fallback = "UTC"},
              {.name = "to",
               .takes = Takes::Text,
               .description = "The zone to show them in.",
               .required = true},
              into_parameter()},
         .example = "columns: [ordered_at], from: UTC, to: Europe/London, into: ordered_local",
         .write = write_convert_time_zone},
        {.name = "date_parts",
         .group = "time",
         .summary = "Add columns with the year, the weekday, the hour, ….",
         .parameters =
             {time_column("column", "The date or timestamp."),
              {.name = "parts",
               .takes = Takes::Texts,
               .description = "Which ones. Weeks are those of ISO 8601; Monday is weekday 1.",
               .required = true,
               .choices =
                   {"year",
                    "quarter",
                    "month",
                    "week",
                    "day",
                    "weekday",
                    "day_of_year",
                    "hour",
                    "minute",
                    "second"}},
              {.name = "prefix",
               .takes = Takes::Text,
               .description = "What the new names begin with; the column's name and _ by default."}
             },
         .example = "column: invoice_date, parts: [year, month, weekday]",
         .write = write_date_parts},
        {.name = "date_difference",
         .group = "time",
         .summary = "Count the whole units from one time to another.",
         .parameters =
             {time_column("from", "The earlier column."),
              time_column("to", "The later column."),
              unit({"week", "day", "hour", "minute", "second"}),
              {.name = "into",
               .takes = Takes::NewColumn,
               .description = "The new column; negative where `to` is earlier.",
               .required = true}},
         .example = "from: ordered_at, to: delivered_at, unit: hour, into: hours",
         .write = write_date_difference},
        {.name = "shift_date",
         .group = "time",
         .summary = "Move dates or timestamps by so many days, months, ….",
         .parameters =
             {times(),
              {.name = "amount",
               .takes = Takes::Integer,
               .description = "How many units; negative: back.",
               .required = true,
               .min = -1'000'000,
               .max = 1'000'000},
              unit({"year", "month", "week", "day", "hour", "minute", "second"}),
              into_parameter()},
         .example = "columns: [due_on], amount: 14, unit: day, into: reminded_on",
         .write = write_shift_date},
    };
}

}  // namespace tradewind::recipe
