#include "base/text.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace tradewind {

namespace {

bool continuation(
    std::string_view bytes, std::size_t at, unsigned low = 0x80, unsigned high = 0xbf
) {
    if (at >= bytes.size()) return false;
    const auto byte = static_cast<unsigned char>(bytes[at]);
    return byte >= low && byte <= high;
}

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Does the set at the front of `pattern`, which starts with '[', hold c? Moves past the set;
// a '[' without its ']' is an ordinary character.
bool glob_set_holds(std::string_view& pattern, char c) {
    std::size_t at = 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) ++at;
    bool found = false;
    for (const std::size_t first = at; at < pattern.size(); ++at) {
        if (pattern[at] == ']' && at > first) {
            pattern.remove_prefix(at + 1);
            return found != negated;
        }
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
            found = found || (pattern[at] <= c && c <= pattern[at + 2]);
            at += 2;
        } else {
            found = found || pattern[at] == c;
        }
    }
    pattern.remove_prefix(1);
    return c == '[';
}

// One character of text against the front of the pattern; moves the pattern on when it fits.
bool glob_step(std::string_view& pattern, char c) {
    if (pattern.empty()) return false;
    std::string_view rest = pattern;
    bool fits = false;
    if (rest.front() == '[') {
        fits = glob_set_holds(rest, c);
    } else {
        fits = rest.front() == '?' || rest.front() == c;
        rest.remove_prefix(1);
    }
    if (fits) pattern = rest;
    return fits;
}

// Edit distance in which a swap of neighbours counts as one edit, as typing errors do.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

std::size_t utf8_sequence(std::string_view bytes) {
    if (bytes.empty()) return 0;
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return continuation(bytes, 1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        // No overlong forms (E0 80…) and no surrogates (ED A0…).
        const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = lead == 0xed ? 0x9f : 0xbf;
        return continuation(bytes, 1, low, high) && continuation(bytes, 2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
        return continuation(bytes, 1, low, high) && continuation(bytes, 2) && continuation(bytes, 3)
                   ? 4
                   : 0;
    }
    return 0;
}

bool valid_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::string latin1_to_utf8(std::string_view bytes) {
    // Twice the size is the most it can become; written through a pointer, as this runs over whole
    // files.
    std::string out(bytes.size() * 2, '\0');
    char* at = out.data();
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            *at++ = c;
        } else {
            *at++ = static_cast<char>(0xc0 | (byte >> 6));
            *at++ = static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    out.resize(static_cast<std::size_t>(at - out.data()));
    return out;
}

std::string to_lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find(separator, begin);
        parts.emplace_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

bool equal_ignore_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

bool matches_glob(std::string_view text, std::string_view pattern) {
    // Where to come back to: after the last star, with one more character swallowed by it.
    std::string_view star_pattern, star_text;
    bool starred = false;
    while (true) {
        if (!pattern.empty() && pattern.front() == '*') {
            pattern.remove_prefix(1);
            star_pattern = pattern;
            star_text = text;
            starred = true;
        } else if (text.empty()) {
            if (pattern.empty()) return true;
            return false;
        } else if (glob_step(pattern, text.front())) {
            text.remove_prefix(1);
        } else {
            if (!starred || star_text.empty()) return false;
            star_text.remove_prefix(1);
            text = star_text;
            pattern = star_pattern;
        }
    }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '-') return std::nullopt;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_double(std::string_view text) {
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '-') return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> nearest(
    std::string_view name, const std::vector<std::string_view>& known
) {
    // A third of the letters may be wrong; names far longer than any known one are no typing error.
    constexpr std::size_t name_bytes_max = 256;
    if (name.empty() || name.size() > name_bytes_max) return std::nullopt;
    const std::string lowered = to_lower_ascii(name);
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        if (candidate.size() > name_bytes_max) continue;
        const std::size_t distance = edit_distance(lowered, to_lower_ascii(candidate));
        if (distance < best_distance && distance < candidate.size()) {
            best_distance = distance;
            best = std::string(candidate);
        }
    }
    return best;
}

}  // namespace tradewind
