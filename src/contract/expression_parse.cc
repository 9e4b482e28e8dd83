#include "contract/expression_parser.h"

namespace tradewind::contract {

Tree ExpressionParser::parse_or() {
    const int outer = depth_;
    if (!deepen(token_.place)) return nullptr;
    Tree left = parse_and();
    while (left && word("or")) {
        const std::size_t place = token_.place;
        if (!deepen(place)) return nullptr;
        advance();
        Tree right = parse_and();
        if (!right) return nullptr;
        left = make(Op::Or, place, std::move(left), std::move(right));
    }
    depth_ = outer;
    return left;
}

Tree ExpressionParser::parse_and() {
    const int outer = depth_;
    Tree left = parse_not();
    while (left && word("and")) {
        const std::size_t place = token_.place;
        if (!deepen(place)) return nullptr;
        advance();
        Tree right = parse_not();
        if (!right) return nullptr;
        left = make(Op::And, place, std::move(left), std::move(right));
    }
    depth_ = outer;
    return left;
}

Tree ExpressionParser::parse_not() {
    if (!word("not")) return parse_comparison();
    const std::size_t place = token_.place;
    const int outer = depth_;
    if (!deepen(place)) return nullptr;
    advance();
    Tree inner = parse_not();
    depth_ = outer;
    return inner ? make(Op::Not, place, std::move(inner)) : nullptr;
}

Tree ExpressionParser::parse_comparison() {
    static constexpr std::pair<std::string_view, Op> comparisons[] = {
        {"=", Op::Equal},
        {"<>", Op::NotEqual},
        {"<", Op::Less},
        {"<=", Op::LessEqual},
        {">", Op::Greater},
        {">=", Op::GreaterEqual},
    };
    Tree left = parse_concat();
    if (!left) return nullptr;
    const std::size_t place = token_.place;
    for (const auto& [text, op] : comparisons) {
        if (!take_symbol(text)) continue;
        Tree right = parse_concat();
        return right ? make(op, place, std::move(left), std::move(right)) : nullptr;
    }
    if (take_word("is")) {
        const bool negated = take_word("not");
        if (!take_word("null")) return unexpected("'null'");
        Tree test = make(Op::IsNull, place, std::move(left));
        return negated ? make(Op::Not, place, std::move(test)) : std::move(test);
    }
    const bool negated = take_word("not");
    return parse_predicate(std::move(left), negated, place);
}

Tree ExpressionParser::parse_predicate(Tree left, bool negated, std::size_t place) {
    Tree test;
    if (take_word("in")) {
        if (!take_symbol("(")) return unexpected("'('");
        test = make(Op::In, place, std::move(left));
        if (!parse_list(*test)) return nullptr;
    } else if (take_word("like")) {
        Tree pattern = parse_concat();
        if (!pattern) return nullptr;
        test = make(Op::Like, place, std::move(left), std::move(pattern));
    } else {
        return negated ? unexpected("'in' or 'like'") : std::move(left);
    }
    return negated ? make(Op::Not, place, std::move(test)) : std::move(test);
}

// The rest of a list in brackets, at least one member.
bool ExpressionParser::parse_list(Node& node) {
    do {
        Tree member = parse_or();
        if (!member) return false;
        node.arguments.push_back(std::move(member));
    } while (take_symbol(","));
    if (take_symbol(")")) return true;
    unexpected("',' or ')'");
    return false;
}

Tree ExpressionParser::parse_concat() {
    const int outer = depth_;
    Tree left = parse_sum();
    while (left && symbol("||")) {
        const std::size_t place = token_.place;
        if (!deepen(place)) return nullptr;
        advance();
        Tree right = parse_sum();
        if (!right) return nullptr;
        left = make(Op::Concat, place, std::move(left), std::move(right));
    }
    depth_ = outer;
    return left;
}

Tree ExpressionParser::parse_sum() {
    const int outer = depth_;
    Tree left = parse_product();
    while (left && (symbol("+") || symbol("-"))) {
        const std::size_t place = token_.place;
        const Op op = symbol("+") ? Op::Add : Op::Subtract;
        if (!deepen(place)) return nullptr;
        advance();
        Tree right = parse_product();
        if (!right) return nullptr;
        left = make(op, place, std::move(left), std::move(right));
    }
    depth_ = outer;
    return left;
}

Tree ExpressionParser::parse_product() {
    const int outer = depth_;
    Tree left = parse_unary();
    while (left && (symbol("*") || symbol("/"))) {
        const std::size_t place = token_.place;
        const Op op = symbol("*") ? Op::Multiply : Op::Divide;
        if (!deepen(place)) return nullptr;
        advance();
        Tree right = parse_unary();
        if (!right) return nullptr;
        left = make(op, place, std::move(left), std::move(right));
    }
    depth_ = outer;
    return left;
}

Tree ExpressionParser::parse_unary() {
    if (!symbol("-")) return parse_primary();
    const std::size_t place = token_.place;
    const int outer = depth_;
    if (!deepen(place)) return nullptr;
    advance();
    Tree inner = parse_unary();
    depth_ = outer;
    return inner ? make(Op::Negate, place, std::move(inner)) : nullptr;
}

std::unique_ptr<Node> parse_expression(std::string_view text, Fault& fault) {
    if (text.size() > limits::expression_bytes_max) {
        fault = {
            limits::expression_bytes_max,
            "longer than " + std::to_string(limits::expression_bytes_max) + " bytes",
            "Split it into several steps.",
        };
        return nullptr;
    }
    return ExpressionParser(text, fault).parse();
}

}  // namespace tradewind::contract
