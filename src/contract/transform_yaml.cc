// transform: of a contract, from YAML to slots.
#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "contract/field.h"
#include "contract/transform.h"

namespace tradewind::contract {

class TransformParser {
public:
    TransformParser(const std::vector<ColumnSpec>& columns, const std::vector<std::string>& fixed)
        : columns_(columns), fixed_(fixed), input_count_(columns.size()) {
        for (std::size_t i = 0; i < columns.size(); ++i) slots_.push_back(static_cast<int>(i));
        transform_.slot_count_ = columns.size();
    }

    Result<Transform> parse(const yaml::Node& steps);

private:
    using Member = std::pair<std::string, yaml::Node>;

    Result<void> parse_step(const yaml::Node& step);
    Result<void> parse_filter(const yaml::Node& node);
    Result<void> parse_set(const yaml::Node& node);
    Result<void> parse_add(const yaml::Node& node);
    Result<void> parse_rename(const yaml::Node& node);
    Result<void> parse_drop(const yaml::Node& node);

    // The column's index among the present ones.
    Result<std::size_t> find(const std::string& name, const SourceLocation& where) const;
    Result<std::size_t> find_movable(const std::string& name, const SourceLocation& where) const;
    Result<void> check_new(const std::string& name, const SourceLocation& where) const;
    Result<Expression> parse_expression(const yaml::Node& node);
    // A slot of its own for a computed value.
    Result<int> add_step(Expression expression, ColumnSpec column, const SourceLocation& where);
    void mark_read(int slot);
    void note(std::initializer_list<std::string_view> parts);

    Transform transform_;
    std::vector<ColumnSpec> columns_;  // as they are after the steps so far
    std::vector<int> slots_;           // where each is
    const std::vector<std::string>& fixed_;
    std::size_t input_count_;
};

// Each part with its length before it, so that no two transforms read alike.
void TransformParser::note(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) {
        transform_.canonical_ += std::to_string(part.size()) + ":";
        transform_.canonical_ += part;
    }
    transform_.canonical_ += ";";
}

void TransformParser::mark_read(int slot) {
    if (slot >= static_cast<int>(input_count_)) return;
    auto& loaded = transform_.loaded_;
    if (std::find(loaded.begin(), loaded.end(), slot) == loaded.end()) loaded.push_back(slot);
}

Result<std::size_t> TransformParser::find(const std::string& name, const SourceLocation& where)
    const {
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].name == name) return i;
        known.push_back(columns_[i].name);
    }
    const auto near = nearest(name, known);
    return Error(ErrorCode::InvalidArgument, "unknown column '" + name + "'")
        .with_hint(near ? "Did you mean '" + *near + "'?" : "")
        .at(where);
}

Result<std::size_t> TransformParser::find_movable(
    const std::string& name, const SourceLocation& where
) const {
    if (std::find(fixed_.begin(), fixed_.end(), name) != fixed_.end()) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "'" + name + "' is part of the key or the event time, and has to stay"
        )
            .at(where);
    }
    return find(name, where);
}

Result<void> TransformParser::check_new(const std::string& name, const SourceLocation& where)
    const {
    TRY(check_name(name, where, "column"));
    for (const ColumnSpec& column : columns_) {
        if (column.name != name) continue;
        return Error(ErrorCode::InvalidArgument, "there is a column '" + name + "' already")
            .with_hint("To change its value use set.")
            .at(where);
    }
    return {};
}

Result<Expression> TransformParser::parse_expression(const yaml::Node& node) {
    const std::string text = TRY(node.text());
    Expression expression = TRY(Expression::parse(text, columns_, node.where()));
    expression.bind(slots_);
    return expression;
}

Result<int> TransformParser::add_step(
    Expression expression, ColumnSpec column, const SourceLocation& where
) {
    TRY(expression.assign_to(column, where));
    const int slot = static_cast<int>(transform_.slot_count_++);
    transform_.steps_.push_back({std::move(expression), slot, std::move(column), "", 0});
    return slot;
}

Result<void> TransformParser::parse_filter(const yaml::Node& node) {
    TRY(node.allow_keys({"name", "keep"}));
    const std::string name = TRY(node["name"].text());
    TRY(check_name(name, node["name"].where(), "rule"));
    auto& rules = transform_.rules_;
    if (std::find(rules.begin(), rules.end(), name) != rules.end()) {
        return node["name"].error("there is a filter '" + name + "' already");
    }
    Expression keep = TRY(parse_expression(node["keep"]));
    if (keep.type().kind != ValueKind::Boolean) {
        return node["keep"].error("what a filter keeps is a condition, true or false");
    }
    note({"filter", name, keep.text()});
    rules.push_back(name);
    transform_.steps_.push_back({std::move(keep), -1, {}, name, rules.size() - 1});
    return {};
}

