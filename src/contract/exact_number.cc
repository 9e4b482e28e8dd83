#include "contract/exact_number.h"

#include <algorithm>
#include <limits>

namespace tradewind::contract {

namespace {

constexpr std::int64_t digits_kept_max = 19;  // as many as 64 bits always hold

// Gathers digits; zeros wait until a later digit shows that they count.
class Digits {
public:
    void add(int digit, bool after_point) {
        seen_ = true;
        if (after_point) ++fraction_;
        if (digit == 0) {
            if (number_.digit_count > 0) ++zeros_;
            return;
        }
        for (; zeros_ > 0; --zeros_) keep(0);
        keep(digit);
    }
    bool seen() const { return seen_; }
    ExactNumber finish(bool negative, std::int64_t exponent) {
        number_.negative = negative;
        if (number_.digit_count > 0) number_.power = exponent - fraction_ + zeros_;
        return number_;
    }

private:
    void keep(int digit) {
        if (number_.digit_count < digits_kept_max) {
            number_.digits = number_.digits * 10 + static_cast<std::uint64_t>(digit);
        }
        ++number_.digit_count;
    }

    ExactNumber number_;
    std::int64_t zeros_ = 0;
    std::int64_t fraction_ = 0;
    bool seen_ = false;
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool take_sign(std::string_view& text) {
    if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    return negative;
}

// What stands after the 'e'; it must be the rest of the text.
bool scan_exponent(std::string_view text, std::int64_t& exponent) {
    // Far beyond any text's length: no number of digits brings it back into range.
    constexpr std::int64_t exponent_max = 1'000'000'000'000;
    const bool negative = take_sign(text);
    if (text.empty()) return false;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        exponent = std::min(exponent_max, exponent * 10 + (c - '0'));
    }
    if (negative) exponent = -exponent;
    return true;
}

std::uint64_t power_of_ten(std::int64_t exponent) {
    std::uint64_t value = 1;
    for (std::int64_t i = 0; i < exponent; ++i) value *= 10;
    return value;
}

}  // namespace

std::optional<ExactNumber> scan_number(std::string_view text) {
    const bool negative = take_sign(text);
    Digits digits;
    bool after_point = false;
    std::int64_t exponent = 0;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (is_digit(text[at])) {
            digits.add(text[at] - '0', after_point);
        } else if (text[at] == '.' && !after_point) {
            after_point = true;
        } else {
            break;
        }
    }
    if (!digits.seen()) return std::nullopt;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
        if (!scan_exponent(text.substr(at + 1), exponent)) return std::nullopt;
    }
    return digits.finish(negative, exponent);
}

Fit to_integer(const ExactNumber& number, std::int64_t& out) {
    if (number.power < 0) return Fit::TooManyDigits;
    if (number.digit_count + number.power > digits_kept_max) return Fit::TooLarge;
    const std::uint64_t size = number.digits * power_of_ten(number.power);
    const std::uint64_t size_max =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) +
        (number.negative ? 1 : 0);
    if (size > size_max) return Fit::TooLarge;
    // Negated as unsigned: the least value has no positive counterpart.
    out = static_cast<std::int64_t>(number.negative ? 0 - size : size);
    return Fit::Ok;
}

Fit to_decimal(const ExactNumber& number, int precision, int scale, std::int64_t& out) {
    const std::int64_t shift = number.power + scale;
    if (number.digit_count == 0) {
        out = 0;
        return Fit::Ok;
    }
    if (number.digit_count + shift > precision) return Fit::TooLarge;
    if (shift < 0) return Fit::TooManyDigits;
    const auto size = static_cast<std::int64_t>(number.digits * power_of_ten(shift));
    out = number.negative ? -size : size;
    return Fit::Ok;
}

}  // namespace tradewind::contract
