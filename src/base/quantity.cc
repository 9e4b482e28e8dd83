// Quantities as people write them: sizes, durations, counts (text.h).
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace tradewind {

namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array byte_units = {
    Unit{"", 1},
    Unit{"b", 1},
    Unit{"k", 1024.0},
    Unit{"kb", 1e3},
    Unit{"kib", 1024.0},
    Unit{"m", 1048576.0},
    Unit{"mb", 1e6},
    Unit{"mib", 1048576.0},
    Unit{"g", 0x1p30},
    Unit{"gb", 1e9},
    Unit{"gib", 0x1p30},
    Unit{"t", 0x1p40},
    Unit{"tb", 1e12},
    Unit{"tib", 0x1p40},
};

constexpr std::array duration_units = {
    Unit{"us", 1},
    Unit{"µs", 1},
    Unit{"ms", 1e3},
    Unit{"s", 1e6},
    Unit{"m", 60e6},
    Unit{"min", 60e6},
    Unit{"h", 3600e6},
    Unit{"d", 86400e6},
    Unit{"w", 604800e6},
};

// A number that is not negative, blanks, a unit.
template <std::size_t N>
std::optional<std::int64_t> parse_quantity(
    std::string_view text, const std::array<Unit, N>& units
) {
    text = trim(text);
    double amount = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
    if (error != std::errc{} || !(amount >= 0)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string unit = to_lower_ascii(trim(text));
    for (const Unit& known : units) {
        if (known.name != unit) continue;
        const double value = std::round(amount * known.factor);
        if (!(value < static_cast<double>(std::numeric_limits<std::int64_t>::max())))
            return std::nullopt;
        return static_cast<std::int64_t>(value);
    }
    return std::nullopt;
}

std::string one_decimal(double value) {
    std::array<char, 64> buffer;
    const auto [end, error] = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 1
    );
    return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string two_units(
    std::int64_t big, const char* big_name, std::int64_t small, const char* small_name
) {
    std::string out = std::to_string(big) + " " + big_name;
    if (small > 0) out += " " + std::to_string(small) + " " + small_name;
    return out;
}

}  // namespace

Result<std::int64_t> parse_bytes(std::string_view text) {
    if (const auto value = parse_quantity(text, byte_units)) return *value;
    return Error(
               ErrorCode::InvalidArgument, "not a size: '" + std::string(text.substr(0, 64)) + "'"
    )
        .with_hint("Write a number and a unit, such as 512MiB or 4GB.");
}

Result<std::int64_t> parse_duration_us(std::string_view text) {
    if (const auto value = parse_quantity(text, duration_units)) return *value;
    return Error(
               ErrorCode::InvalidArgument,
               "not a duration: '" + std::string(text.substr(0, 64)) + "'"
    )
        .with_hint("Write a number and a unit, such as 500ms, 60s, 5m, 24h or 7d.");
}

std::string format_count(std::int64_t n) {
    std::string digits = std::to_string(n);
    const std::size_t first = n < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string format_bytes(std::int64_t n) {
    static constexpr std::array names = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = static_cast<double>(n);
    if (std::abs(value) < 1024) return std::to_string(n) + " B";
    std::size_t unit = 0;
    // 1023.95 and more would be rounded to "1024.0".
    for (value /= 1024; std::abs(value) >= 1023.95 && unit + 1 < names.size(); ++unit)
        value /= 1024;
    return one_decimal(value) + " " + names[unit];
}

std::string format_duration_us(std::int64_t us) {
    if (us < 0) {
        if (us == std::numeric_limits<std::int64_t>::min()) ++us;
        return "-" + format_duration_us(-us);
    }
    if (us < 1000) return std::to_string(us) + " µs";
    if (us < 999'950) return one_decimal(static_cast<double>(us) / 1e3) + " ms";
    if (us < 59'950'000) return one_decimal(static_cast<double>(us) / 1e6) + " s";
    const std::int64_t seconds = us / 1'000'000 + (us % 1'000'000 >= 500'000 ? 1 : 0);
    if (seconds < 3600) return two_units(seconds / 60, "min", seconds % 60, "s");
    const std::int64_t minutes = seconds / 60;
    if (minutes < 1440) return two_units(minutes / 60, "h", minutes % 60, "min");
    return two_units(minutes / 1440, "d", minutes % 1440 / 60, "h");
}

}  // namespace tradewind
