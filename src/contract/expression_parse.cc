// Text to tree by recursive descent: one function for each level of binding.
#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/exact_number.h"
#include "contract/expression_node.h"
#include "contract/expression_token.h"

namespace tradewind::contract {

namespace {

using Tree = std::unique_ptr<Node>;

struct Function {
    std::string_view name;
    Op op;
    std::size_t arguments_min;
    std::size_t arguments_max;
};
constexpr std::size_t any_count = 1000;
constexpr std::array<Function, 11> functions = {{
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

class Parser {
public:
    Parser(std::string_view text, Fault& fault) : tokens_(text), fault_(fault) { advance(); }

    Tree parse() {
        Tree root = parse_or();
        if (root && token_.kind != TokenKind::End) return unexpected("the end");
        return root;
    }

private:
    // Every level of nesting passes here, so here is where depth is counted.
    Tree parse_or();
    Tree parse_and();
    Tree parse_not();
    Tree parse_comparison();
    Tree parse_predicate(Tree left, bool negated, std::size_t place);
    Tree parse_concat();
    Tree parse_sum();
    Tree parse_product();
    Tree parse_unary();
    Tree parse_primary();
    Tree parse_name();
    Tree parse_case();
    bool parse_case_branches(Node& node);
    Tree parse_call(const Function& function, std::size_t place);
    bool parse_list(Node& node);
    Tree parse_number();
    Tree parse_instant(bool date, std::size_t place);

    void advance() { token_ = tokens_.next(fault_); }
    bool symbol(std::string_view text) const {
        return token_.kind == TokenKind::Symbol && token_.text == text;
    }
    bool take_symbol(std::string_view text) {
        if (!symbol(text)) return false;
        advance();
        return true;
    }
    bool word(std::string_view lowered) const {
        return token_.kind == TokenKind::Name && equal_ignore_case(token_.text, lowered);
    }
    bool take_word(std::string_view lowered) {
        if (!word(lowered)) return false;
        advance();
        return true;
    }
    Tree fail(std::size_t place, std::string message, std::string hint = "") {
        if (fault_.message.empty()) fault_ = {place, std::move(message), std::move(hint)};
        return nullptr;
    }
    Tree unexpected(const std::string& expected) {
        if (token_.kind == TokenKind::End)
            return fail(token_.place, expected + " is expected at the end");
        return fail(token_.place, expected + " is expected instead of '" + token_.text + "'");
    }
    Tree make(Op op, std::size_t place, Tree a = nullptr, Tree b = nullptr) {
        auto node = std::make_unique<Node>();
        node->op = op;
        node->place = place;
        if (a) node->arguments.push_back(std::move(a));
        if (b) node->arguments.push_back(std::move(b));
        return node;
    }
    // A chain of equal binding is a tree as deep as it is long: counted like nesting.
    bool deepen(std::size_t place) {
        if (++depth_ <= limits::expression_depth_max) return true;
        fail(
            place,
            "nested deeper than " + std::to_string(limits::expression_depth_max) + " levels",
            "Split it into several steps."
        );
        return false;
    }

    Tokenizer tokens_;
    Token token_;
    Fault& fault_;
    int depth_ = 0;
};

Tree Parser::parse_or() {
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

Tree Parser::parse_and() {
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

Tree Parser::parse_not() {
    if (!word("not")) return parse_comparison();
    const std::size_t place = token_.place;
    const int outer = depth_;
    if (!deepen(place)) return nullptr;
    advance();
    Tree inner = parse_not();
    depth_ = outer;
    return inner ? make(Op::Not, place, std::move(inner)) : nullptr;
}

Tree Parser::parse_comparison() {
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

Tree Parser::parse_predicate(Tree left, bool negated, std::size_t place) {
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
bool Parser::parse_list(Node& node) {
    do {
        Tree member = parse_or();
        if (!member) return false;
        node.arguments.push_back(std::move(member));
    } while (take_symbol(","));
    if (take_symbol(")")) return true;
    unexpected("',' or ')'");
    return false;
}

Tree Parser::parse_concat() {
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

Tree Parser::parse_sum() {
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

Tree Parser::parse_product() {
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

Tree Parser::parse_unary() {
    if (!symbol("-")) return parse_primary();
    const std::size_t place = token_.place;
    const int outer = depth_;
    if (!deepen(place)) return nullptr;
    advance();
    Tree inner = parse_unary();
    depth_ = outer;
    return inner ? make(Op::Negate, place, std::move(inner)) : nullptr;
}

Tree Parser::parse_primary() {
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

Tree Parser::parse_number() {
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
Tree Parser::parse_instant(bool date, std::size_t place) {
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

Tree Parser::parse_name() {
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
        for (const Function& function : functions) {
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

Tree Parser::parse_call(const Function& function, std::size_t place) {
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

Tree Parser::parse_case() {
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

bool Parser::parse_case_branches(Node& node) {
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

}  // namespace

std::unique_ptr<Node> parse_expression(std::string_view text, Fault& fault) {
    if (text.size() > limits::expression_bytes_max) {
        fault = {
            limits::expression_bytes_max,
            "longer than " + std::to_string(limits::expression_bytes_max) + " bytes",
            "Split it into several steps.",
        };
        return nullptr;
    }
    return Parser(text, fault).parse();
}

}  // namespace tradewind::contract
