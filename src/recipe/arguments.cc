#include "recipe/arguments.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "recipe/step.h"

namespace tradewind::recipe {

namespace {

Result<void> check_name(const yaml::Node& node, const std::string& name, const std::string& what) {
    if (name.empty()) return node.error(what + ": a column needs a name");
    if (name.size() > limits::field_name_bytes_max)
        return node.error(what + ": a column's name is longer than 128 bytes");
    const bool control =
        std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < 0x20; });
    if (control || !valid_utf8(name))
        return node.error(what + ": a column's name holds a control character or is not UTF-8");
    return {};
}

Result<void> check_one_of(const yaml::Node& node, const Parameter& parameter) {
    const std::string value = TRY(node.text());
    const auto& choices = parameter.choices;
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
    const auto near = nearest(value, {choices.begin(), choices.end()});
    return node.error("'" + value + "' is no choice for " + parameter.name)
        .with_hint(
            near ? "Did you mean '" + *near + "'?" : "There are " + join_texts(choices, ", ") + "."
        );
}

Result<void> check_integer(const yaml::Node& node, const Parameter& parameter) {
    const std::int64_t value = TRY(node.integer());
    if (value >= parameter.min && value <= parameter.max) return {};
    return node.error(
        parameter.name + " must be from " + std::to_string(parameter.min) + " to " +
        std::to_string(parameter.max)
    );
}

Result<void> check_number(const yaml::Node& node) {
    TRY(node.real());
    if (!json::is_number(node.scalar()))
        return node.error("'" + node.scalar() + "' is not written as a number")
            .with_hint("Write 1.5, -2 or 1e6.");
    return {};
}

Result<void> check_items(
    const yaml::Node& node, const std::string& wanted, Result<void> (*check)(const yaml::Node&)
) {
    if (node.kind() != yaml::Kind::Sequence || node.items().empty())
        return node.error(wanted + " must be a sequence and not empty");
    for (const yaml::Node& item : node.items()) TRY(check(item));
    return {};
}

Result<void> check_texts(const yaml::Node& node, const Parameter& parameter) {
    const std::vector<std::string> texts = TRY(node.texts());
    if (texts.empty()) return node.error(parameter.name + " is empty");
    if (parameter.choices.empty()) return {};
    if (node.kind() == yaml::Kind::Scalar) return check_one_of(node, parameter);
    for (const yaml::Node& item : node.items()) TRY(check_one_of(item, parameter));
    return {};
}

Result<void> check_members(const yaml::Node& node, const Parameter& parameter) {
    if (node.kind() == yaml::Kind::Mapping && !node.members().empty()) return {};
    return node.error(parameter.name + " must be a mapping and not empty");
}

Result<void> check_order_item(const yaml::Node& item) {
    if (item.kind() == yaml::Kind::Scalar) return {};
    if (item.kind() != yaml::Kind::Mapping || item.members().size() != 1)
        return item.error("a column to sort by is a name, or {name: desc}");
    const std::string way = TRY(item.members()[0].second.text());
    if (way == "asc" || way == "desc") return {};
    return item.error("'" + way + "' is no direction").with_hint("Write asc or desc.");
}

Result<void> check_new_members(const yaml::Node& node, const Parameter& parameter) {
    TRY(check_members(node, parameter));
    for (const auto& [name, value] : node.members()) TRY(check_name(value, name, parameter.name));
    return {};
}

