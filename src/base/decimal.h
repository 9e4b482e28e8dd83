// Exact decimals: an unscaled integer and a number of digits after the point. Money is never a
// float. Values have at most 18 digits, sums are kept in 128 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind {

constexpr int decimal_precision_max = 18;

// What to do with digits beyond the scale: text and JSON must fit, sheet numbers (doubles such as
// 9.949999999999999) are rounded half away from zero.
enum class ExcessDigits { Refuse, Round };

// "-12.34", "1e3", "+.5" → unscaled at `scale`. InvalidArgument: no number, NaN, or more digits
// than `precision` or `scale` allow (trailing zeros do not count).
Result<std::int64_t> parse_decimal(
    std::string_view text, int precision, int scale, ExcessDigits excess
);

__extension__ typedef __int128 Int128;

// Sums and products: unscaled in 128 bits. `(139120, 3)` prints as "139.120".
std::string format_decimal(Int128 unscaled, int scale);
// Without trailing zeros after the point: "139.12".
std::string format_decimal_short(Int128 unscaled, int scale);

}  // namespace tradewind
