#include "contract/json_walk.h"

#include <cstdint>
#include <cstring>

#include "base/json.h"
#include "base/limits.h"
#include "contract/exact_number.h"

namespace tradewind::contract {

namespace {

// One bit for each open object or array.
static_assert(limits::json_depth_max <= 64);

bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool has_backslash(std::string_view text) {
    return std::memchr(text.data(), '\\', text.size()) != nullptr;
}

// Most numbers are short integers; a leading zero is for the full grammar to judge.
bool is_number(std::string_view token) {
    std::int64_t ignored = 0;
    if (token[0] != '0' && token[0] != '-' && scan_small_integer(token, ignored)) return true;
    return json::is_number(token);
}

}  // namespace

JsonWalk::JsonWalk(std::string_view text, JsonTokens tokens, JsonIndex& index)
    : text_(text),
      places_(tokens.places),
      count_(tokens.count),
      escapes_(has_backslash(text)),
      index_(index) {}

bool JsonWalk::fail(const char* problem) {
    problem_ = problem;
    return false;
}

std::string_view JsonWalk::token() const {
    const std::size_t begin = places_[at_];
    std::size_t end = at_ + 1 < count_ ? places_[at_ + 1] : text_.size();
    while (blank(text_[end - 1])) --end;  // the token's first byte is not blank
    return text_.substr(begin, end - begin);
}

bool JsonWalk::take_string(std::string_view& inner) {
    if (peek() != '"') return fail("a string is expected");
    const std::string_view quoted = token();
    if (quoted.size() < 2 || quoted.back() != '"') return fail("a string does not end");
    inner = quoted.substr(1, quoted.size() - 2);
    if (escapes_ && has_backslash(inner)) {
        const auto plain = index_.unescape(inner);
        if (!plain) return fail("a string has an escape that JSON does not know");
        inner = *plain;
    }
    ++at_;
    return true;
}

JsonKind JsonWalk::take_scalar(std::string_view& scalar) {
    JsonKind kind = JsonKind::Invalid;
    switch (peek()) {
        case '"':
            return take_string(scalar) ? JsonKind::String : JsonKind::Invalid;
        case '{':
            return JsonKind::Object;
        case '[':
            return JsonKind::Array;
        case 't':
        case 'f':
            scalar = token();
            if (scalar == "true" || scalar == "false") kind = JsonKind::Boolean;
            break;
        case 'n':
            scalar = token();
            if (scalar == "null") kind = JsonKind::Null;
            break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
            scalar = token();
            if (is_number(scalar)) kind = JsonKind::Number;
            break;
        default:
            break;
    }
    if (kind == JsonKind::Invalid) {
        fail("a value is expected");
    } else {
        ++at_;
    }
    return kind;
}

bool JsonWalk::skip_key() {
    std::string_view ignored;
    if (peek() != '"') return fail("a field's name in quotes is expected");
    if (!take_string(ignored)) return false;
    return take(':') || fail("a ':' is expected");
}

bool JsonWalk::skip_value(int depth) {
    const int outer = depth;
    std::uint64_t objects = 0;  // the lowest bit: is the innermost open one an object?
    while (true) {
        std::string_view ignored;
        const JsonKind kind = take_scalar(ignored);
        if (kind == JsonKind::Invalid) return false;
        if (kind == JsonKind::Object || kind == JsonKind::Array) {
            if (depth == limits::json_depth_max) return fail("it is nested too deeply");
            const bool object = kind == JsonKind::Object;
            ++at_;
            ++depth;
            objects = (objects << 1) | (object ? 1 : 0);
            if (peek() != (object ? '}' : ']')) {
                if (object && !skip_key()) return false;
                continue;
            }
        }
        // A value is done: close what ends here, until a comma asks for the next value.
        while (depth > outer && !take(',')) {
            const bool object = (objects & 1) != 0;
            if (!take(object ? '}' : ']')) {
                return fail(object ? "a ',' or '}' is expected" : "a ',' or ']' is expected");
            }
            --depth;
            objects >>= 1;
        }
        if (depth == outer) return true;
        if ((objects & 1) != 0 && !skip_key()) return false;
    }
}

}  // namespace tradewind::contract
