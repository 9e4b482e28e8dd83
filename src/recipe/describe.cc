// The step table as JSON.
#include <limits>

#include "recipe/recipe.h"
#include "recipe/step.h"

namespace tradewind::recipe {

namespace {

json::Value describe(const Parameter& parameter) {
    json::Value out = json::Value::object();
    out.set("name", parameter.name);
    out.set("takes", to_string(parameter.takes));
    out.set("accepts", to_string(parameter.accepts));
    out.set("required", parameter.required);
    if (parameter.fallback.empty()) {
        out.set("default", json::Value());
    } else {
        out.set("default", parameter.fallback);
    }
    json::Value& choices = out.set("choices", json::Value::array());
    for (const std::string& choice : parameter.choices) choices.add(json::Value::string(choice));
    const bool has_min = parameter.min != std::numeric_limits<std::int64_t>::min();
    const bool has_max = parameter.max != std::numeric_limits<std::int64_t>::max();
    out.set("min", has_min ? json::Value::number(parameter.min) : json::Value());
    out.set("max", has_max ? json::Value::number(parameter.max) : json::Value());
    out.set("description", parameter.description);
    return out;
}

}  // namespace

json::Value describe_steps() {
    json::Value out = json::Value::object();
    json::Value& steps = out.set("steps", json::Value::array());
    for (const StepKind& kind : step_kinds()) {
        json::Value& step = steps.add(json::Value::object());
        step.set("name", kind.name);
        step.set("group", kind.group);
        step.set("summary", kind.summary);
        step.set("example", kind.example);
        json::Value& parameters = step.set("parameters", json::Value::array());
        for (const Parameter& parameter : kind.parameters) parameters.add(describe(parameter));
    }
    return out;
}

}  // namespace tradewind::recipe