Result<void> check_shape(const yaml::Node& node, const Parameter& parameter) {
    switch (parameter.takes) {
        case Takes::Column:
        case Takes::Text:
        case Takes::Expression:
        case Takes::Table:
        case Takes::Value:
            TRY(node.text());
            return {};
        case Takes::NewColumn:
            return check_name(node, TRY(node.text()), parameter.name);
        case Takes::NewColumns: {
            TRY(check_texts(node, parameter));
            for (const std::string& name : TRY(node.texts()))
                TRY(check_name(node, name, parameter.name));
            return {};
        }
        case Takes::Columns:
        case Takes::Texts:
        case Takes::Tables:
            return check_texts(node, parameter);
        case Takes::Integer:
            return check_integer(node, parameter);
        case Takes::Number:
            return check_number(node);
        case Takes::Numbers:
            return check_items(node, parameter.name, check_number);
        case Takes::Boolean:
            TRY(node.boolean());
            return {};
        case Takes::Choice:
            return check_one_of(node, parameter);
        case Takes::Type:
            TRY(parse_type(node));
            return {};
        case Takes::Order:
            return check_items(node, parameter.name, check_order_item);
        case Takes::ColumnToText: {
            TRY(check_members(node, parameter));
            for (const auto& [name, value] : node.members())
                TRY(check_name(value, TRY(value.text()), parameter.name));
            return {};
        }
        case Takes::ColumnToType: {
            TRY(check_members(node, parameter));
            for (const auto& [name, type] : node.members()) TRY(parse_type(type));
            return {};
        }
        case Takes::NewToExpression:
        case Takes::NewToAggregate:
        case Takes::NewToPath:
            return check_new_members(node, parameter);
        case Takes::ColumnPairs:
            if (node.kind() == yaml::Kind::Mapping) return check_members(node, parameter);
            return check_texts(node, parameter);
        case Takes::Mapping:
            return check_members(node, parameter);
    }
    return {};
}

bool fits(Accepts accepts, const std::string& type) {
    switch (accepts) {
        case Accepts::Any:
            return true;
        case Accepts::Number:
            return class_of(type) == TypeClass::Number;
        case Accepts::Text:
            return class_of(type) == TypeClass::Text;
        case Accepts::Time:
            return class_of(type) == TypeClass::Time;
        case Accepts::Sortable:
            return is_sortable_type(type);
    }
    return false;
}

std::string wanted_words(Accepts accepts) {
    switch (accepts) {
        case Accepts::Number:
            return "a number";
        case Accepts::Text:
            return "text";
        case Accepts::Time:
            return "a date or a timestamp";
        default:
            return "values that can be sorted";
    }
}

std::string hint_for(Accepts accepts, const std::string& type) {
    if (accepts == Accepts::Time && type == "STRING") return "Use parse_date before.";
    if (accepts == Accepts::Number && type == "STRING") return "Use parse_number or cast before.";
    return "Use cast before, or another column.";
}

// The columns that a parameter names, with their places.
std::vector<std::pair<std::string, yaml::Node>> named_columns(const yaml::Node& node, Takes takes) {
    std::vector<std::pair<std::string, yaml::Node>> found;
    if (takes == Takes::Column || takes == Takes::Columns || takes == Takes::Order) {
        if (node.kind() == yaml::Kind::Scalar) found.emplace_back(node.scalar(), node);
        for (const yaml::Node& item : node.items()) {
            if (item.kind() == yaml::Kind::Mapping) {
                found.emplace_back(item.members()[0].first, item);
            } else {
                found.emplace_back(item.scalar(), item);
            }
        }
    }
    if (takes == Takes::ColumnToText || takes == Takes::ColumnToType) {
        for (const auto& [name, value] : node.members()) found.emplace_back(name, value);
    }
    return found;
}

Result<void> check_parameter_columns(
    const StepKind& kind,
    const Parameter& parameter,
    const yaml::Node& node,
    const std::vector<Column>& columns,
    const std::string& subject
) {
    std::set<std::string> seen;
    for (const auto& [name, at] : named_columns(node, parameter.takes)) {
        const Column* column = find_column(columns, name);
        if (column == nullptr) return no_such_column(at, name, columns, subject);
        if (!seen.insert(column->name).second)
            return at.error(subject + ": column '" + column->name + "' stands there twice");
        if (fits(parameter.accepts, column->type)) continue;
        return at
            .error(
                subject + ": column '" + column->name + "' is " + column->type + "; " + kind.name +
                " needs " + wanted_words(parameter.accepts)
            )
            .with_hint(hint_for(parameter.accepts, column->type));
    }
    return {};
}

}  // namespace

const Column* find_column(const std::vector<Column>& columns, std::string_view name) {
    for (const Column& column : columns) {
        if (equal_ignore_case(column.name, name)) return &column;
    }
    return nullptr;
}

