// No-code preparation: which steps there are, what a recipe is as SQL, and a look at its data.
#include <algorithm>
#include <optional>

#include "api/call.h"
#include "api/operations.h"
#include "api/recipe_tables.h"
#include "api/replies.h"
#include "base/yaml.h"
#include "os/filesystem.h"
#include "pipeline/pipeline.h"
#include "recipe/recipe.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t preview_rows_max = 1000;
constexpr std::int64_t preview_timeout_us = 60'000'000;
constexpr const char* example_recipe =
    "recipe: by_country\\ninput: raw.online_retail\\nsteps:\\n  - filter: {where: quantity > 0}\\n"
    "  - group: {by: [country], aggregates: {lines: {count: '*'}}}\\n";

Result<std::string> text_of(const json::Value& body, const std::string& name, bool required) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) {
        if (!required) return std::string();
        return Error(ErrorCode::InvalidArgument, name + " is missing")
            .with_hint("Send the recipe's YAML as text.");
    }
    if (value->kind() != json::Kind::String)
        return Error(ErrorCode::InvalidArgument, name + " must be text");
    return value->text();
}

Result<std::int64_t> number_of(
    const json::Value& body,
    const std::string& name,
    std::int64_t fallback,
    std::int64_t min,
    std::int64_t max
) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) return fallback;
    const auto number = value->as_integer();
    if (number.ok() && number.value() >= min && number.value() <= max) return number;
    return Error(
        ErrorCode::InvalidArgument,
        name + " must be a whole number from " + std::to_string(min) + " to " + std::to_string(max)
    );
}

Result<recipe::Recipe> read_recipe(const json::Value& body) {
    const std::string file = TRY(text_of(body, "file", false));
    return recipe::parse_recipe(TRY(text_of(body, "recipe", true)), file.empty() ? "recipe" : file);
}

Member recipe_member() {
    return {"recipe", text("The recipe as YAML.")};
}
Member file_member() {
    return {"file", text("What messages call it; \"recipe\" by default."), true};
}

Value columns_schema() {
    return array(object({{"name", text()}, {"type", text()}}));
}

void set_statuses(Operation& operation) {
    operation.problems = {408, 409, 422};
    operation.statuses = {
        {ErrorCode::NotFound, 400},  // a table in the recipe, not the address
        {ErrorCode::ResourceExhausted, 422},
    };
}

Operation recipe_operation(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "POST";
    operation.path = std::move(path);
    operation.tag = "recipes";
    operation.runs = Runs::Slow;
    operation.summary = std::move(summary);
    set_statuses(operation);
    return operation;
}

json::Value to_json(const std::vector<catalog::Column>& columns) {
    json::Value list = json::Value::array();
    for (const catalog::Column& column : columns) {
        json::Value& item = list.add(json::Value::object());
        item.set("name", column.name);
        item.set("type", column.type);
    }
    return list;
}

json::Value to_json(const recipe::Recipe& recipe, const recipe::Compiled& compiled) {
    json::Value out = json::Value::object();
    out.set("recipe", recipe.name);
    out.set("sql", compiled.sql);
    out.set("columns", to_json(compiled.columns));
    json::Value& tables = out.set("tables", json::Value::array());
    for (const catalog::TableName& name : compiled.tables)
        tables.add(json::Value::string(name.text()));
    json::Value& steps = out.set("steps", json::Value::array());
    for (const recipe::CompiledStep& step : compiled.steps) {
        json::Value& item = steps.add(json::Value::object());
        item.set("name", step.name);
        item.set("sql", step.sql);
        item.set("columns", to_json(step.columns));
    }
    return out;
}

// A package's file of kind interaction_features has SQL too, a statement for each of its tables.
// Nothing: it is a recipe.
Result<std::optional<json::Value>> interaction_features(const json::Value& body) {
    const std::string file = TRY(text_of(body, "file", false));
    const yaml::Node document =
        TRY(yaml::parse(TRY(text_of(body, "recipe", true)), file.empty() ? "recipe" : file));
    if (!pipeline::is_interactions(document)) return std::optional<json::Value>();
    std::string sql;
    std::string pyspark;
    json::Value steps = json::Value::array();
    for (const pipeline::TableSql& table : TRY(pipeline::interactions_sql(document))) {
        sql += (sql.empty() ? "/* " : "\n/* ") + table.name + " */\n" + table.sql + ";\n";
        pyspark += "spark.sql(\"\"\"\n" + table.sql + "\"\"\").createOrReplaceTempView(\"" +
                   table.name + "\")\n";
        json::Value& step = steps.add(json::Value::object());
        step.set("name", table.name);
        step.set("sql", table.sql);
        step.set("columns", json::Value::array());
    }
    json::Value answer = json::Value::object();
    answer.set("recipe", os::base_name(file));
    answer.set("sql", sql);
    answer.set("columns", json::Value::array());
    json::Value& tables = answer.set("tables", json::Value::array());
    for (const char* table : {"orders", "lines"})
        tables.add(json::Value::string(TRY(document[table]["table"].text())));
    answer.set("steps", std::move(steps));
    answer.set("pyspark", pyspark);
    return std::optional(std::move(answer));
}

