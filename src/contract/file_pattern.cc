// Which names of files a source's patterns speak of, and which date they tell.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "contract/contract.h"

namespace tradewind::contract {

namespace {

constexpr std::string_view date_word = "{date}";

using Parts = std::vector<std::string>;

std::string_view without_packing(std::string_view name) {
    for (const std::string_view ending : {".gz", ".zst"}) {
        if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

bool name_fits(std::string_view name, std::string_view pattern) {
    return matches_glob(name, pattern) || matches_glob(without_packing(name), pattern);
}

// The name's own part, with the folders above it that the pattern speaks of; nothing: there are too
// few of them.
std::optional<Parts> parts_for(std::string_view path, const Parts& wanted) {
    Parts parts = split(to_lower_ascii(path), '/');
    if (wanted.size() > parts.size()) return std::nullopt;
    parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(wanted.size()));
    return parts;
}

bool parts_fit(const Parts& parts, const Parts& wanted) {
    if (!name_fits(parts.back(), wanted.back())) return false;
    for (std::size_t i = 0; i + 1 < wanted.size(); ++i) {
        if (!matches_glob(parts[i], wanted[i])) return false;
    }
    return true;
}

bool digits_at(std::string_view text, std::size_t begin, std::size_t count) {
    return std::all_of(
        text.begin() + static_cast<std::ptrdiff_t>(begin),
        text.begin() + static_cast<std::ptrdiff_t>(begin + count),
        [](char c) { return c >= '0' && c <= '9'; }
    );
}

// The digits of "2025-07-01" or "20250701" at the text's beginning; empty: there is neither.
std::string date_digits(std::string_view text) {
    const bool dashed = text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
                        digits_at(text, 0, 4) && digits_at(text, 5, 2) && digits_at(text, 8, 2);
    if (dashed) {
        return std::string(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8, 2));
    }
    if (text.size() >= 8 && digits_at(text, 0, 8)) return std::string(text.substr(0, 8));
    return "";
}

std::optional<std::int64_t> date_at(std::string_view text) {
    const std::string digits = date_digits(text);
    if (digits.empty()) return std::nullopt;
    const auto number = [&](std::size_t begin, std::size_t count) {
        return static_cast<int>(*parse_integer(std::string_view(digits).substr(begin, count)));
    };
    CivilTime civil;
    civil.year = number(0, 4);
    civil.month = number(4, 2);
    civil.day = number(6, 2);
    if (!civil_exists(civil)) return std::nullopt;
    return to_days(from_civil(civil));
}

std::string with_date(std::string pattern, const std::string& date) {
    for (std::size_t at = 0; (at = pattern.find(date_word, at)) != std::string::npos;)
        pattern.replace(at, date_word.size(), date);
    return pattern;
}

// As parts_fit, in either way of writing the date; packed files by what they are called unpacked.
bool fits_on(const Parts& parts, const Parts& wanted, std::int64_t days) {
    const std::string dashed = format_date(days);
    std::string plain = dashed;
    std::erase(plain, '-');
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const bool last = i + 1 == wanted.size();
        const auto fits = [&](const std::string& date) {
            const std::string pattern = with_date(wanted[i], date);
            return last ? name_fits(parts[i], pattern) : matches_glob(parts[i], pattern);
        };
        if (!fits(dashed) && !fits(plain)) return false;
    }
    return true;
}

std::optional<std::int64_t> date_of(const Parts& parts, const Parts& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].find(date_word) == std::string::npos) continue;
        for (std::size_t at = 0; at < parts[i].size(); ++at) {
            const auto days = date_at(std::string_view(parts[i]).substr(at));
            if (days && fits_on(parts, wanted, *days)) return days;
        }
        return std::nullopt;  // every {date} is the same one: it would have been found here
    }
    return std::nullopt;
}

}  // namespace

bool file_fits(std::string_view path, std::string_view pattern) {
    const std::string lowered = to_lower_ascii(pattern);
    if (lowered.find(date_word) != std::string::npos) return file_date(path, pattern).has_value();
    const Parts wanted = split(lowered, '/');
    const auto parts = parts_for(path, wanted);
    return parts && parts_fit(*parts, wanted);
}

bool takes_file(const Contract& contract, std::string_view path) {
    return std::ranges::any_of(contract.file_patterns(), [&](const std::string& pattern) {
        return file_fits(path, pattern);
    });
}

std::optional<std::int64_t> file_date(std::string_view path, std::string_view pattern) {
    const Parts wanted = split(to_lower_ascii(pattern), '/');
    const auto parts = parts_for(path, wanted);
    return parts ? date_of(*parts, wanted) : std::nullopt;
}

std::optional<std::int64_t> file_date(const Contract& contract, std::string_view path) {
    for (const std::string& pattern : contract.file_patterns()) {
        if (const auto days = file_date(path, pattern)) return days;
    }
    return std::nullopt;
}

}  // namespace tradewind::contract
