#include "recipe/expression_text.h"

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"

namespace tradewind::recipe {

namespace {

bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c & 0x80) != 0;
}

// Past the closing quote; npos: there is none.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (text[at] != quote) continue;
        if (at + 1 >= text.size() || text[at + 1] != quote) return at + 1;
        ++at;
    }
    return std::string_view::npos;
}

// What is wrong at this place outside of quotes; empty: nothing.
std::string_view fault_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("--") || rest.starts_with("/*")) return "a comment";
    if (rest[0] == '$') return "a dollar sign";
    if (rest[0] == ';') return "a semicolon";
    if (rest[0] == '`') return "a backtick; names stand in \"…\"";
    const bool letter_before =
        at > 0 && is_word(text[at - 1]) && (at == 1 || !is_word(text[at - 2]));
    if (rest[0] == '\'' && letter_before) return "a letter before a text's quote";
    const bool at_word = at == 0 || !is_word(text[at - 1]);
    if (at_word && equal_ignore_case(rest.substr(0, 7), "columns") &&
        trim(rest.substr(7)).starts_with('('))
        return "COLUMNS(…), which is many expressions";
    return {};
}

}  // namespace

Result<void> check_expression_text(const yaml::Node& node, const std::string& subject) {
    const std::string text = TRY(node.text());
    if (trim(text).empty()) return node.error(subject + ": the expression is empty");
    if (text.size() > limits::expression_bytes_max)
        return node.error(subject + ": the expression is longer than 4096 bytes");
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c >= 0 && c < 0x20 && c != '\n' && c != '\t' && c != '\r')
            return node.error(subject + ": the expression holds a control character");
        const std::string_view fault = fault_at(text, at);
        if (!fault.empty())
            return node.error(subject + ": an expression may not hold " + std::string(fault));
        if (c == '\'' || c == '"') {
            at = skip_quoted(text, at);
            if (at == std::string_view::npos)
                return node.error(subject + ": a quote is not closed in the expression");
            continue;
        }
        if (c == ',' && depth == 0)
            return node.error(subject + ": there are two expressions with a comma between them");
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && --depth < 0)
            return node.error(subject + ": a bracket is closed that was not opened");
        ++at;
    }
    if (trim(text) == "*" || trim(text).ends_with(".*"))
        return node.error(subject + ": * stands for many expressions, one is wanted");
    if (depth != 0) {
        return node.error(subject + ": a bracket is not closed in the expression")
            .with_hint("Inside of {…} an expression with a comma or a colon stands in quotes.");
    }
    return {};
}

}  // namespace tradewind::recipe
