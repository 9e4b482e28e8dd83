// What operators bind: literals, columns, calls, CASE.
#include <array>

#include "base/time.h"
#include "contract/exact_number.h"
#include "contract/expression_parser.h"

namespace tradewind::contract {

namespace {

constexpr std::size_t any_count = 1000;
constexpr std::array<CallableFunction, 11> functions = {{
    {"lower", Op::Lower, 1, 1},
    {"upper", Op::Upper, 1, 1},
    {"trim", Op::Trim, 1, 1},
    {"length", Op::Length, 1, 1},
    {"substr", Op::Substr, 2, 3},
    {"coalesce", Op::Coalesce, 1, any_count},
    {"abs", Op::Abs, 1, 1},
    {"round", Op::Round, 1, 2},
    {"nullif", Op::Nullif, 2, 2},
    {"starts_with", Op::StartsWith, 2, 2},
    {"contains", Op::Contains, 2, 2},
}};

// Words that cannot be a bare column; in double quotes they can.
constexpr std::array<std::string_view, 14> keywords = {
    "and",
    "or",
    "not",
    "is",
    "null",
    "in",
    "like",
    "case",
    "when",
    "then",
    "else",
    "end",
    "true",
    "false",
};

bool is_keyword(const std::string& lowered) {
    for (const std::string_view keyword : keywords) {
        if (lowered == keyword) return true;
    }
    return false;
}

}  // namespace

Tree ExpressionParser::parse_primary() {
    const std::size_t place = token_.place;
    switch (token_.kind) {
        case TokenKind::Number:
            return parse_number();
        case TokenKind::Text: {
            Tree node = make(Op::Literal, place);
            node->type.kind = ValueKind::Text;
            node->text = token_.text;
            node->literal.null = false;
            advance();
            return node;
        }
        case TokenKind::QuotedName: {
            Tree node = make(Op::Column, place);
            node->text = token_.text;
            advance();
            return node;
        }
        case TokenKind::Name:
            return parse_name();
        default:
            break;
    }
    if (!take_symbol("(")) return unexpected("a value");
    Tree inner = parse_or();
    if (!inner) return nullptr;
    return take_symbol(")") ? std::move(inner) : unexpected("')'");
}

Tree ExpressionParser::parse_number() {
    constexpr int digits_max = 18;
    const std::size_t place = token_.place;
    const std::string& text = token_.text;
    Tree node = make(Op::Literal, place);
    if (text.find_first_of("eE") != std::string::npos) {
        const auto real = parse_double(text);
        if (!real) return fail(place, "the number " + text + " does not fit a double");
        node->type.kind = ValueKind::Real;
        node->literal = Value::of_real(*real);
    } else {
        const std::size_t point = text.find('.');
        const int scale =
            point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
        const auto number = scan_number(text);
        std::int64_t unscaled = 0;
        if (!number || scale > digits_max ||
            to_decimal(*number, digits_max, scale, unscaled) != Fit::Ok) {
            return fail(place, "the number " + text + " has more than 18 digits");
        }
        node->type = {ValueKind::Exact, scale};
        node->literal = Value::of_exact(unscaled);
    }
    advance();
    return node;
}

// `date '2010-12-01'` and `timestamp '2010-12-01 08:26:00'`.
Tree ExpressionParser::parse_instant(bool date, std::size_t place) {
    constexpr std::int64_t day_us = 86'400'000'000;
    const auto at = parse_iso(token_.text);
    if (!at.ok() || (date && at->micros % day_us != 0)) {
        return fail(
            token_.place,
            "no such " + std::string(date ? "date" : "timestamp") + ": '" + token_.text + "'"
        );
    }
    Tree node = make(Op::Literal, place);
    node->type.kind = date ? ValueKind::Date : ValueKind::Timestamp;
    node->literal = Value::of_exact(date ? to_days(*at) : at->micros);
    advance();
    return node;
}

Tree ExpressionParser::parse_name() {
    const std::size_t place = token_.place;
    const std::string name = token_.text;
    const std::string lowered = to_lower_ascii(name);
    if (lowered == "case") return parse_case();
    if (is_keyword(lowered) && lowered != "null" && lowered != "true" && lowered != "false") {
        return unexpected("a value");
    }
    advance();
    if (is_keyword(lowered)) {
        Tree node = make(Op::Literal, place);
        if (lowered != "null") {
            node->type.kind = ValueKind::Boolean;
            node->literal = Value::of_exact(lowered == "true" ? 1 : 0);
        }
        return node;
    }
    if (token_.kind == TokenKind::Text && (lowered == "date" || lowered == "timestamp")) {
        return parse_instant(lowered == "date", place);
    }
    if (symbol("(")) {
        std::vector<std::string_view> known;
        for (const CallableFunction& function : functions) {
            if (lowered == function.name) return parse_call(function, place);
            known.push_back(function.name);
        }
        const auto near = nearest(lowered, known);
        return fail(place, "unknown function " + name, near ? "Did you mean " + *near + "?" : "");
    }
    Tree node = make(Op::Column, place);
    node->text = name;
    return node;
}

Tree ExpressionParser::parse_call(const CallableFunction& function, std::size_t place) {
    advance();  // the bracket
    Tree node = make(function.op, place);
    node->text = function.name;
    if (!parse_list(*node)) return nullptr;
    const std::size_t count = node->arguments.size();
    if (count < function.arguments_min || count > function.arguments_max) {
        return fail(
            place,
            std::string(function.name) + " does not take " + std::to_string(count) + " arguments"
        );
    }
    return node;
}

Tree ExpressionParser::parse_case() {
    const std::size_t place = token_.place;
    advance();
    Tree node = make(Op::Case, place);
    if (!word("when")) {
        Tree operand = parse_or();
        if (!operand) return nullptr;
        node->op = Op::Switch;
        node->arguments.push_back(std::move(operand));
    }
    if (!parse_case_branches(*node)) return nullptr;
    return node;
}

bool ExpressionParser::parse_case_branches(Node& node) {
    const auto take_value = [&] {
        Tree value = parse_or();
        if (!value) return false;
        node.arguments.push_back(std::move(value));
        return true;
    };
    bool any = false;
    for (; take_word("when"); any = true) {
        if (!take_value()) return false;
        if (!take_word("then")) return unexpected("'then'") != nullptr;
        if (!take_value()) return false;
    }
    if (!any) return unexpected("'when'") != nullptr;
    node.otherwise = take_word("else");
    if (node.otherwise && !take_value()) return false;
    return take_word("end") || unexpected("'when', 'else' or 'end'") != nullptr;
}

}  // namespace tradewind::contract
