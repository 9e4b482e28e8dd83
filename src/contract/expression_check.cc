// Gives every node its type, and makes the operands of each alike.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "contract/expression_node.h"

namespace tradewind::contract {

namespace {

using Tree = std::unique_ptr<Node>;

// Digits after the point: what a decimal column may have, and a quotient at least.
constexpr int scale_max = decimal_precision_max;
constexpr int quotient_scale_min = 6;

bool is_number(ValueKind kind) {
    return kind == ValueKind::Exact || kind == ValueKind::Real;
}

class Checker {
public:
    Checker(const std::vector<ColumnSpec>& columns, Fault& fault)
        : columns_(columns), fault_(fault) {}

    bool check(Node& node) {
        for (const Tree& argument : node.arguments) {
            if (!check(*argument)) return false;
        }
        return check_this(node);
    }

private:
    bool check_this(Node& node);
    bool check_column(Node& node);
    bool check_sum(Node& node);
    bool check_product(Node& node);
    bool check_quotient(Node& node);
    bool check_case(Node& node);
    bool check_switch(Node& node);
    bool check_round(Node& node);
    bool check_results(Node& node, std::size_t first);

    bool fail(const Node& node, std::string message, std::string hint = "") {
        fault_ = {node.place, std::move(message), std::move(hint)};
        return false;
    }
    bool result(Node& node, ValueKind kind, int scale = 0) {
        node.type = {kind, scale};
        return true;
    }
    // An untyped null becomes one of that kind.
    bool expect(Tree& argument, ValueKind kind) {
        if (argument->type.kind == kind) return true;
        if (argument->type.kind == ValueKind::Null) return coerce(argument, {kind});
        return fail(
            *argument,
            std::string(kind_name(kind)) + " is expected, not " + kind_name(argument->type.kind)
        );
    }
    bool expect_all(Node& node, ValueKind kind) {
        return std::all_of(node.arguments.begin(), node.arguments.end(), [&](Tree& argument) {
            return expect(argument, kind);
        });
    }
    bool expect_number(Tree& argument) {
        if (is_number(argument->type.kind)) return true;
        if (argument->type.kind == ValueKind::Null) return coerce(argument, {ValueKind::Exact});
        return fail(
            *argument, std::string("a number is expected, not ") + kind_name(argument->type.kind)
        );
    }
    bool expect_integer(Tree& argument) {
        if (!expect(argument, ValueKind::Exact)) return false;
        return argument->type.scale == 0 || fail(*argument, "a whole number is expected");
    }
    // Gives all of `members` the type that holds them all.
    bool unify(const std::vector<Tree*>& members, ValueType& common);

