#include "engine/json_scan.h"

#include <algorithm>

namespace tradewind::engine {

namespace {

// The byte after the closing quote of the string whose opening quote is at `at`; npos: cut off.
std::size_t string_end(std::string_view text, std::size_t at) {
    while (true) {
        at = text.find_first_of("\"\\", at + 1);
        if (at == std::string_view::npos) return at;
        if (text[at] == '"') return at + 1;
        ++at;  // what follows a backslash is part of the string
        if (at >= text.size()) return std::string_view::npos;
    }
}

std::optional<ScannedValue> scan_plain(std::string_view text, bool complete) {
    const std::size_t end = text.find_first_of(" \t\r\n,]}");
    if (end == std::string_view::npos && !complete) return std::nullopt;
    // At least one byte, so that a stray bracket is a (bad) value rather than an endless loop.
    return ScannedValue{std::max<std::size_t>(1, std::min(end, text.size())), 0};
}

}  // namespace

std::optional<ScannedValue> scan_json_value(std::string_view text, bool complete) {
    if (text.empty()) return std::nullopt;
    if (text[0] != '"' && text[0] != '{' && text[0] != '[') return scan_plain(text, complete);
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            at = string_end(text, at);
            if (at == std::string_view::npos) return std::nullopt;
        } else {
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++at;
        }
        if (depth == 0) {
            const auto newlines =
                std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
            return ScannedValue{at, static_cast<std::size_t>(newlines)};
        }
    }
    return std::nullopt;
}

}  // namespace tradewind::engine
