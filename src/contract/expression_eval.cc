// Computes the tree for one row. Nulls as in SQL: what touches an unknown is unknown.
#include <algorithm>
#include <cmath>

#include "contract/expression_function.h"
#include "contract/expression_node.h"

namespace tradewind::contract {

namespace {

const char* const too_large = "a number is too large";

Int128 power_of_ten(int exponent) {
    Int128 value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

class Computation {
public:
    Computation(const std::vector<Value>& slots, Evaluation& evaluation)
        : slots_(slots), evaluation_(evaluation) {}

    Value compute(const Node& node) {
        switch (node.op) {
            case Op::Literal:
                return literal(node);
            case Op::Column:
                return slots_[static_cast<std::size_t>(node.column)];
            case Op::And:
            case Op::Or:
                return logic(node);
            case Op::IsNull:
                return Value::of_exact(argument(node, 0).null ? 1 : 0);
            case Op::In:
                return in_list(node);
            case Op::Case:
            case Op::Switch:
                return choose(node);
            case Op::Coalesce:
                return coalesce(node);
            case Op::Nullif:
                return null_if(node);
            default:
                return strict(node);
        }
    }

private:
    Value literal(const Node& node) {
        if (node.type.kind != ValueKind::Text || node.literal.null) return node.literal;
        return Value::of_text(node.text);
    }
    Value argument(const Node& node, std::size_t index) { return compute(*node.arguments[index]); }
    Value fail(const char* why) { return evaluation_.fail(why); }

    Value logic(const Node& node);
    Value in_list(const Node& node);
    Value choose(const Node& node);
    Value coalesce(const Node& node);
    Value null_if(const Node& node);
    Value strict(const Node& node);
    Value arithmetic(const Node& node, const Value& a, const Value& b);
    Value exact_arithmetic(const Node& node, Int128 a, Int128 b);
    Value negate(const Node& node, const Value& a);
    Value divide(const Node& node, Int128 a, Int128 b);
    Value round(const Node& node, const Value& a);
    Value rescale(const Node& node, const Value& a);
    Value real(double value) {
        return std::isfinite(value) ? Value::of_real(value) : fail("a double overflows");
    }

    const std::vector<Value>& slots_;
    Evaluation& evaluation_;
};

// -1, 0 or 1; neither is null.
int compare(ValueKind kind, const Value& a, const Value& b) {
    if (kind == ValueKind::Text) {
        const int order = a.text.compare(b.text);
        return order < 0 ? -1 : (order > 0 ? 1 : 0);
    }
    if (kind == ValueKind::Real) return a.real < b.real ? -1 : (a.real > b.real ? 1 : 0);
    return a.exact < b.exact ? -1 : (a.exact > b.exact ? 1 : 0);
}

// Three-valued: a decisive side decides, else an unknown side leaves it unknown.
Value Computation::logic(const Node& node) {
    const Int128 decisive = node.op == Op::Or ? 1 : 0;
    const Value a = argument(node, 0);
    if (!a.null && a.exact == decisive) return a;
    const Value b = argument(node, 1);
    if (!b.null && b.exact == decisive) return b;
    return a.null ? a : b;
}

Value Computation::in_list(const Node& node) {
    const Value a = argument(node, 0);
    if (a.null) return {};
    const ValueKind kind = node.arguments[0]->type.kind;
    bool unknown = false;
    for (std::size_t i = 1; i < node.arguments.size(); ++i) {
        const Value b = argument(node, i);
        unknown = unknown || b.null;
        if (!b.null && compare(kind, a, b) == 0) return Value::of_exact(1);
    }
    return unknown ? Value{} : Value::of_exact(0);
}

Value Computation::choose(const Node& node) {
    const std::size_t paired = node.arguments.size() - (node.otherwise ? 1 : 0);
    const bool has_operand = node.op == Op::Switch;
    const Value operand = has_operand ? argument(node, 0) : Value{};
    for (std::size_t i = has_operand ? 1 : 0; i < paired; i += 2) {
        const Value test = argument(node, i);
        const bool chosen =
            !test.null &&
            (has_operand
                 ? !operand.null && compare(node.arguments[0]->type.kind, operand, test) == 0
                 : test.exact == 1);
        if (chosen) return argument(node, i + 1);
    }
    return node.otherwise ? argument(node, node.arguments.size() - 1) : Value{};
}

Value Computation::coalesce(const Node& node) {
    Value value;
    for (std::size_t i = 0; i < node.arguments.size() && value.null; ++i) value = argument(node, i);
    return value;
}

Value Computation::null_if(const Node& node) {
    const Value a = argument(node, 0);
    const Value b = argument(node, 1);
    if (a.null || b.null) return a;
    return compare(node.arguments[0]->type.kind, a, b) == 0 ? Value{} : a;
}

Value Computation::exact_arithmetic(const Node& node, Int128 a, Int128 b) {
    Int128 value = 0;
    bool overflow = false;
    switch (node.op) {
        case Op::Add:
            overflow = __builtin_add_overflow(a, b, &value);
            break;
        case Op::Subtract:
            overflow = __builtin_sub_overflow(a, b, &value);
            break;
        default:
            overflow = __builtin_mul_overflow(a, b, &value);
            break;
    }
    return overflow ? fail(too_large) : Value::of_exact(value);
}

Value Computation::negate(const Node& node, const Value& a) {
    if (node.type.kind == ValueKind::Real) return Value::of_real(-a.real);
    Int128 value = 0;
    const bool overflow = __builtin_sub_overflow(Int128{0}, a.exact, &value);
    return overflow ? fail(too_large) : Value::of_exact(value);
}

// Rounded half away from zero at the scale of the quotient.
Value Computation::divide(const Node& node, Int128 a, Int128 b) {
    if (b == 0) return fail("division by zero");
    const int shift =
        node.type.scale - node.arguments[0]->type.scale + node.arguments[1]->type.scale;
    if (__builtin_mul_overflow(a, power_of_ten(shift), &a)) return fail(too_large);
    Int128 quotient = a / b;
    const Int128 rest = a % b;
    // |rest| < |b|, so that neither difference overflows.
    const Int128 size = rest < 0 ? -rest : rest;
    const Int128 half = b < 0 ? -b - size : b - size;
    if (size >= half) quotient += (a < 0) == (b < 0) ? 1 : -1;
    return Value::of_exact(quotient);
}

Value Computation::arithmetic(const Node& node, const Value& a, const Value& b) {
    if (node.type.kind == ValueKind::Exact) {
        return node.op == Op::Divide ? divide(node, a.exact, b.exact)
                                     : exact_arithmetic(node, a.exact, b.exact);
    }
    switch (node.op) {
        case Op::Add:
            return real(a.real + b.real);
        case Op::Subtract:
            return real(a.real - b.real);
        case Op::Multiply:
            return real(a.real * b.real);
        default:
            return b.real == 0 ? fail("division by zero") : real(a.real / b.real);
    }
}

Value Computation::round(const Node& node, const Value& a) {
    if (node.type.kind == ValueKind::Real) {
        const double factor = std::pow(10.0, node.digits);
        const double scaled = a.real * factor;
        return std::isfinite(scaled) ? Value::of_real(std::round(scaled) / factor) : a;
    }
    const int dropped = node.arguments[0]->type.scale - node.type.scale;
    if (dropped == 0) return a;
    const Int128 unit = power_of_ten(dropped);
    Int128 value = a.exact / unit;
    const Int128 rest = a.exact % unit;
    if (rest >= unit / 2) ++value;
    if (-rest >= unit / 2) --value;
    return Value::of_exact(value);
}

Value Computation::rescale(const Node& node, const Value& a) {
    const int added = node.type.scale - node.arguments[0]->type.scale;
    Int128 value = 0;
    const bool overflow = __builtin_mul_overflow(a.exact, power_of_ten(added), &value);
    return overflow ? fail(too_large) : Value::of_exact(value);
}

bool holds(Op op, int order) {
    switch (op) {
        case Op::Equal:
            return order == 0;
        case Op::NotEqual:
            return order != 0;
        case Op::Less:
            return order < 0;
        case Op::LessEqual:
            return order <= 0;
        case Op::Greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

// Operations that are null as soon as one operand is.
Value Computation::strict(const Node& node) {
    Value values[3];
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        values[i] = argument(node, i);
        if (values[i].null) return {};
    }
    const Value& a = values[0];
    const Value& b = values[1];
    switch (node.op) {
        case Op::Not:
            return Value::of_exact(1 - a.exact);
        case Op::Negate:
        case Op::Abs:
            return node.op == Op::Abs && a.exact >= 0 && a.real >= 0 ? a : negate(node, a);
        case Op::Add:
        case Op::Subtract:
        case Op::Multiply:
        case Op::Divide:
            return arithmetic(node, a, b);
        case Op::Equal:
        case Op::NotEqual:
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual:
            return Value::of_exact(
                holds(node.op, compare(node.arguments[0]->type.kind, a, b)) ? 1 : 0
            );
        case Op::Round:
            return round(node, a);
        case Op::Rescale:
            return rescale(node, a);
        case Op::ToReal: {
            const int scale = node.arguments[0]->type.scale;
            return Value::of_real(exact_to_real(a.exact, scale));
        }
        default:
            return compute_text(node, values, evaluation_);
    }
}

}  // namespace

Value evaluate_node(const Node& node, const std::vector<Value>& slots, Evaluation& evaluation) {
    return Computation(slots, evaluation).compute(node);
}

}  // namespace tradewind::contract
