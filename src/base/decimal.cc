#include "base/decimal.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace tradewind {

namespace {

// |value| = digits × 10^exponent; digits may have leading zeros removed and never end in '0'.
struct Scanned {
    bool negative = false;
    std::string_view whole;     // digits before the point
    std::string_view fraction;  // digits after it
    std::int64_t exponent = 0;
};

Error not_a_number(std::string_view text) {
    return Error(
        ErrorCode::InvalidArgument, "not a number: '" + std::string(text.substr(0, 64)) + "'"
    );
}

std::string_view take_digits(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && text[size] >= '0' && text[size] <= '9') ++size;
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

// Takes a sign; true for '-'.
bool take_sign(std::string_view& text) {
    if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    return negative;
}

bool scan_exponent(std::string_view& text, std::int64_t& exponent) {
    // Far beyond any text's length, so that no number of digits can bring it back into range.
    constexpr std::int64_t exponent_max = 1'000'000'000'000;
    text.remove_prefix(1);
    const bool negative = take_sign(text);
    const std::string_view digits = take_digits(text);
    for (const char c : digits) exponent = std::min(exponent_max, exponent * 10 + (c - '0'));
    if (negative) exponent = -exponent;
    return !digits.empty();
}

bool scan(std::string_view text, Scanned& out) {
    out.negative = take_sign(text);
    out.whole = take_digits(text);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        out.fraction = take_digits(text);
    }
    if (out.whole.empty() && out.fraction.empty()) return false;
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        if (!scan_exponent(text, out.exponent)) return false;
    }
    return text.empty();
}

// The digits of a scanned number from its first that is not zero to its last that is not zero.
class Significant {
public:
    explicit Significant(const Scanned& number) : number_(number) {
        const std::size_t total = number.whole.size() + number.fraction.size();
        end_ = total;
        while (begin_ < total && raw(begin_) == '0') ++begin_;
        while (end_ > begin_ && raw(end_ - 1) == '0') --end_;
        // Power of ten of the last digit.
        last_power_ = number.exponent - static_cast<std::int64_t>(number.fraction.size()) +
                      static_cast<std::int64_t>(total - end_);
    }

    std::int64_t size() const { return static_cast<std::int64_t>(end_ - begin_); }
    std::int64_t last_power() const { return last_power_; }
    int digit(std::int64_t index) const {
        return raw(begin_ + static_cast<std::size_t>(index)) - '0';
    }

private:
    char raw(std::size_t index) const {
        return index < number_.whole.size() ? number_.whole[index]
                                            : number_.fraction[index - number_.whole.size()];
    }

    const Scanned& number_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::int64_t last_power_ = 0;
};

std::int64_t power_of_ten(int exponent) {
    std::int64_t value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

Error too_large(std::string_view text, int precision, int scale) {
    return Error(
               ErrorCode::InvalidArgument,
               "number too large for DECIMAL(" + std::to_string(precision) + "," +
                   std::to_string(scale) + "): '" + std::string(text.substr(0, 64)) + "'"
    )
        .with_detail(
            "At most " + std::to_string(precision - scale) + " digits fit before the point."
        );
}

}  // namespace

Result<std::int64_t> parse_decimal(
    std::string_view text, int precision, int scale, ExcessDigits excess
) {
    CHECK(precision >= 1 && precision <= decimal_precision_max && scale >= 0 && scale <= precision);
    Scanned scanned;
    if (!scan(text, scanned)) return not_a_number(text);
    const Significant digits(scanned);
    if (digits.size() == 0) return 0;
    const std::int64_t shift = digits.last_power() + scale;
    if (shift < 0 && excess == ExcessDigits::Refuse) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "too many digits after the point: '" + std::string(text.substr(0, 64)) + "'"
        )
            .with_detail(
                "At most " + std::to_string(scale) + " are kept here; none is dropped silently."
            );
    }
    const std::int64_t kept = digits.size() + std::min<std::int64_t>(shift, 0);
    if (digits.size() + shift > precision) return too_large(text, precision, scale);
    std::int64_t value = 0;
    for (std::int64_t i = 0; i < kept; ++i) value = value * 10 + digits.digit(i);
    if (shift > 0) value *= power_of_ten(static_cast<int>(shift));
    if (shift < 0 && kept >= 0 && digits.digit(kept) >= 5) ++value;
    if (value >= power_of_ten(precision)) return too_large(text, precision, scale);
    return scanned.negative ? -value : value;
}

std::string format_decimal(Int128 unscaled, int scale) {
    CHECK(scale >= 0 && scale <= 2 * decimal_precision_max);
    __extension__ typedef unsigned __int128 Unsigned;
    // Negated as unsigned: the least value has no positive counterpart.
    Unsigned rest =
        unscaled < 0 ? -static_cast<Unsigned>(unscaled) : static_cast<Unsigned>(unscaled);
    std::string reversed;
    for (int written = 0; rest != 0 || written <= scale; ++written) {
        if (written == scale && scale > 0) reversed.push_back('.');
        reversed.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    }
    if (unscaled < 0) reversed.push_back('-');
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

std::string format_decimal_short(Int128 unscaled, int scale) {
    std::string text = format_decimal(unscaled, scale);
    if (scale == 0) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace tradewind
