#include "draft/patterns.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "contract/contract.h"
#include "os/filesystem.h"

namespace tradewind::draft {

namespace {

using Patterns = std::vector<std::string>;

// Names written out one by one, where nothing shorter tells them from others.
constexpr std::size_t names_max = 100;
constexpr std::size_t depths_max = 8;

bool any_fits(const Patterns& patterns, const std::string& path) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return contract::file_fits(path, pattern);
    });
}

bool tells_apart(
    const Patterns& patterns, const std::vector<FoundTable>& tables, std::size_t index
) {
    if (patterns.empty()) return false;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        for (const std::string& file : tables[i].files) {
            if (any_fits(patterns, file) != (i == index)) return false;
        }
    }
    return true;
}

// "orders.csv.gz" → "orders" and ".csv": what says that a file is packed need not be said.
struct Parts {
    std::string stem;
    std::string ending;
};

Parts parts_of(std::string_view name) {
    const std::string lower = to_lower_ascii(name);
    for (const std::string_view packing : {".gz", ".zst"}) {
        if (lower.ends_with(packing)) name.remove_suffix(packing.size());
    }
    const auto point = name.rfind('.');
    if (point == std::string_view::npos || point == 0) return {std::string(name), ""};
    return {std::string(name.substr(0, point)), std::string(name.substr(point))};
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Without a date or number at its end: "sales_2024-01-02" → "sales".
std::string without_number(std::string stem) {
    while (!stem.empty() && !is_letter(stem.back())) stem.pop_back();
    return stem;
}

// A bracket, brace or star in a name would be taken for a pattern.
std::string escaped(std::string_view name) {
    constexpr std::string_view special = "[]{}*";
    std::string out;
    for (const char c : name) out += special.find(c) == std::string_view::npos ? c : '?';
    return out;
}

std::set<std::string> endings_of(const FoundTable& table) {
    std::set<std::string> endings;
    for (const std::string& file : table.files)
        endings.insert(to_lower_ascii(parts_of(os::base_name(file)).ending));
    return endings;
}

Patterns by_begin(const FoundTable& table) {
    const std::string begin = common_begin(table);
    Patterns patterns;
    for (const std::string& ending : endings_of(table))
        patterns.push_back(escaped(begin) + "*" + escaped(ending));
    return patterns;
}

// "orders/*/*.csv": the table's folder, what lies between, any name.
Patterns by_folder(const FoundTable& table) {
    std::set<std::string> patterns;
    const std::string folder = escaped(os::base_name(table.root));
    for (const std::string& file : table.files) {
        if (!file.starts_with(table.root + "/")) return {};
        const std::string_view below = std::string_view(file).substr(table.root.size() + 1);
        std::string pattern = folder + "/";
        for (const char c : below) pattern += c == '/' ? "*/" : "";
        patterns.insert(pattern + "*" + to_lower_ascii(parts_of(os::base_name(file)).ending));
        if (patterns.size() > depths_max) return {};
    }
    return {patterns.begin(), patterns.end()};
}

Patterns by_name(const FoundTable& table, bool with_folder) {
    std::set<std::string> patterns;
    for (const std::string& file : table.files) {
        std::string name = escaped(os::base_name(file));
        if (with_folder) name = escaped(os::base_name(os::parent_folder(file))) + "/" + name;
        patterns.insert(name);
        if (patterns.size() > names_max) return {};
    }
    return {patterns.begin(), patterns.end()};
}

bool has_folder_of_its_own(const std::vector<FoundTable>& tables, std::size_t index) {
    return std::ranges::all_of(tables, [&](const FoundTable& other) {
        return &other == &tables[index] || other.root != tables[index].root;
    });
}

}  // namespace

std::string common_begin(const FoundTable& table) {
    std::string common = parts_of(os::base_name(table.files.front())).stem;
    for (const std::string& file : table.files) {
        const std::string stem = parts_of(os::base_name(file)).stem;
        const auto end = std::ranges::mismatch(common, stem).in1;
        common.erase(end, common.end());
    }
    return without_number(common);
}

std::vector<std::string> file_patterns(const std::vector<FoundTable>& tables, std::size_t index) {
    const FoundTable& table = tables[index];
    if (table.files.empty()) return {};
    std::vector<Patterns> candidates;
    const Patterns begin = by_begin(table);
    const bool named = !common_begin(table).empty();
    if (named && table.files.size() == 1) candidates.push_back(begin);
    // Several folders, each with a table: what its files are called may be anything ("part-0001").
    if (tables.size() > 1 && has_folder_of_its_own(tables, index))
        candidates.push_back(by_folder(table));
    candidates.push_back(begin);
    candidates.push_back(by_folder(table));
    candidates.push_back(by_name(table, false));
    candidates.push_back(by_name(table, true));
    for (const Patterns& patterns : candidates) {
        if (tells_apart(patterns, tables, index)) return patterns;
    }
    return {};
}

}  // namespace tradewind::draft