    const std::vector<ColumnSpec>& columns_;
    Fault& fault_;
};

bool Checker::unify(const std::vector<Tree*>& members, ValueType& common) {
    common = {};
    for (const Tree* member : members) {
        const ValueType type = (*member)->type;
        if (type.kind == ValueKind::Null) continue;
        if (common.kind == ValueKind::Null || common == type) {
            common = type;
        } else if (is_number(common.kind) && is_number(type.kind)) {
            const bool real = common.kind == ValueKind::Real || type.kind == ValueKind::Real;
            common = real ? ValueType{ValueKind::Real}
                          : ValueType{ValueKind::Exact, std::max(common.scale, type.scale)};
        } else {
            const bool instants =
                type.kind == ValueKind::Date || type.kind == ValueKind::Timestamp ||
                common.kind == ValueKind::Date || common.kind == ValueKind::Timestamp;
            return fail(
                **member,
                std::string(kind_name(type.kind)) + " does not go with " + kind_name(common.kind),
                instants ? "Write times as date '2010-12-01' or timestamp '2010-12-01 08:26:00'."
                         : ""
            );
        }
    }
    for (Tree* member : members) CHECK(coerce(*member, common));
    return true;
}

bool Checker::check_column(Node& node) {
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (equal_ignore_case(columns_[i].name, node.text)) {
            node.column = static_cast<int>(i);
            node.type = value_type(columns_[i]);
            return true;
        }
        known.push_back(columns_[i].name);
    }
    const auto near = nearest(node.text, known);
    return fail(node, "unknown column " + node.text, near ? "Did you mean " + *near + "?" : "");
}

bool Checker::check_sum(Node& node) {
    if (!expect_number(node.arguments[0]) || !expect_number(node.arguments[1])) return false;
    return unify({&node.arguments[0], &node.arguments[1]}, node.type);
}

bool Checker::check_product(Node& node) {
    Tree& left = node.arguments[0];
    Tree& right = node.arguments[1];
    if (!expect_number(left) || !expect_number(right)) return false;
    if (left->type.kind == ValueKind::Real || right->type.kind == ValueKind::Real) {
        return unify({&left, &right}, node.type);
    }
    const int scale = left->type.scale + right->type.scale;
    if (scale > scale_max) {
        return fail(
            node,
            "the product has " + std::to_string(scale) + " digits after the point; at most " +
                std::to_string(scale_max) + " are kept",
            "Round a factor first: round(x, 4)."
        );
    }
    return result(node, ValueKind::Exact, scale);
}

bool Checker::check_quotient(Node& node) {
    Tree& left = node.arguments[0];
    Tree& right = node.arguments[1];
    if (!expect_number(left) || !expect_number(right)) return false;
    if (left->type.kind == ValueKind::Real || right->type.kind == ValueKind::Real) {
        return unify({&left, &right}, node.type);
    }
    const int scale = std::max({left->type.scale, right->type.scale, quotient_scale_min});
    return result(node, ValueKind::Exact, scale);
}

// Every second argument from `first` on, and the else, are what the node may become.
bool Checker::check_results(Node& node, std::size_t first) {
    std::vector<Tree*> results;
    const std::size_t paired = node.arguments.size() - (node.otherwise ? 1 : 0);
    for (std::size_t i = first; i < paired; i += 2) results.push_back(&node.arguments[i]);
    if (node.otherwise) results.push_back(&node.arguments.back());
    return unify(results, node.type);
}

bool Checker::check_case(Node& node) {
    const std::size_t paired = node.arguments.size() - (node.otherwise ? 1 : 0);
    for (std::size_t i = 0; i < paired; i += 2) {
        if (!expect(node.arguments[i], ValueKind::Boolean)) return false;
    }
    return check_results(node, 1);
}

bool Checker::check_switch(Node& node) {
    std::vector<Tree*> compared = {&node.arguments[0]};
    const std::size_t paired = node.arguments.size() - (node.otherwise ? 1 : 0);
    for (std::size_t i = 1; i < paired; i += 2) compared.push_back(&node.arguments[i]);
    ValueType ignored;
    return unify(compared, ignored) && check_results(node, 2);
}

bool Checker::check_round(Node& node) {
    Tree& number = node.arguments[0];
    if (!expect_number(number)) return false;
    if (node.arguments.size() == 2) {
        const Node& digits = *node.arguments[1];
        const bool plain =
            digits.op == Op::Literal && digits.type == ValueType{ValueKind::Exact, 0};
        if (!plain || digits.literal.exact > scale_max) {
            return fail(digits, "round keeps a fixed number of digits from 0 to 18");
        }
        node.digits = static_cast<int>(digits.literal.exact);
        node.arguments.pop_back();
    }
    if (number->type.kind == ValueKind::Real) return result(node, ValueKind::Real);
    return result(node, ValueKind::Exact, std::min(node.digits, number->type.scale));
}

bool Checker::check_this(Node& node) {
    auto& arguments = node.arguments;
    ValueType common;
    switch (node.op) {
        case Op::Literal:
            return true;
        case Op::Column:
            return check_column(node);
        case Op::Negate:
        case Op::Abs:
            if (!expect_number(arguments[0])) return false;
            node.type = arguments[0]->type;
            return true;
        case Op::Add:
        case Op::Subtract:
            return check_sum(node);
        case Op::Multiply:
            return check_product(node);
        case Op::Divide:
            return check_quotient(node);
        case Op::Equal:
        case Op::NotEqual:
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual:
            return unify({&arguments[0], &arguments[1]}, common) &&
                   result(node, ValueKind::Boolean);
        case Op::In: {
            std::vector<Tree*> members;
            for (Tree& argument : arguments) members.push_back(&argument);
            return unify(members, common) && result(node, ValueKind::Boolean);
        }
        case Op::And:
        case Op::Or:
        case Op::Not:
            return expect_all(node, ValueKind::Boolean) && result(node, ValueKind::Boolean);
        case Op::IsNull:
            return result(node, ValueKind::Boolean);
        case Op::Like:
        case Op::StartsWith:
        case Op::Contains:
            return expect_all(node, ValueKind::Text) && result(node, ValueKind::Boolean);
        case Op::Concat:
        case Op::Lower:
        case Op::Upper:
        case Op::Trim:
            return expect_all(node, ValueKind::Text) && result(node, ValueKind::Text);
        case Op::Length:
            return expect_all(node, ValueKind::Text) && result(node, ValueKind::Exact);
        case Op::Substr:
            return expect(arguments[0], ValueKind::Text) && expect_integer(arguments[1]) &&
                   (arguments.size() == 2 || expect_integer(arguments[2])) &&
                   result(node, ValueKind::Text);
        case Op::Coalesce: {
            std::vector<Tree*> members;
            for (Tree& argument : arguments) members.push_back(&argument);
            return unify(members, node.type);
        }
        case Op::Nullif:
            return unify({&arguments[0], &arguments[1]}, node.type);
        case Op::Round:
            return check_round(node);
        case Op::Case:
            return check_case(node);
        case Op::Switch:
            return check_switch(node);
        case Op::Rescale:
        case Op::ToReal:
            break;  // only coerce() makes these
    }
    return true;
}

}  // namespace

