// JSON in a text column: flatten_json, json_to_rows.
#include "base/text.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

struct JsonPath {
    std::string plain;  // $."a"."b"[0]
    std::string spark;  // $['a']['b'][0]
};

bool plain_key(std::string_view key) {
    if (key.empty()) return false;
    for (const char c : key) {
        if (c == '"' || c == '\'' || c == '\\' || c == '[' || c == ']' || c == '*' || c == '$' ||
            c == '?' || (c >= 0 && c < 0x20))
            return false;
    }
    return true;
}

// "[0][12]" after a key; false: something else.
bool add_places(std::string_view rest, JsonPath& path) {
    while (!rest.empty()) {
        const std::size_t end = rest.find(']');
        if (rest[0] != '[' || end == std::string_view::npos) return false;
        const auto place = parse_integer(rest.substr(1, end - 1));
        if (!place || *place < 0) return false;
        path.plain += "[" + std::to_string(*place) + "]";
        path.spark += "[" + std::to_string(*place) + "]";
        rest.remove_prefix(end + 1);
    }
    return true;
}

Result<JsonPath> parse_path(StepContext& context, const std::string& text, const yaml::Node& at) {
    JsonPath path{"$", "$"};
    for (const std::string& part : split(text, '.')) {
        const std::size_t bracket = std::min(part.find('['), part.size());
        const std::string key = part.substr(0, bracket);
        const bool only_place = key.empty() && bracket == 0 && part.size() > 1;
        if (!only_place) {
            if (!plain_key(key))
                return std::move(context.error("'" + text + "' is no path", &at))
                    .with_hint("Write a.b or items[0].name.");
            path.plain += ".\"" + key + "\"";
            path.spark += "['" + key + "']";
        }
        if (!add_places(std::string_view(part).substr(bracket), path))
            return context.error("'" + text + "' is no path", &at);
    }
    return path;
}

Result<std::string> field_expression(
    StepContext& context, const std::string& column, const yaml::Node& node
) {
    std::string type = "STRING";
    yaml::Node path = node;
    if (node.kind() == yaml::Kind::Mapping) {
        TRY(node.allow_keys({"path", "type"}));
        path = node["path"];
        if (node["type"].present()) type = TRY(parse_type(node["type"]));
    }
    const std::string text = TRY(path.text());
    const JsonPath parsed = TRY(parse_path(context, text, path));
    const std::string value = context.macro(
        "json_text", {column, quote_literal(parsed.plain), quote_literal(parsed.spark)}
    );
    return type == "STRING" ? value : "TRY_CAST(" + value + " AS " + type + ")";
}

Result<StepSql> write_flatten_json(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    Select select(context.columns(), context.from());
    if (arguments.flag("drop")) select.drop(column.name);
    std::vector<std::string> names;
    const yaml::Node wanted = arguments.node("fields");
    for (const auto& [name, node] : wanted.members()) {
        TRY(context.check_new(name));
        for (const std::string& other : names) {
            if (equal_ignore_case(other, name))
                return context.error("column '" + name + "' is made twice", &node);
        }
        names.push_back(name);
        select.add(name, TRY(field_expression(context, quote_name(column.name), node)));
    }
    return StepSql{select.text()};
}

Result<StepSql> write_json_to_rows(StepContext& context) {
    const Arguments& arguments = context.arguments();
    const Column& column = arguments.column("column");
    const std::string rows = context.macro("json_rows", {quote_name(column.name)});
    Select select(context.columns(), context.from());
    if (arguments.given("into")) {
        TRY(context.check_new(arguments.text("into")));
        select.add(arguments.text("into"), rows);
    } else {
        select.replace(column.name, rows);
    }
    return StepSql{select.text(), false};
}

Parameter json_column() {
    return {
        .name = "column",
        .takes = Takes::Column,
        .description = "The text column with JSON; what is no JSON gives null, or no row.",
        .required = true,
        .accepts = Accepts::Text
    };
}

}  // namespace

std::vector<StepKind> json_steps() {
    return {
        {.name = "flatten_json",
         .group = "json",
         .summary = "Make columns of the values inside a JSON text.",
         .parameters =
             {json_column(),
              {.name = "fields",
               .takes = Takes::NewToPath,
               .description = "New column: path, such as address.city or items[0].price; or {path: "
                              "…, type: …}. A value that does not fit the type is null.",
               .required = true},
              {.name = "drop",
               .takes = Takes::Boolean,
               .description = "Leave out the column itself.",
               .fallback = "false"}},
         .example = "column: payload, fields: {city: address.city, price: {path: 'items[0].price', "
                    "type: DOUBLE}}",
         .write = write_flatten_json},
        {.name = "json_to_rows",
         .group = "json",
         .summary = "Make a row of each item of a JSON array; rows with anything else go.",
         .parameters = {json_column(), into_parameter()},
         .example = "column: items, into: item",
         .write = write_json_to_rows},
    };
}

}  // namespace tradewind::recipe
