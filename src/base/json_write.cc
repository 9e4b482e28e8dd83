// Writing JSON text (json.h).
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace tradewind::json {

namespace {

constexpr std::string_view replacement_character = "\xef\xbf\xbd";

bool plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_escape(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
}

template <typename Number>
void append_number(std::string& out, Number value) {
    std::array<char, 40> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), error == std::errc{} ? end : buffer.data());
}

std::string_view skip_digits(std::string_view text) {
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
    return text;
}

}  // namespace

bool is_number(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    std::string_view rest = skip_digits(text);
    const std::size_t whole = text.size() - rest.size();
    if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        const std::size_t before = rest.size();
        rest = skip_digits(rest);
        if (rest.size() == before) return false;
    }
    if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
        rest.remove_prefix(1);
        if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) rest.remove_prefix(1);
        const std::size_t before = rest.size();
        rest = skip_digits(rest);
        if (rest.size() == before) return false;
    }
    return rest.empty();
}

void append_string(std::string& out, std::string_view text) {
    out.push_back('"');
    while (!text.empty()) {
        std::size_t run = 0;
        while (run < text.size() && plain(text[run])) ++run;
        out.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) break;
        std::size_t used = 1;
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            append_escape(out, text.front());
        } else if (const std::size_t size = utf8_sequence(text); size > 0) {
            out.append(text.substr(0, size));
            used = size;
        } else {
            out += replacement_character;
        }
        text.remove_prefix(used);
    }
    out.push_back('"');
}

void Writer::before_value() {
    if (need_comma_) out_.push_back(',');
    need_comma_ = true;
}

void Writer::open(char bracket) {
    before_value();
    out_.push_back(bracket);
    need_comma_ = false;
}

void Writer::close(char bracket) {
    out_.push_back(bracket);
    need_comma_ = true;
}

void Writer::key(std::string_view name) {
    before_value();
    append_string(out_, name);
    out_.push_back(':');
    need_comma_ = false;
}

void Writer::string(std::string_view value) {
    before_value();
    append_string(out_, value);
}

void Writer::number(std::int64_t value) {
    before_value();
    append_number(out_, value);
}

void Writer::number(double value) {
    if (!std::isfinite(value)) return null();
    before_value();
    append_number(out_, value);
}

void Writer::number_text(std::string_view digits) {
    before_value();
    out_.append(digits);
}

void Writer::boolean(bool value) {
    before_value();
    out_ += value ? "true" : "false";
}

void Writer::null() {
    before_value();
    out_ += "null";
}

void Writer::value(const Value& value) {
    switch (value.kind()) {
        case Kind::Null:
            return null();
        case Kind::Boolean:
            return boolean(value.as_boolean());
        case Kind::Number:
            return number_text(value.text());
        case Kind::String:
            return string(value.text());
        case Kind::Array:
            begin_array();
            for (const Value& item : value.items()) this->value(item);
            return end_array();
        case Kind::Object:
            begin_object();
            for (const auto& [name, member] : value.members()) {
                key(name);
                this->value(member);
            }
            return end_object();
    }
}

void Writer::raw(std::string_view json) {
    before_value();
    out_.append(json);
}

}  // namespace tradewind::json
