#include "recipe/patterns.h"

#include <re2/re2.h>

#include <array>

#include "base/limits.h"

namespace tradewind::recipe {

namespace {

struct TimePart {
    char letter;
    std::string_view read;
    std::string_view write;
};
constexpr std::array<TimePart, 14> time_parts = {{
    {'Y', "yyyy", "yyyy"},
    {'y', "yy", "yy"},
    {'m', "M", "MM"},
    {'d', "d", "dd"},
    {'H', "H", "HH"},
    {'I', "h", "hh"},
    {'M', "m", "mm"},
    {'S', "s", "ss"},
    {'f', "SSSSSS", "SSSSSS"},
    {'p', "a", "a"},
    {'b', "MMM", "MMM"},
    {'B', "MMMM", "MMMM"},
    {'a', "E", "E"},
    {'A', "EEEE", "EEEE"},
}};

const TimePart* find_part(char letter) {
    for (const TimePart& part : time_parts) {
        if (part.letter == letter) return &part;
    }
    return nullptr;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

Result<Pattern> parse_pattern(const yaml::Node& node, const std::string& subject) {
    Pattern pattern {
        TRY(node.text())
    };
    if (pattern.text.empty()) return node.error(subject + ": the pattern is empty");
    if (pattern.text.size() > limits::pattern_bytes_max)
        return node.error(subject + ": the pattern is longer than 1024 bytes");
    const RE2 expression(pattern.text, RE2::Quiet);
    if (!expression.ok())
        return node.error(
            subject + ": the pattern is no regular expression: " + expression.error()
        );
    pattern.groups = expression.NumberOfCapturingGroups();
    return pattern;
}

std::string java_quote(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = is_letter(c) || is_digit(c) || c == '_' || (c & 0x80) != 0;
        if (!plain) out += '\\';
        out += c;
    }
    return out;
}

Result<std::string> java_replacement(
    const yaml::Node& node, const Pattern& pattern, const std::string& subject
) {
    const std::string& text = node.scalar();
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '$') {
            out += "\\$";
        } else if (text[i] != '\\') {
            out += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '\\') {
            out += "\\\\";
            ++i;
        } else if (i + 1 < text.size() && is_digit(text[i + 1])) {
            if (text[i + 1] - '0' > pattern.groups)
                return node.error(subject + ": the pattern has no group " + text[i + 1]);
            out += std::string("$") + text[i + 1];
            ++i;
            // A digit behind it would be taken for part of the group's number.
            if (i + 1 < text.size() && is_digit(text[i + 1])) out += '\\';
        } else {
            return node.error(subject + ": a backslash stands before a group's digit or another")
                .with_hint("Write \\1 for the first group, \\\\ for a backslash.");
        }
    }
    return out;
}

Result<std::string> java_time_format(
    const yaml::Node& node, bool to_read, const std::string& subject
) {
    const std::string text = TRY(node.text());
    std::string out;
    std::string letters;  // literal ones: they stand in quotes
    const auto flush = [&] {
        if (!letters.empty()) out += "'" + letters + "'";
        letters.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'' || text[i] == '[' || text[i] == ']' || text[i] == '#' ||
            text[i] == '{' || text[i] == '}')
            return node.error(subject + ": the format may not hold " + text[i]);
        if (text[i] != '%') {
            if (is_letter(text[i])) {
                letters += text[i];
            } else {
                flush();
                out += text[i];
            }
            continue;
        }
        flush();
        const TimePart* part = i + 1 < text.size() ? find_part(text[i + 1]) : nullptr;
        if (part == nullptr)
            return node.error(subject + ": the format '" + text + "' has a part that is not known")
                .with_hint("There are %Y %y %m %d %H %I %M %S %f %p %b %B %a %A.");
        out += to_read ? part->read : part->write;
        ++i;
    }
    flush();
    if (out.empty()) return node.error(subject + ": the format is empty");
    return out;
}

}  // namespace tradewind::recipe
