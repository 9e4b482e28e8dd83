// Text helpers: encodings, case, numbers, distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tradewind {

bool valid_utf8(std::string_view bytes);
// Bytes of the valid UTF-8 sequence at the front (1–4); 0 when there is none.
std::size_t utf8_sequence(std::string_view bytes);
// Byte by byte: ISO-8859-1 maps to the code point of the same number.
std::string latin1_to_utf8(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);  // no padding
Result<std::string> base64_decode(std::string_view text);
Result<std::string> base64url_decode(std::string_view text);
std::string url_decode(std::string_view text, bool plus_is_space);  // bad escapes stay as they are
std::string url_encode(std::string_view text);                      // RFC 3986 unreserved stay
std::string hex_encode(std::string_view bytes);

std::string to_lower_ascii(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
bool equal_ignore_case(std::string_view a, std::string_view b);
// Shell-style: * ? [abc]; no path meaning.
bool matches_glob(std::string_view text, std::string_view pattern);

// Whole text is one integer; nothing otherwise.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_double(std::string_view text);
// "512MiB", "4 GB", "10000": bytes (KB, MB, GB count in thousands, KiB and bare K in 1024s).
// "60s", "5m", "24h", "500ms", "7d": microseconds.
Result<std::int64_t> parse_bytes(std::string_view text);
Result<std::int64_t> parse_duration_us(std::string_view text);
std::string format_count(std::int64_t n);         // 541,909
std::string format_bytes(std::int64_t n);         // 43.5 MiB
std::string format_duration_us(std::int64_t us);  // 1.8 s, 2 min 5 s

// The known name nearest to `name` by edit distance, when near enough to be what was meant.
std::optional<std::string> nearest(
    std::string_view name, const std::vector<std::string_view>& known
);

}  // namespace tradewind
