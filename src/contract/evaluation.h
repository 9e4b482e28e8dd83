// Values while an expression is computed.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace tradewind::contract {

// Exact: a decimal whose scale is known when the expression is parsed.
enum class ValueKind { Null, Boolean, Exact, Real, Text, Date, Timestamp };

struct ValueType {
    ValueKind kind = ValueKind::Null;
    int scale = 0;  // of Exact
    bool operator==(const ValueType&) const = default;
};

// Everything but Real and Text is in `exact` (decimals unscaled, booleans 0 and 1).
struct Value {
    bool null = true;
    Int128 exact = 0;
    double real = 0;
    std::string_view text;

    static Value of_exact(Int128 value) { return {false, value, 0, {}}; }
    static Value of_real(double value) { return {false, 0, value, {}}; }
    static Value of_text(std::string_view value) { return {false, 0, 0, value}; }
};

// What the computation of one row needs: its texts, and its first failure. One thread.
class Evaluation {
public:
    // Texts that were made live until the next row.
    void next_row() {
        texts_used_ = 0;
        failure_.clear();
    }
    // An empty text to write to.
    std::string& new_text() {
        if (texts_used_ == texts_.size()) texts_.emplace_back();
        std::string& text = texts_[texts_used_++];
        text.clear();
        return text;
    }
    // Null, so that it can be returned as the value. Only the first failure is kept.
    Value fail(const char* why) {
        if (failure_.empty()) failure_ = why;
        return {};
    }
    bool failed() const { return !failure_.empty(); }
    const std::string& failure() const { return failure_; }

private:
    std::deque<std::string> texts_;  // a deque: texts stay where they are
    std::size_t texts_used_ = 0;
    std::string failure_;
};

}  // namespace tradewind::contract