Operation sql_operation(const Services& services) {
    Operation operation =
        recipe_operation("compile_recipe", "/v1/recipes/sql", "A recipe as one SELECT.");
    operation.description =
        "The SQL is plain: it runs by POST /v1/query as it stands. pyspark is the same as a script "
        "for Spark 4. Categories and values to pivot by that the recipe does not list are read "
        "from the data now and stand in both. A package's file of kind interaction_features is "
        "taken "
        "too: its tables' statements follow each other, and are the steps.";
    operation.body = RequestBody{
        true,
        {json_media(
            object({recipe_member(), file_member()}),
            std::string("{\"recipe\": \"") + example_recipe + "\"}"
        )}
    };
    const Value step =
        object({{"name", text("Its CTE.")}, {"sql", text()}, {"columns", columns_schema()}});
    operation.answers = {json_answer(
        "The statement.",
        object(
            {{"recipe", text("Its name.")},
             {"sql", text()},
             {"columns", columns_schema()},
             {"tables", array(text(), "What it reads.")},
             {"steps", array(step)},
             {"pyspark", text("A script.")}}
        )
    )};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto body = TRY(read_json_body(call, {"recipe", "file"}, false));
        const auto features = TRY(interaction_features(body));
        if (features) return json_response(features->dump());
        const recipe::Recipe recipe = TRY(read_recipe(body));
        const auto work = TRY(open_recipe_tables(services, call, recipe));
        recipe::WorkTables tables(*services.engine, *work);
        const recipe::Compiled compiled = TRY(recipe::compile(recipe, tables));
        json::Value answer = to_json(recipe, compiled);
        answer.set("pyspark", recipe::to_pyspark(recipe, compiled));
        return json_response(answer.dump());
    });
    return operation;
}

Value statistics_schema() {
    const Value top = object({{"value", nullable(text())}, {"count", integer()}});
    const Value bin = object({{"from", number()}, {"to", number()}, {"count", integer()}});
    return object(
        {{"name", text()},
         {"type", text()},
         {"count", integer("Values that are not null.")},
         {"nulls", integer()},
         {"distinct", integer()},
         {"min", nullable(text())},
         {"max", nullable(text())},
         {"mean", nullable(number())},
         {"top", array(top, "The most frequent values.")},
         {"histogram", array(bin, "Of numbers: ten bins of equal width.")}}
    );
}

Operation preview_operation(const Services& services) {
    Operation operation = recipe_operation(
        "preview_recipe", "/v1/recipes/preview", "Rows and column statistics after a step."
    );
    operation.description =
        "Of large tables only the first input_rows rows are read, and input_limited says so.";
    operation.body = RequestBody{
        true,
        {json_media(
            object(
                {recipe_member(),
                 file_member(),
                 {"step",
                  integer("After which step, from 1; 0: the input. The last by default."),
                  true},
                 {"rows", integer("Rows to show, 20 by default, at most 1000."), true},
                 {"input_rows", integer("Rows to read, 1000000 by default; 0: all."), true}}
            ),
            std::string("{\"recipe\": \"") + example_recipe + "\", \"step\": 1, \"rows\": 5}"
        )}
    };
    operation.answers = {json_answer(
        "The look.",
        object(
            {{"recipe", text()},
             {"step", integer()},
             {"steps", integer("How many the recipe has.")},
             {"sql", text("What was run.")},
             {"row_count", integer()},
             {"input_limited", boolean("Not all of the input was read.")},
             {"columns", array(statistics_schema())},
             {"rows", array(array(anything()), "In the order of columns.")}}
        )
    )};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto body =
            TRY(read_json_body(call, {"recipe", "file", "step", "rows", "input_rows"}, false));
        const recipe::Recipe recipe = TRY(read_recipe(body));
        recipe::PreviewOptions options;
        const std::int64_t step = TRY(number_of(body, "step", -1, 0, 1'000'000));
        if (step >= 0) options.step = static_cast<std::size_t>(step);
        options.rows = TRY(number_of(body, "rows", options.rows, 0, preview_rows_max));
        options.input_rows_max =
            TRY(number_of(body, "input_rows", options.input_rows_max, 0, std::int64_t{1} << 40));
        const auto work = TRY(open_recipe_tables(services, call, recipe));
        const json::Value answer = TRY(recipe::preview(recipe, *services.engine, *work, options));
        return json_response(answer.dump());
    });
    return operation;
}

Operation steps_operation() {
    Operation operation;
    operation.id = "list_recipe_steps";
    operation.method = "GET";
    operation.path = "/v1/recipes/steps";
    operation.tag = "recipes";
    operation.summary = "Every step that a recipe may have, with its parameters.";
    operation.runs = Runs::Quick;
    operation.needs_ready = false;
    const Value parameter = object(
        {{"name", text()},
         {"takes", text("column, columns, text, integer, choice, expression, …")},
         {"accepts", text("Which columns: any, number, text, time, sortable.")},
         {"required", boolean()},
         {"default", nullable(text())},
         {"choices", array(text())},
         {"min", nullable(integer())},
         {"max", nullable(integer())},
         {"description", text()}}
    );
    const Value step = object(
        {{"name", text()},
         {"group", text()},
         {"summary", text()},
         {"example", text("Its parameters, as YAML between braces.")},
         {"parameters", array(parameter)}}
    );
    operation.answers = {json_answer("All of them.", object({{"steps", array(step)}}))};
    operation.handler = answering([](Call&) -> Result<Response> {
        return json_response(recipe::describe_steps().dump());
    });
    return operation;
}

}  // namespace

Result<std::unique_ptr<engine::Work>> open_recipe_tables(
    const Services& services, const Call& call, const recipe::Recipe& recipe
) {
    engine::WorkOptions options;
    options.timeout_us = preview_timeout_us;
    options.cancelled = call.request.cancelled;
    auto work = TRY(services.engine->open_work(options));
    TRY(recipe::add_tables(*services.engine, *services.catalog, *work, recipe));
    return work;
}

std::vector<Operation> recipe_operations(const Services& services) {
    std::vector<Operation> all{steps_operation()};
    if (services.engine == nullptr || services.catalog == nullptr) return all;
    all.push_back(sql_operation(services));
    all.push_back(preview_operation(services));
    return all;
}

}  // namespace tradewind::api
