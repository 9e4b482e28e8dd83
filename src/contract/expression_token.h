// Words of an expression.
#pragma once

#include <string>
#include <string_view>

#include "contract/expression_node.h"

namespace tradewind::contract {

enum class TokenKind { End, Number, Text, Name, QuotedName, Symbol, Bad };

struct Token {
    TokenKind kind = TokenKind::End;
    std::size_t place = 0;
    std::string text;  // names as written; texts without quotes; "<>" for "!=" too
};

class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}
    // Bad: `fault` says why.
    Token next(Fault& fault);

private:
    Token take_number(Fault& fault);
    Token take_name();
    Token take_quoted(char quote, Fault& fault);
    Token take_symbol(Fault& fault);
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace tradewind::contract
