#include "crawl/names.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace tradewind::crawl {

namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool beyond_ascii(char c) {
    return (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Where a word begins inside "customerId" and "HTTPStatus".
bool begins_word(std::string_view text, std::size_t at) {
    if (at == 0 || !is_upper(text[at])) return false;
    const char before = text[at - 1];
    if (is_lower(before) || is_digit(before)) return true;
    return is_upper(before) && at + 1 < text.size() && is_lower(text[at + 1]);
}

std::string_view without_suffix(
    std::string_view name, std::initializer_list<const char*> suffixes
) {
    for (const std::string_view suffix : suffixes) {
        if (name.size() > suffix.size() &&
            equal_ignore_case(name.substr(name.size() - suffix.size()), suffix)) {
            return name.substr(0, name.size() - suffix.size());
        }
    }
    return name;
}

}  // namespace

std::string snake_case(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool letter = is_lower(c) || is_upper(c) || is_digit(c) || beyond_ascii(c);
        if (begins_word(text, i) && !name.empty() && name.back() != '_') name += '_';
        if (letter) {
            name += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
    }
    while (name.ends_with('_')) name.pop_back();
    if (!valid_utf8(name)) std::erase_if(name, beyond_ascii);
    if (!name.empty() && is_digit(name.front())) name.insert(name.begin(), '_');
    return name;
}

std::vector<std::string> column_names(const std::vector<std::string>& header) {
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (const std::string& text : header) {
        std::string name = snake_case(text);
        if (name.empty()) name = "column_" + std::to_string(names.size() + 1);
        const std::string first = name;
        for (int i = 2; !taken.insert(name).second; ++i) name = first + "_" + std::to_string(i);
        names.push_back(name);
    }
    return names;
}

std::string stem_of(std::string_view file_name) {
    const std::string_view unpacked = without_suffix(file_name, {".gz", ".gzip", ".zst", ".zstd"});
    return std::string(without_suffix(
        unpacked,
        {".csv", ".tsv", ".psv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet", ".pq", ".xlsx"}
    ));
}

std::string common_stem(const std::vector<std::string>& stems) {
    if (stems.empty()) return "";
    std::string common = stems.front();
    for (const std::string& stem : stems) {
        const auto end = std::ranges::mismatch(common, stem).in1;
        common.erase(end, common.end());
    }
    if (stems.size() == 1) return common;
    const auto trailing = [](char c) { return !is_lower(c) && !is_upper(c) && !beyond_ascii(c); };
    while (!common.empty() && trailing(common.back())) common.pop_back();
    return common;
}

HiveFolder hive_folder(std::string_view name) {
    const auto equals = name.find('=');
    if (equals == std::string_view::npos || equals == 0) return {};
    return {
        std::string(name.substr(0, equals)), url_decode(std::string(name.substr(equals + 1)), false)
    };
}

bool is_dated_folder(std::string_view name) {
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(name, is_digit));
    const auto dashes = static_cast<std::size_t>(std::ranges::count(name, '-'));
    return digits > 0 && digits <= 10 && digits + dashes == name.size() && is_digit(name.front());
}

}  // namespace tradewind::crawl
