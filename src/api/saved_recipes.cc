// The recipes that packages have: listed, opened, saved.
#include <memory>
#include <utility>

#include "api/call.h"
#include "api/operations.h"
#include "api/parameters.h"
#include "api/recipe_files.h"
#include "api/recipe_tables.h"
#include "api/replies.h"
#include "pipeline/pipeline.h"

namespace tradewind::api {

namespace {

using namespace schema;
using SharedFiles = std::shared_ptr<RecipeFiles>;

Operation file_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "recipes";
    operation.summary = std::move(summary);
    return operation;
}

std::vector<Parameter> name_parameters() {
    return {
        path_parameter("package", "The package.", "basket"),
        path_parameter("recipe", "Its recipe.", "prd_features")
    };
}

constexpr const char* in_use_text =
    "Runs use this very text; false: it was written since the program began, and is taken up by "
    "its next start.";

Value file_schema() {
    return object(
        {{"package", text()},
         {"recipe", text()},
         {"path", text("Below the package's folder.")},
         {"text", text("The YAML.")},
         {"document", anything("What the YAML says, as JSON.")},
         {"etag", text("For If-Match, when it is saved.")},
         {"in_use", boolean(in_use_text)}}
    );
}

Result<Response> file_response(const RecipeFile& file) {
    Value out = Value::object();
    out.set("package", file.package);
    out.set("recipe", file.name);
    out.set("path", file.path);
    out.set("text", file.text);
    out.set("document", json_of(TRY(yaml::parse(file.text, file.path))));
    out.set("etag", file.etag);
    out.set("in_use", file.in_use);
    Response response = json_response(out.dump());
    response.headers["ETag"] = '"' + file.etag + '"';
    return response;
}

// What can be said of a file in a line; a file that cannot be read says why.
Value summary_of(const RecipeFile& file) {
    Value out = Value::object();
    out.set("package", file.package);
    out.set("recipe", file.name);
    out.set("in_use", file.in_use);
    const auto document = yaml::parse(file.text, file.path);
    const bool features = document.ok() && pipeline::is_interactions(*document);
    out.set("kind", features ? "interaction_features" : "recipe");
    if (features || !document.ok()) {
        out.set("description", "");
        out.set("input", Value());
        out.set("steps", std::int64_t{0});
        out.set("publish", features);
        out.set("error", document.ok() ? Value() : Value::string(document.error().describe()));
        return out;
    }
    const auto recipe = recipe::parse_recipe(*document);
    out.set("description", recipe.ok() ? recipe->description : "");
    out.set("input", recipe.ok() ? Value::string(recipe->input.text()) : Value());
    out.set("steps", static_cast<std::int64_t>(recipe.ok() ? recipe->steps.size() : 0));
    out.set("publish", (*document)["asset"].present());
    out.set("error", recipe.ok() ? Value() : Value::string(recipe.error().describe()));
    return out;
}

Operation list_operation(const SharedFiles& files) {
    Operation operation =
        file_operation("list_recipes", "GET", "/v1/recipes", "The recipes that packages have.");
    const Value one = object(
        {{"package", text()},
         {"recipe", text()},
         {"in_use", boolean(in_use_text)},
         {"kind", one_of({"recipe", "interaction_features"})},
         {"description", text()},
         {"input", nullable(text())},
         {"steps", integer()},
         {"publish", boolean("Runs make it a table.")},
         {"error", nullable(text("Why it cannot be read."))}}
    );
    operation.answers = {json_answer(
        "All of them.",
        object(
            {{"packages", array(text(), "That a recipe can be saved to.")}, {"recipes", array(one)}}
        )
    )};
    operation.handler = answering([files](Call&) -> Result<Response> {
        Value body = Value::object();
        Value& packages = body.set("packages", Value::array());
        for (const package::Package& package : files->packages())
            packages.add(Value::string(package.name));
        Value& list = body.set("recipes", Value::array());
        for (const RecipeFile& file : TRY(files->list())) list.add(summary_of(file));
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const SharedFiles& files) {
    Operation operation = file_operation(
        "show_recipe", "GET", "/v1/packages/{package}/recipes/{recipe}", "A package's recipe."
    );
    operation.parameters = name_parameters();
    operation.answers = {json_answer("The file.", file_schema())};
    operation.answers.front().headers = {{"ETag", "Of the text."}};
    operation.problems = {404};
    operation.handler = answering([files](Call& call) -> Result<Response> {
        return file_response(
            TRY(files->read(call.arguments.text("package"), call.arguments.text("recipe")))
        );
    });
    return operation;
}

// It says what it is called, reads what is there, and each of its steps fits.
Result<void> validate(
    const Services& services, const Call& call, const std::string& name, const std::string& yaml
) {
    const recipe::Recipe recipe = TRY(recipe::parse_recipe(yaml, "recipes/" + name + ".yml"));
    if (recipe.name != name) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "the recipe is called " + recipe.name + ", and its file " + name + ".yml"
        )
            .with_hint("Give both the same name.");
    }
    const auto work = TRY(open_recipe_tables(services, call, recipe));
    recipe::WorkTables tables(*services.engine, *work);
    TRY(recipe::compile(recipe, tables));
    return {};
}

// "abc", W/"abc" and abc are one.
std::string etag_of(std::string_view header) {
    if (header.starts_with("W/")) header.remove_prefix(2);
    if (header.size() >= 2 && header.front() == '"' && header.back() == '"')
        header = header.substr(1, header.size() - 2);
    return std::string(header);
}

Operation save_operation(const Services& services, const SharedFiles& files) {
    Operation operation = file_operation(
        "save_recipe", "PUT", "/v1/packages/{package}/recipes/{recipe}", "Save a recipe."
    );
    operation.description =
        "Writes recipes/NAME.yml of the package, whole or not at all, once every step fits the "
        "tables of now. Runs take it up with the next start of the program.";
    operation.scope = Scope::Write;
    operation.runs = Runs::Slow;
    operation.parameters = name_parameters();
    operation.parameters.push_back(
        {.name = "If-Match",
         .in = In::Header,
         .description = "The etag of the text that it replaces; * for whatever is there. Without "
                        "it there must be none.",
         .example = "*"}
    );
    operation.body = RequestBody{
        true,
        {json_media(
            object({{"recipe", text("Its YAML.")}}),
            R"({"recipe": "recipe: prd_features\ninput: raw.online_retail\nsteps: []\n"})"
        )}
    };
    operation.answers = {json_answer("It is on the medium.", file_schema())};
    operation.answers.front().headers = {{"ETag", "Of the text."}};
    operation.problems = {404, 408, 409, 412, 422};
    operation.statuses = {{ErrorCode::Conflict, 412}, {ErrorCode::ResourceExhausted, 422}};
    operation.handler = answering([&services, files](Call& call) -> Result<Response> {
        const auto body = TRY(read_json_body(call, {"recipe"}, false));
        const std::string yaml = TRY(text_member(body, "recipe"));
        const std::string package = call.arguments.text("package");
        const std::string name = call.arguments.text("recipe");
        TRY(files->check_address(package, name));
        const auto valid = validate(services, call, name, yaml);
        // A table of the recipe, not the address; and nothing that If-Match could mend.
        const bool recipes = !valid.ok() && (valid.error().code() == ErrorCode::NotFound ||
                                             valid.error().code() == ErrorCode::Conflict);
        if (recipes) {
            return Error(ErrorCode::InvalidArgument, valid.error().describe())
                .with_hint(valid.error().hint());
        }
        TRY(valid);
        return file_response(TRY(files->write(package, name, yaml, etag_of(call.header("if-match")))
        ));
    });
    return operation;
}

}  // namespace

std::vector<Operation> saved_recipe_operations(const Services& services) {
    const auto files = std::make_shared<RecipeFiles>(services.packages);
    std::vector<Operation> all{list_operation(files), show_operation(files)};
    if (services.engine != nullptr && services.catalog != nullptr)
        all.push_back(save_operation(services, files));
    return all;
}

}  // namespace tradewind::api