ValueType value_type(const ColumnSpec& column) {
    switch (column.type) {
        case ColumnType::Boolean:
            return {ValueKind::Boolean};
        case ColumnType::Integer:
        case ColumnType::BigInt:
            return {ValueKind::Exact, 0};
        case ColumnType::Decimal:
            return {ValueKind::Exact, column.scale};
        case ColumnType::Double:
            return {ValueKind::Real};
        case ColumnType::Text:
            return {ValueKind::Text};
        case ColumnType::Date:
            return {ValueKind::Date};
        case ColumnType::Timestamp:
            return {ValueKind::Timestamp};
    }
    return {};
}

const char* kind_name(ValueKind kind) {
    switch (kind) {
        case ValueKind::Null:
            return "null";
        case ValueKind::Boolean:
            return "a boolean";
        case ValueKind::Exact:
            return "a number";
        case ValueKind::Real:
            return "a double";
        case ValueKind::Text:
            return "a text";
        case ValueKind::Date:
            return "a date";
        case ValueKind::Timestamp:
            return "a timestamp";
    }
    return "a value";
}

bool coerce(std::unique_ptr<Node>& node, ValueType type) {
    const ValueType from = node->type;
    if (from == type) return true;
    if (from.kind == ValueKind::Null) {
        node->type = type;  // a null is null in any type
        return true;
    }
    Op op = Op::Rescale;
    if (type.kind == ValueKind::Real && from.kind == ValueKind::Exact) {
        op = Op::ToReal;
    } else if (type.kind != from.kind || type.scale < from.scale) {
        return false;
    }
    auto wrapped = std::make_unique<Node>();
    wrapped->op = op;
    wrapped->place = node->place;
    wrapped->type = type;
    wrapped->arguments.push_back(std::move(node));
    node = std::move(wrapped);
    return true;
}

bool check_expression(Node& root, const std::vector<ColumnSpec>& columns, Fault& fault) {
    return Checker(columns, fault).check(root);
}

}  // namespace tradewind::contract
