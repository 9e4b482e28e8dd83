// Which names of files a source's patterns speak of.
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "contract/contract.h"

namespace tradewind::contract {

namespace {

std::string_view without_packing(std::string_view name) {
    for (const std::string_view ending : {".gz", ".zst"}) {
        if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

bool name_fits(std::string_view name, std::string_view pattern) {
    return matches_glob(name, pattern) || matches_glob(without_packing(name), pattern);
}

}  // namespace

bool file_fits(std::string_view path, std::string_view pattern) {
    const std::vector<std::string> parts = split(to_lower_ascii(path), '/');
    const std::vector<std::string> wanted = split(to_lower_ascii(pattern), '/');
    if (wanted.size() > parts.size() || !name_fits(parts.back(), wanted.back())) return false;
    const std::size_t above = parts.size() - wanted.size();
    for (std::size_t i = 0; i + 1 < wanted.size(); ++i) {
        if (!matches_glob(parts[above + i], wanted[i])) return false;
    }
    return true;
}

bool takes_file(const Contract& contract, std::string_view path) {
    return std::ranges::any_of(contract.file_patterns(), [&](const std::string& pattern) {
        return file_fits(path, pattern);
    });
}

}  // namespace tradewind::contract