Error no_such_column(
    const yaml::Node& at,
    const std::string& name,
    const std::vector<Column>& columns,
    const std::string& subject
) {
    std::vector<std::string_view> known;
    std::vector<std::string> first;
    for (const Column& column : columns) {
        known.push_back(column.name);
        if (first.size() < 12) first.push_back(column.name);
    }
    const auto near = nearest(name, known);
    const std::string list = join_texts(first, ", ") + (first.size() < columns.size() ? ", …" : "");
    return at.error(subject + ": there is no column '" + name + "' here")
        .with_hint(near ? "Did you mean '" + *near + "'?" : "There are " + list + ".");
}

Result<void> check_settings(
    const StepKind& kind, const yaml::Node& settings, const std::string& subject
) {
    if (settings.present() && settings.kind() != yaml::Kind::Mapping)
        return settings.error(subject + ": its parameters must be a mapping")
            .with_hint("For example " + kind.name + ": {" + kind.example + "}");
    std::vector<std::string_view> known;
    for (const Parameter& parameter : kind.parameters) known.push_back(parameter.name);
    for (const auto& [name, value] : settings.members()) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto near = nearest(name, known);
        std::vector<std::string> all(known.begin(), known.end());
        return Error(ErrorCode::InvalidArgument, subject + " has no parameter '" + name + "'")
            .at(settings.where_key(name))
            .with_hint(
                near ? "Did you mean '" + *near + "'?" : "It takes " + join_texts(all, ", ") + "."
            );
    }
    for (const Parameter& parameter : kind.parameters) {
        const yaml::Node node = settings[parameter.name];
        if (node.present()) {
            auto checked = check_shape(node, parameter);
            if (!checked.ok()) return std::move(checked).error().in(subject);
        } else if (parameter.required) {
            return settings.error(subject + " needs " + parameter.name)
                .with_hint(parameter.description);
        }
    }
    return {};
}

Result<void> check_columns(
    const StepKind& kind,
    const yaml::Node& settings,
    const std::vector<Column>& columns,
    const std::string& subject
) {
    for (const Parameter& parameter : kind.parameters) {
        const yaml::Node node = settings[parameter.name];
        if (node.present()) TRY(check_parameter_columns(kind, parameter, node, columns, subject));
    }
    return {};
}

const Parameter& Arguments::parameter(std::string_view name) const {
    for (const Parameter& parameter : kind_.parameters) {
        if (parameter.name == name) return parameter;
    }
    fail_check("the step has the parameter", std::string(name).c_str());
}

const Column& Arguments::find(std::string_view name) const {
    const Column* column = find_column(columns_, name);
    CHECK(column != nullptr);
    return *column;
}

std::string Arguments::text(std::string_view name) const {
    const yaml::Node found = node(name);
    return found.present() ? found.scalar() : parameter(name).fallback;
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
    const yaml::Node found = node(name);
    if (!found.present()) return {};
    return MUST(found.texts());
}

std::int64_t Arguments::integer(std::string_view name) const {
    const auto value = parse_integer(text(name));
    CHECK(value.has_value());
    return *value;
}

bool Arguments::flag(std::string_view name) const {
    const yaml::Node found = node(name);
    return found.present() ? MUST(found.boolean()) : parameter(name).fallback == "true";
}

const Column& Arguments::column(std::string_view name) const {
    return find(node(name).scalar());
}

std::vector<Column> Arguments::columns(std::string_view name) const {
    std::vector<Column> found;
    for (const auto& [column, at] : named_columns(node(name), parameter(name).takes))
        found.push_back(find(column));
    return found;
}

std::vector<OrderItem> Arguments::order(std::string_view name) const {
    std::vector<OrderItem> found;
    for (const auto& [column, at] : named_columns(node(name), Takes::Order)) {
        const bool descending =
            at.kind() == yaml::Kind::Mapping && at.members()[0].second.scalar() == "desc";
        found.push_back({find(column), descending});
    }
    return found;
}

}  // namespace tradewind::recipe
