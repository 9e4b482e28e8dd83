// JSON: a small document tree for settings, manifests and requests, and a writer that appends to a
// string. Numbers keep their digits as written, so decimals stay exact. Hot paths (records at the
// door) parse with simdjson in their own adapter instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tradewind::json {

enum class Kind { Null, Boolean, Number, String, Array, Object };

// A document's value. Objects keep the order of their members; the last of equal names counts.
class Value {
public:
    Value() = default;
    static Value boolean(bool value);
    static Value number(std::int64_t value);
    // `digits` must be a JSON number.
    static Value number_text(std::string digits);
    static Value string(std::string value);
    static Value array();
    static Value object();

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::Null; }
    bool as_boolean() const { return boolean_; }
    // The string's text, or the number's digits.
    const std::string& text() const { return text_; }
    // The number as an integer; InvalidArgument when it is none or does not fit.
    Result<std::int64_t> as_integer() const;
    Result<double> as_double() const;

    const std::vector<Value>& items() const { return items_; }
    const std::vector<std::pair<std::string, Value>>& members() const { return members_; }
    // The member of that name, or nullptr.
    const Value* find(std::string_view name) const;
    // The member's text / integer, or the fallback when absent or of another kind.
    std::string text_or(std::string_view name, std::string fallback) const;
    std::int64_t integer_or(std::string_view name, std::int64_t fallback) const;
    bool boolean_or(std::string_view name, bool fallback) const;

    Value& add(Value item);                     // to an array; returns the item
    Value& set(std::string name, Value value);  // in an object; returns the value
    Value& set(std::string name, std::string value) {
        return set(std::move(name), string(std::move(value)));
    }
    Value& set(std::string name, const char* value) { return set(std::move(name), string(value)); }
    Value& set(std::string name, std::int64_t value) { return set(std::move(name), number(value)); }
    Value& set(std::string name, bool value) { return set(std::move(name), boolean(value)); }
    // All members of an object at once, for large ones: set() looks for an equal name each time.
    void set_members(std::vector<std::pair<std::string, Value>> members);

    std::string dump() const;         // one line
    std::string dump_pretty() const;  // two spaces a level

private:
    Kind kind_ = Kind::Null;
    bool boolean_ = false;
    std::string text_;
    std::vector<Value> items_;
    std::vector<std::pair<std::string, Value>> members_;
};

// Parses one document. InvalidArgument with line and column (in bytes) when it is no JSON, not
// UTF-8, or nested deeper than limits::json_depth_max.
Result<Value> parse(std::string_view text);

// Does the whole text follow JSON's grammar of numbers ("-0.5e3"; not "01", "+1", ".5", "NaN")?
bool is_number(std::string_view text);

// Appends `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text);

// Writes JSON from left to right into a string that the caller owns. Commas are its own business.
//   Writer w(out); w.begin_object(); w.key("total"); w.number_text("139.12"); w.end_object();
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);
    void string(std::string_view value);
    void number(std::int64_t value);
    void number(double value);                  // shortest round-trip; not finite → null
    void number_text(std::string_view digits);  // a decimal, as it stands
    void boolean(bool value);
    void null();
    void value(const Value& value);
    void raw(std::string_view json);  // one whole value, already JSON

private:
    void before_value();
    void open(char bracket);
    void close(char bracket);

    std::string& out_;
    bool need_comma_ = false;
};

}  // namespace tradewind::json
