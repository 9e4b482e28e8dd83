// Text to tree by recursive descent: one function for each level of binding. The levels of
// operators are in expression_parse.cc, what they bind in expression_primary.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "contract/expression_node.h"
#include "contract/expression_token.h"

namespace tradewind::contract {

using Tree = std::unique_ptr<Node>;

// A function by its name, with how many arguments it takes.
struct CallableFunction {
    std::string_view name;
    Op op;
    std::size_t arguments_min;
    std::size_t arguments_max;
};

class ExpressionParser {
public:
    ExpressionParser(std::string_view text, Fault& fault) : tokens_(text), fault_(fault) {
        advance();
    }

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
    Tree parse_call(const CallableFunction& function, std::size_t place);
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

}  // namespace tradewind::contract
