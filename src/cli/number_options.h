// Options that are numbers: the parser's own checks print a range in 300 digits, and take what no
// integer holds.
#pragma once

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace tradewind::cli {

// Finite ones: the parser's own checks take "nan", and print the largest double in full.
inline CLI::Validator number_from(double least, bool itself, const char* wanted) {
    return {
        [=](const std::string& text) -> std::string {
            const auto number = parse_double(text);
            const bool fits = number && std::isfinite(*number) &&
                              (*number > least || (itself && *number == least));
            return fits ? "" : "'" + text + "' is not " + wanted;
        },
        ""
    };
}

inline CLI::Validator more_than_zero() {
    return number_from(0, false, "a number above 0");
}

inline CLI::Validator zero_or_more() {
    return number_from(0, true, "a number from 0 on");
}

// As many as the server gives of one query.
inline constexpr std::int64_t rows_most = std::int64_t{1} << 40;

inline CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
    return {
        [=](const std::string& text) -> std::string {
            const auto number = parse_integer(text);
            if (number && *number >= least && *number <= most) return "";
            return "'" + text + "' is not a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most);
        },
        ""
    };
}

}  // namespace tradewind::cli
