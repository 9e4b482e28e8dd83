#include "api/schema.h"

namespace tradewind::api::schema {

namespace {

Value typed(const char* type, std::string_view description) {
    Value schema = Value::object();
    schema.set("type", type);
    if (!description.empty()) schema.set("description", std::string(description));
    return schema;
}

Value object_of(std::vector<Member> members, std::string_view description) {
    Value schema = typed("object", description);
    Value properties = Value::object();
    Value required = Value::array();
    for (Member& member : members) {
        if (!member.optional) required.add(Value::string(member.name));
        properties.set(member.name, std::move(member.schema));
    }
    schema.set("properties", std::move(properties));
    schema.set("required", std::move(required));
    return schema;
}

}  // namespace

Value text(std::string_view description) {
    return typed("string", description);
}
Value integer(std::string_view description) {
    return typed("integer", description);
}
Value number(std::string_view description) {
    return typed("number", description);
}
Value boolean(std::string_view description) {
    return typed("boolean", description);
}

Value anything(std::string_view description) {
    Value schema = Value::object();
    if (!description.empty()) schema.set("description", std::string(description));
    return schema;
}

Value one_of(const std::vector<std::string>& choices, std::string_view description) {
    Value schema = typed("string", description);
    Value& list = schema.set("enum", Value::array());
    for (const std::string& choice : choices) list.add(Value::string(choice));
    return schema;
}

Value array(Value items, std::string_view description) {
    Value schema = typed("array", description);
    schema.set("items", std::move(items));
    return schema;
}

Value object(std::vector<Member> members) {
    Value schema = object_of(std::move(members), {});
    schema.set("additionalProperties", false);
    return schema;
}

Value open_object(std::vector<Member> members, std::string_view description) {
    return object_of(std::move(members), description);
}

Value nullable(Value schema) {
    Value either = Value::object();
    Value& choices = either.set("anyOf", Value::array());
    choices.add(std::move(schema));
    choices.add(typed("null", {}));
    return either;
}

Value time_schema() {
    return nullable(text("UTC."));
}

Value reference(std::string_view name) {
    Value schema = Value::object();
    schema.set("$ref", "#/components/schemas/" + std::string(name));
    return schema;
}

}  // namespace tradewind::api::schema
