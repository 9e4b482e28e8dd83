// The file of a recipe: YAML to a Recipe, with places in every message.
#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "recipe/arguments.h"
#include "recipe/recipe.h"
#include "recipe/step.h"

namespace tradewind::recipe {

namespace {

// Longer ones are better cut into two tables that can be looked at; each step is planned with all
// before it.
constexpr std::size_t steps_max = 100;

bool is_identifier(std::string_view name) {
    const auto part = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= limits::field_name_bytes_max &&
           !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), part);
}

Result<catalog::TableName> table_name(const yaml::Node& node) {
    const std::string text = TRY(node.text());
    auto name = catalog::parse_table_name(text);
    if (name.ok()) return name;
    return node.error("'" + text.substr(0, 128) + "' is no table")
        .with_hint("Name a table as schema.table, such as raw.online_retail.");
}

Error unknown_step(const yaml::Node& item, const std::string& name) {
    std::vector<std::string_view> known;
    for (const StepKind& kind : step_kinds()) known.push_back(kind.name);
    const auto near = nearest(name, known);
    return Error(ErrorCode::InvalidArgument, "there is no step '" + name.substr(0, 64) + "'")
        .at(item.where_key(name))
        .with_hint(near ? "Did you mean '" + *near + "'?" : "docs/RECIPES.md has all steps.");
}

std::string subject_of(std::size_t number, const std::string& kind) {
    return "step " + std::to_string(number) + " (" + kind + ")";
}

Result<Step> parse_step(const yaml::Node& item, std::size_t number) {
    Step step;
    step.where = item.where();
    if (item.kind() == yaml::Kind::Scalar) {
        step.kind = item.scalar();
        step.settings = item[""];  // absent, and knows the place
    } else if (item.kind() != yaml::Kind::Mapping) {
        return item.error("a step must be a mapping such as filter: {where: …}");
    }
    for (const auto& [key, value] : item.members()) {
        if (key == "note") {
            step.note = TRY(value.text());
        } else if (!step.kind.empty()) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "step " + std::to_string(number) + " has both " + step.kind + " and " + key
            )
                .at(item.where_key(key))
                .with_hint("Each step is an item of its own, beginning with a dash.");
        } else {
            step.kind = key;
            step.settings = value.present() ? value : item[""];
            step.where = item.where_key(key);
        }
    }
    if (step.kind.empty()) return item.error("step " + std::to_string(number) + " says nothing");
    const StepKind* kind = find_step(step.kind);
    if (kind == nullptr) return unknown_step(item, step.kind);
    TRY(check_settings(*kind, step.settings, subject_of(number, step.kind)));
    return step;
}

void add_once(std::vector<catalog::TableName>& list, const catalog::TableName& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

// Where a step names other tables.
std::vector<yaml::Node> table_nodes(const Step& step) {
    const StepKind* kind = find_step(step.kind);
    CHECK(kind != nullptr);
    std::vector<yaml::Node> nodes;
    for (const Parameter& parameter : kind->parameters) {
        if (parameter.takes != Takes::Table && parameter.takes != Takes::Tables) continue;
        const yaml::Node node = step.settings[parameter.name];
        nodes.insert(nodes.end(), node.items().begin(), node.items().end());
        if (node.kind() == yaml::Kind::Scalar) nodes.push_back(node);
    }
    return nodes;
}

// Every table that a step names by schema.table.
Result<void> note_places(Recipe& recipe) {
    for (const Step& step : recipe.steps) {
        for (const yaml::Node& node : table_nodes(step)) {
            if (!recipe.inputs.contains(node.scalar()))
                recipe.places.try_emplace(TRY(table_name(node)), node.where());
        }
    }
    return {};
}

}  // namespace

Result<Recipe> parse_recipe(const yaml::Node& document) {
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("a recipe must be a mapping with recipe, input and steps");
    TRY(document.allow_keys({"recipe", "description", "input", "inputs", "steps", "asset"}));
    Recipe recipe;
    recipe.name = TRY(document["recipe"].text());
    if (!is_identifier(recipe.name)) {
        return document["recipe"]
            .error("'" + recipe.name.substr(0, 64) + "' is no name for a recipe")
            .with_hint("Use small letters, digits and _; the table made from it has that name.");
    }
    recipe.description = TRY(document["description"].text_or(""));
    recipe.input = TRY(table_name(document["input"]));
    recipe.places[recipe.input] = document["input"].where();
    const yaml::Node inputs = document["inputs"];
    if (inputs.present() && inputs.kind() != yaml::Kind::Mapping)
        return inputs.error("inputs must be a mapping of names to tables");
    for (const auto& [name, table] : inputs.members()) {
        recipe.inputs[name] = TRY(table_name(table));
        recipe.places.try_emplace(recipe.inputs[name], table.where());
    }
    const yaml::Node steps = document["steps"];
    if (steps.kind() != yaml::Kind::Sequence)
        return steps.error("steps must be a sequence")
            .with_hint("Begin each step with a dash: - filter: {where: quantity > 0}");
    if (steps.items().size() > steps_max)
        return steps.error("a recipe has at most " + std::to_string(steps_max) + " steps")
            .with_hint("Make two of it; the second reads what the first has made.");
    for (const yaml::Node& item : steps.items())
        recipe.steps.push_back(TRY(parse_step(item, recipe.steps.size() + 1)));
    TRY(note_places(recipe));
    return recipe;
}

Result<Recipe> parse_recipe(std::string_view text, const std::string& file) {
    if (text.size() > limits::package_file_bytes_max)
        return Error(ErrorCode::InvalidArgument, "the recipe is longer than 1 MiB")
            .at({file, 0, 0});
    return parse_recipe(TRY(yaml::parse(text, file)));
}

Result<std::vector<catalog::TableName>> tables_of(const Recipe& recipe) {
    std::vector<catalog::TableName> tables{recipe.input};
    for (const auto& [name, table] : recipe.inputs) add_once(tables, table);
    for (const Step& step : recipe.steps) {
        for (const yaml::Node& node : table_nodes(step)) {
            if (!recipe.inputs.contains(node.scalar())) add_once(tables, TRY(table_name(node)));
        }
    }
    return tables;
}

}  // namespace tradewind::recipe
