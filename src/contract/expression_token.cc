#include "contract/expression_token.h"

namespace tradewind::contract {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Token bad(Fault& fault, std::size_t place, std::string message) {
    fault = {place, std::move(message), ""};
    return {TokenKind::Bad, place, ""};
}

}  // namespace

Token Tokenizer::next(Fault& fault) {
    while (is_blank(peek()) && at_ < text_.size()) ++at_;
    if (at_ == text_.size()) return {TokenKind::End, at_, ""};
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return take_number(fault);
    if (is_letter(c)) return take_name();
    if (c == '\'' || c == '"') return take_quoted(c, fault);
    return take_symbol(fault);
}

Token Tokenizer::take_number(Fault& fault) {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') ++at_;
    while (is_digit(peek())) ++at_;
    if (peek() == 'e' || peek() == 'E') {
        ++at_;
        if (peek() == '-' || peek() == '+') ++at_;
        while (is_digit(peek())) ++at_;
    }
    std::string number(text_.substr(begin, at_ - begin));
    if (is_letter(peek()) || !(is_digit(number.back()) || number.back() == '.')) {
        return bad(fault, begin, "not a number: " + number + peek());
    }
    return {TokenKind::Number, begin, std::move(number)};
}

Token Tokenizer::take_name() {
    const std::size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    return {TokenKind::Name, begin, std::string(text_.substr(begin, at_ - begin))};
}

// A quote within is doubled, as in SQL.
Token Tokenizer::take_quoted(char quote, Fault& fault) {
    const std::size_t begin = at_++;
    std::string inner;
    while (true) {
        if (at_ == text_.size()) {
            return bad(
                fault, begin, quote == '"' ? "a name in quotes does not end" : "a text does not end"
            );
        }
        if (peek() == quote && peek(1) != quote) break;
        if (peek() == quote) ++at_;
        inner += text_[at_++];
    }
    ++at_;
    return {quote == '"' ? TokenKind::QuotedName : TokenKind::Text, begin, std::move(inner)};
}

Token Tokenizer::take_symbol(Fault& fault) {
    static constexpr std::string_view pairs[] = {"<=", ">=", "<>", "!=", "||"};
    const std::size_t begin = at_;
    for (const std::string_view pair : pairs) {
        if (text_.substr(at_, 2) != pair) continue;
        at_ += 2;
        return {TokenKind::Symbol, begin, pair == "!=" ? "<>" : std::string(pair)};
    }
    constexpr std::string_view singles = "+-*/=<>(),";
    if (singles.find(peek()) == std::string_view::npos) {
        const unsigned char byte = static_cast<unsigned char>(peek());
        const bool printable = byte > 0x20 && byte < 0x7f;
        return bad(
            fault,
            begin,
            printable ? "unexpected '" + std::string(1, peek()) + "'" : "unexpected character"
        );
    }
    return {TokenKind::Symbol, begin, std::string(1, text_[at_++])};
}

}  // namespace tradewind::contract
