#include "base/sql_words.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind {

namespace {

bool in_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Behind the quote that closes the one at the beginning; two of them are one of the text.
std::size_t quoted_length(std::string_view text) {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != quote) continue;
        if (i + 1 < text.size() && text[i + 1] == quote) {
            ++i;
        } else {
            return i + 1;
        }
    }
    return text.size();
}

// Of what is no word: blanks and comments. 0: here is one.
std::size_t passed_length(std::string_view text) {
    if (is_blank(text.front())) return 1;
    if (text.starts_with("--")) return std::min(text.find('\n'), text.size());
    if (!text.starts_with("/*")) return 0;
    const std::size_t end = text.find("*/", 2);
    return end == std::string_view::npos ? text.size() : end + 2;
}

std::size_t word_length(std::string_view text) {
    if (text.front() == '\'' || text.front() == '"') return quoted_length(text);
    const auto end = std::ranges::find_if_not(text, in_word);
    return std::max<std::size_t>(1, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

std::vector<SqlWord> sql_words(std::string_view sql) {
    std::vector<SqlWord> words;
    int depth = 0;
    for (std::size_t at = 0; at < sql.size();) {
        const std::string_view rest = sql.substr(at);
        if (const std::size_t passed = passed_length(rest)) {
            at += passed;
            continue;
        }
        const std::string_view text = rest.substr(0, word_length(rest));
        if (text == ")") --depth;
        words.push_back({text, at, depth});
        if (text == "(") ++depth;
        at += text.size();
    }
    return words;
}

bool names(const SqlWord& word, std::string_view name) {
    std::string_view text = word.text;
    if (text.size() < 2 || !text.starts_with('"')) return equal_ignore_case(text, name);
    text = text.substr(1, text.size() - 2);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        plain += text[i];
        if (text[i] == '"') ++i;
    }
    return equal_ignore_case(plain, name);
}

}  // namespace tradewind
