#include "stream/checked_text.h"

#include <charconv>

#include "base/hash.h"
#include "base/text.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view checksum_name = "crc32c ";

std::string checksum_line(std::string_view text) {
    return std::string(checksum_name) + hex64(crc32c(text)) + "\n";
}

}  // namespace

std::string hex64(std::uint64_t value) {
    std::string digits(16, '0');
    for (std::size_t i = digits.size(); i > 0; --i, value >>= 4) {
        digits[i - 1] = "0123456789abcdef"[value & 15];
    }
    return digits;
}

std::optional<std::uint64_t> parse_hex64(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    // Only what hex64 gives: 16 lower-case digits.
    if (!whole || hex64(value) != digits) return std::nullopt;
    return value;
}

std::string with_checksum(std::string text) {
    text += checksum_line(text);
    return text;
}

std::optional<std::vector<std::string>> checked_lines(std::string_view text) {
    const std::size_t at = text.rfind(checksum_name);
    if (at == std::string_view::npos || text.substr(at) != checksum_line(text.substr(0, at))) {
        return std::nullopt;
    }
    std::vector<std::string> lines = split(text.substr(0, at), '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

}  // namespace tradewind::stream
