#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/check.h"
#include "base/decimal.h"
#include "base/text.h"

namespace tradewind::json {

namespace {

constexpr std::size_t indent_width = 2;

void append_pretty(std::string& out, const Value& value, int depth);

void new_line(std::string& out, int depth) {
    out.push_back('\n');
    out.append(static_cast<std::size_t>(depth) * indent_width, ' ');
}

void append_pretty_members(std::string& out, const Value& value, int depth) {
    out.push_back('{');
    bool first = true;
    for (const auto& [name, member] : value.members()) {
        if (!first) out.push_back(',');
        first = false;
        new_line(out, depth + 1);
        append_string(out, name);
        out += ": ";
        append_pretty(out, member, depth + 1);
    }
    new_line(out, depth);
    out.push_back('}');
}

void append_pretty_items(std::string& out, const Value& value, int depth) {
    out.push_back('[');
    bool first = true;
    for (const Value& item : value.items()) {
        if (!first) out.push_back(',');
        first = false;
        new_line(out, depth + 1);
        append_pretty(out, item, depth + 1);
    }
    new_line(out, depth);
    out.push_back(']');
}

void append_pretty(std::string& out, const Value& value, int depth) {
    if (value.kind() == Kind::Object && !value.members().empty()) {
        append_pretty_members(out, value, depth);
    } else if (value.kind() == Kind::Array && !value.items().empty()) {
        append_pretty_items(out, value, depth);
    } else {
        Writer(out).value(value);
    }
}

using Members = std::vector<std::pair<std::string, Value>>;

// Few members are compared with each other: that is faster than a set, and no record has many.
bool few_and_all_different(const Members& members) {
    constexpr std::size_t few = 24;
    if (members.size() > few) return false;
    for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (members[i].first == members[j].first) return false;
        }
    }
    return true;
}

// Which members a later one of the same name replaces; empty when none.
std::vector<bool> find_shadowed(const Members& members) {
    if (few_and_all_different(members)) return {};
    std::unordered_set<std::string_view> seen;
    std::vector<bool> shadowed(members.size(), false);
    for (std::size_t i = members.size(); i-- > 0;) {
        shadowed[i] = !seen.insert(members[i].first).second;
    }
    return seen.size() == members.size() ? std::vector<bool>() : shadowed;
}

}  // namespace

Value Value::boolean(bool value) {
    Value out;
    out.kind_ = Kind::Boolean;
    out.boolean_ = value;
    return out;
}

Value Value::number(std::int64_t value) {
    return number_text(std::to_string(value));
}

Value Value::number_text(std::string digits) {
    CHECK(is_number(digits));
    Value out;
    out.kind_ = Kind::Number;
    out.text_ = std::move(digits);
    return out;
}

Value Value::string(std::string value) {
    Value out;
    out.kind_ = Kind::String;
    out.text_ = std::move(value);
    return out;
}

Value Value::array() {
    Value out;
    out.kind_ = Kind::Array;
    return out;
}

Value Value::object() {
    Value out;
    out.kind_ = Kind::Object;
    return out;
}

Result<std::int64_t> Value::as_integer() const {
    if (kind_ == Kind::Number) {
        if (const auto value = parse_integer(text_)) return *value;
        // 1e3 and 2.0 are integers too.
        auto value = parse_decimal(text_, decimal_precision_max, 0, ExcessDigits::Refuse);
        if (value.ok()) return value;
        return Error(ErrorCode::InvalidArgument, "not a 64-bit integer: " + text_.substr(0, 64));
    }
    return Error(ErrorCode::InvalidArgument, "an integer is wanted here");
}

Result<double> Value::as_double() const {
    if (kind_ != Kind::Number) return Error(ErrorCode::InvalidArgument, "a number is wanted here");
    if (const auto value = parse_double(text_)) return *value;
    return Error(
        ErrorCode::InvalidArgument, "number outside the range of a double: " + text_.substr(0, 64)
    );
}

const Value* Value::find(std::string_view name) const {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
        if (member->first == name) return &member->second;
    }
    return nullptr;
}

std::string Value::text_or(std::string_view name, std::string fallback) const {
    const Value* member = find(name);
    if (member == nullptr || member->kind_ != Kind::String) return fallback;
    return member->text_;
}

std::int64_t Value::integer_or(std::string_view name, std::int64_t fallback) const {
    const Value* member = find(name);
    if (member == nullptr) return fallback;
    const auto value = member->as_integer();
    return value.ok() ? *value : fallback;
}

bool Value::boolean_or(std::string_view name, bool fallback) const {
    const Value* member = find(name);
    return member != nullptr && member->kind_ == Kind::Boolean ? member->boolean_ : fallback;
}

Value& Value::add(Value item) {
    CHECK(kind_ == Kind::Array);
    items_.push_back(std::move(item));
    return items_.back();
}

Value& Value::set(std::string name, Value value) {
    CHECK(kind_ == Kind::Object);
    for (auto& member : members_) {
        if (member.first == name) return member.second = std::move(value);
    }
    members_.emplace_back(std::move(name), std::move(value));
    return members_.back().second;
}

void Value::set_members(std::vector<std::pair<std::string, Value>> members) {
    CHECK(kind_ == Kind::Object);
    members_ = std::move(members);
    const std::vector<bool> shadowed = find_shadowed(members_);
    if (shadowed.empty()) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (shadowed[i]) continue;
        if (kept != i) members_[kept] = std::move(members_[i]);
        ++kept;
    }
    members_.resize(kept);
}

std::string Value::dump() const {
    std::string out;
    Writer(out).value(*this);
    return out;
}

std::string Value::dump_pretty() const {
    std::string out;
    append_pretty(out, *this, 0);
    return out;
}

}  // namespace tradewind::json
