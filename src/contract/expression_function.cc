#include "contract/expression_function.h"

#include <charconv>

#include "base/check.h"
#include "base/decimal.h"
#include "base/limits.h"

namespace tradewind::contract {

namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::int64_t length_of(std::string_view text) {
    std::int64_t length = 0;
    for (const char c : text) length += continues(c) ? 0 : 1;
    return length;
}

// The text without its first `count` characters, or all that there are.
std::string_view skip_characters(std::string_view text, Int128 count) {
    std::size_t at = 0;
    for (; at < text.size() && count > 0; --count) {
        ++at;
        while (at < text.size() && continues(text[at])) ++at;
    }
    return text.substr(at);
}

Value substr(const Node& node, const Value* values, Evaluation& evaluation) {
    std::string_view text = values[0].text;
    const Int128 start = values[1].exact;
    if (start == 0) return evaluation.fail("substr counts from 1, or from the end when negative");
    const bool limited = node.arguments.size() == 3;
    if (limited && values[2].exact < 0)
        return evaluation.fail("substr cannot take fewer than 0 characters");
    if (start > 0) {
        text = skip_characters(text, start - 1);
    } else {
        const Int128 skipped = length_of(text) + start;
        // Before the beginning: what lies there counts, but is nothing.
        if (skipped < 0 && limited) {
            const Int128 left = values[2].exact + skipped;
            return Value::of_text(text.substr(0, text.size() - skip_characters(text, left).size()));
        }
        text = skip_characters(text, skipped);
    }
    if (limited) text = text.substr(0, text.size() - skip_characters(text, values[2].exact).size());
    return Value::of_text(text);
}

std::string_view trim_spaces(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Value finish(const std::string& text, Evaluation& evaluation) {
    if (text.size() > limits::record_bytes_max) {
        return evaluation.fail("a text grows beyond the size of a record");
    }
    return Value::of_text(text);
}

Value of_boolean(bool value) {
    return Value::of_exact(value ? 1 : 0);
}

}  // namespace

double exact_to_real(Int128 unscaled, int scale) {
    const std::string digits = format_decimal(unscaled, scale);
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

bool matches_like(std::string_view text, std::string_view pattern) {
    // Where to come back to: behind the last %, with one more character swallowed by it.
    std::string_view retry_pattern;
    std::string_view retry_text;
    bool retry = false;
    while (true) {
        if (pattern.starts_with('%')) {
            pattern.remove_prefix(1);
            retry_pattern = pattern;
            retry_text = text;
            retry = true;
            continue;
        }
        if (pattern.empty() && text.empty()) return true;
        if (!pattern.empty() && !text.empty() && (pattern[0] == '_' || pattern[0] == text[0])) {
            text = pattern[0] == '_' ? skip_characters(text, 1) : text.substr(1);
            pattern.remove_prefix(1);
            continue;
        }
        if (!retry || retry_text.empty()) return false;
        retry_text = skip_characters(retry_text, 1);
        text = retry_text;
        pattern = retry_pattern;
    }
}

Value compute_text(const Node& node, const Value* values, Evaluation& evaluation) {
    const std::string_view a = values[0].text;
    const std::string_view b = values[1].text;
    switch (node.op) {
        case Op::Concat: {
            std::string& text = evaluation.new_text();
            return finish(text.append(a).append(b), evaluation);
        }
        case Op::Lower: {
            std::string& text = evaluation.new_text();
            append_lower(text, a);
            return finish(text, evaluation);
        }
        case Op::Upper: {
            std::string& text = evaluation.new_text();
            append_upper(text, a);
            return finish(text, evaluation);
        }
        case Op::Trim:
            return Value::of_text(trim_spaces(a));
        case Op::Length:
            return Value::of_exact(length_of(a));
        case Op::Substr:
            return substr(node, values, evaluation);
        case Op::Like:
            return of_boolean(matches_like(a, b));
        case Op::StartsWith:
            return of_boolean(a.starts_with(b));
        default:
            CHECK(node.op == Op::Contains);
            return of_boolean(a.find(b) != std::string_view::npos);
    }
}

}  // namespace tradewind::contract