// All values of one `set` see the row as it was before it.
Result<void> TransformParser::parse_set(const yaml::Node& node) {
    std::vector<std::pair<std::size_t, int>> moved;
    for (const Member& member : node.members()) {
        const auto where = node.where_key(member.first);
        const std::size_t index = TRY(find(member.first, where));
        Expression expression = TRY(parse_expression(member.second));
        note({"set", member.first, expression.text()});
        const auto slot = add_step(std::move(expression), columns_[index], member.second.where());
        moved.emplace_back(index, TRY(slot));
    }
    for (const auto& [index, slot] : moved) slots_[index] = slot;
    return {};
}

Result<void> TransformParser::parse_add(const yaml::Node& node) {
    std::vector<std::pair<ColumnSpec, int>> added;
    for (const Member& member : node.members()) {
        const auto where = node.where_key(member.first);
        TRY(check_new(member.first, where));
        TRY(member.second.allow_keys({"type", "expression"}));
        ColumnSpec column = TRY(parse_type(member.second["type"]));
        column.name = member.first;
        const yaml::Node text = member.second["expression"];
        Expression expression = TRY(parse_expression(text));
        note({"add", column.name, to_sql(column), expression.text()});
        const int slot = TRY(add_step(std::move(expression), column, text.where()));
        added.emplace_back(column, slot);
    }
    for (auto& [column, slot] : added) {
        columns_.push_back(column);
        slots_.push_back(slot);
    }
    return {};
}

Result<void> TransformParser::parse_rename(const yaml::Node& node) {
    for (const Member& member : node.members()) {
        const std::size_t index = TRY(find_movable(member.first, node.where_key(member.first)));
        const std::string name = TRY(member.second.text());
        TRY(check_new(name, member.second.where()));
        note({"rename", member.first, name});
        columns_[index].name = name;
    }
    return {};
}

Result<void> TransformParser::parse_drop(const yaml::Node& node) {
    for (const std::string& name : TRY(node.texts())) {
        const std::size_t index = TRY(find_movable(name, node.where()));
        if (columns_.size() == 1) return node.error("the last column cannot be dropped");
        note({"drop", name});
        columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(index));
        slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return {};
}

Result<void> TransformParser::parse_step(const yaml::Node& step) {
    using Parse = Result<void> (TransformParser::*)(const yaml::Node&);
    static constexpr std::pair<std::string_view, Parse> kinds[] = {
        {"filter", &TransformParser::parse_filter},
        {"set", &TransformParser::parse_set},
        {"add", &TransformParser::parse_add},
        {"rename", &TransformParser::parse_rename},
        {"drop", &TransformParser::parse_drop},
    };
    if (step.kind() != yaml::Kind::Mapping)
        return step.error("a step is filter, set, add, rename or drop");
    TRY(step.allow_keys({"filter", "set", "add", "rename", "drop"}));
    if (step.members().size() != 1) return step.error("a step does one thing");
    const yaml::Node& body = step.members()[0].second;
    for (const auto& [name, parse] : kinds) {
        if (step.members()[0].first != name) continue;
        if (name != "drop" && (body.kind() != yaml::Kind::Mapping || body.members().empty())) {
            return body.error(std::string(name) + " needs names with what belongs to them");
        }
        return (this->*parse)(body);
    }
    return {};
}

Result<Transform> TransformParser::parse(const yaml::Node& steps) {
    if (steps.kind() != yaml::Kind::Sequence) return steps.error("transform is a list of steps");
    if (steps.items().size() > limits::transform_steps_max) {
        return steps.error("more than " + std::to_string(limits::transform_steps_max) + " steps");
    }
    for (const yaml::Node& step : steps.items()) TRY(parse_step(step));
    for (const Transform::Step& step : transform_.steps_) {
        for (const int slot : step.expression.slots_read()) mark_read(slot);
    }
    for (const int slot : slots_) mark_read(slot);
    transform_.output_ = columns_;
    transform_.output_slots_ = slots_;
    return std::move(transform_);
}

Result<Transform> Transform::parse(
    const yaml::Node& steps,
    const std::vector<ColumnSpec>& columns,
    const std::vector<std::string>& fixed
) {
    return TransformParser(columns, fixed).parse(steps);
}

}  // namespace tradewind::contract
