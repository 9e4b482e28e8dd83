#include "api/openapi.h"

#include <algorithm>

#include "api/problem.h"
#include "base/check.h"

namespace tradewind::api {

namespace {

using json::Value;

// "/v1/deadletters/{id...}/replay" → "/v1/deadletters/{id}/replay"
std::string public_path(std::string path) {
    const std::size_t dots = path.find("...}");
    if (dots != std::string::npos) path.erase(dots, 3);
    return path;
}

const char* to_string(In in) {
    switch (in) {
        case In::Path:
            return "path";
        case In::Query:
            return "query";
        case In::Header:
            return "header";
    }
    return "query";
}

Value parameter_schema(const Parameter& parameter) {
    Value schema = Value::object();
    schema.set("type", parameter.type == ValueType::Integer ? "integer" : "string");
    if (parameter.type == ValueType::Integer) {
        if (parameter.min != std::numeric_limits<std::int64_t>::min())
            schema.set("minimum", parameter.min);
        if (parameter.max != std::numeric_limits<std::int64_t>::max())
            schema.set("maximum", parameter.max);
    }
    if (!parameter.choices.empty()) {
        Value& choices = schema.set("enum", Value::array());
        for (const std::string& choice : parameter.choices) choices.add(Value::string(choice));
    }
    return schema;
}

Value parameter_json(const Parameter& parameter) {
    Value json = Value::object();
    json.set("name", parameter.name);
    json.set("in", to_string(parameter.in));
    json.set("required", parameter.required || parameter.in == In::Path);
    json.set("description", parameter.description);
    json.set("schema", parameter_schema(parameter));
    if (parameter.example.empty()) return json;
    json.set(
        "example",
        parameter.type == ValueType::Integer ? Value::number_text(parameter.example)
                                             : Value::string(parameter.example)
    );
    return json;
}

Value content_json(const std::vector<Media>& media) {
    Value content = Value::object();
    for (const Media& one : media) {
        Value& entry = content.set(one.type, Value::object());
        entry.set("schema", one.schema);
        if (one.example.empty()) continue;
        const bool is_json = one.type == "application/json";
        entry.set("example", is_json ? MUST(json::parse(one.example)) : Value::string(one.example));
    }
    return content;
}

Value answer_json(const Answer& answer) {
    Value json = Value::object();
    json.set("description", answer.description);
    if (!answer.headers.empty()) {
        Value& headers = json.set("headers", Value::object());
        for (const auto& [name, description] : answer.headers) {
            Value& header = headers.set(name, Value::object());
            header.set("description", description);
            header.set("schema", schema::text());
        }
    }
    if (!answer.media.empty()) json.set("content", content_json(answer.media));
    return json;
}

Value problem_json(int status) {
    Value json = Value::object();
    json.set("description", status_phrase(status));
    Value& content = json.set("content", Value::object());
    content.set("application/problem+json", Value::object())
        .set("schema", schema::reference("Problem"));
    return json;
}

Value answers_json(const Operation& operation) {
    Value json = Value::object();
    for (const Answer& answer : operation.answers)
        json.set(std::to_string(answer.status), answer_json(answer));
    std::vector<int> problems = operation.problems;
    problems.insert(problems.end(), {400, 503});
    if (operation.scope != Scope::Read || operation.method != "GET") problems.push_back(403);
    if (operation.body) problems.insert(problems.end(), {413, 415});
    std::sort(problems.begin(), problems.end());
    for (const int status : problems) {
        if (json.find(std::to_string(status)) == nullptr)
            json.set(std::to_string(status), problem_json(status));
    }
    return json;
}

Value operation_json(const Operation& operation) {
    Value json = Value::object();
    json.set("operationId", operation.id);
    json.set("summary", operation.summary);
    if (!operation.description.empty()) json.set("description", operation.description);
    json.set("tags", Value::array()).add(Value::string(operation.tag));
    json.set("x-scope", to_string(operation.scope));
    if (!operation.parameters.empty()) {
        Value& parameters = json.set("parameters", Value::array());
        for (const Parameter& parameter : operation.parameters)
            parameters.add(parameter_json(parameter));
    }
    if (operation.body) {
        Value& body = json.set("requestBody", Value::object());
        body.set("required", operation.body->required);
        body.set("content", content_json(operation.body->media));
    }
    json.set("responses", answers_json(operation));
    return json;
}

Value paths_json(const std::vector<Operation>& operations) {
    Value paths = Value::object();
    for (const Operation& operation : operations) {
        const std::string path = public_path(operation.path);
        std::string method = operation.method;
        std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) {
            return std::tolower(c);
        });
        Value item = paths.find(path) != nullptr ? *paths.find(path) : Value::object();
        item.set(method, operation_json(operation));
        paths.set(path, std::move(item));
    }
    return paths;
}

}  // namespace

std::string openapi_document(const std::vector<Operation>& operations, const std::string& version) {
    Value document = Value::object();
    document.set("openapi", "3.1.0");
    Value& info = document.set("info", Value::object());
    info.set("title", "Tradewind");
    info.set("version", version.empty() ? std::string("0") : version);
    info.set("description", "Orders in; invoices, purchase histories and SQL out.");
    document.set("paths", paths_json(operations));
    Value& components = document.set("components", Value::object());
    components.set("schemas", Value::object()).set("Problem", problem_schema());
    return document.dump_pretty();
}

}  // namespace tradewind::api
