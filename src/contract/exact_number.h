// Numbers as people and programs write them, taken apart without losing a digit.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tradewind::contract {

// (-1)^negative × digits × 10^power. `digits` ends in no zero (zero itself is 0 × 10^0).
struct ExactNumber {
    bool negative = false;
    std::uint64_t digits = 0;      // the first 19 when there are more
    std::int64_t digit_count = 0;  // from the first that is not zero to the last that is not
    std::int64_t power = 0;
};

// "-12.50", "1e3", "+.5", "007". Nothing: the text is no number (so are "", "NaN", "0x1", "1,000").
std::optional<ExactNumber> scan_number(std::string_view text);

enum class Fit { Ok, TooManyDigits, TooLarge };

// The 64-bit integer it is; TooManyDigits: it has a fraction.
Fit to_integer(const ExactNumber& number, std::int64_t& out);
// Unscaled at `scale`; TooManyDigits: digits beyond the scale that are not zero.
Fit to_decimal(const ExactNumber& number, int precision, int scale, std::int64_t& out);

// The usual case in one pass: a sign and at most 18 digits, nothing else.
inline bool scan_small_integer(std::string_view text, std::int64_t& out) {
    std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
    const bool negative = at == 1;
    if (at == text.size() || text.size() - at > 18) return false;
    std::int64_t value = 0;
    for (; at < text.size(); ++at) {
        const unsigned digit = static_cast<unsigned char>(text[at]) - unsigned{'0'};
        if (digit > 9) return false;
        value = value * 10 + digit;
    }
    out = negative ? -value : value;
    return true;
}

}  // namespace tradewind::contract
