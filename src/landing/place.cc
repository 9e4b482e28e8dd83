#include <algorithm>
#include <vector>

#include "base/text.h"
#include "landing/landing.h"
#include "os/filesystem.h"

namespace tradewind::landing {

namespace {

bool is_on_its_way(std::string_view name) {
    for (const std::string_view ending : {".part", ".tmp", ".crdownload"}) {
        if (name.ends_with(ending)) return true;
    }
    return name == "_SUCCESS";
}

// Folders too: a hidden one, or where a cluster keeps what is not finished.
bool is_passed_by(std::string_view name) {
    for (const std::string& part : split(name, '/')) {
        if (part.starts_with('.') || part == "_temporary") return true;
    }
    return is_on_its_way(os::base_name(name));
}

std::string without_packing(std::string name) {
    for (const std::string_view ending : {".gz", ".zst"}) {
        if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

bool fits(const contract::Contract& source, std::string_view name) {
    const auto& patterns = source.file_patterns();
    const std::string whole = to_lower_ascii(os::base_name(name));
    const std::string plain = without_packing(whole);
    return patterns.empty() ||
           std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
               const std::string lower = to_lower_ascii(pattern);
               return matches_glob(whole, lower) || matches_glob(plain, lower);
           });
}

std::string no_source(const std::string& folder, const Sources& sources) {
    std::vector<std::string_view> known;
    for (const auto& [name, contract] : sources) known.push_back(name);
    std::string why = "there is no source \"" + folder + "\"";
    if (const auto near = nearest(folder, known)) why += ", did you mean \"" + *near + "\"?";
    return why;
}

}  // namespace

Place place_of(std::string_view name, const Sources& sources) {
    if (is_passed_by(name)) return {Standing::Passed, {}, {}};
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) {
        return {
            Standing::Stray,
            {},
            "it is in no source's folder; put it into one that is named like a source, or import "
            "it by name"
        };
    }
    const std::string folder(name.substr(0, slash));
    const auto source = sources.find(folder);
    if (source == sources.end()) return {Standing::Stray, {}, no_source(folder, sources)};
    if (!fits(*source->second, name))
        return {
            Standing::Stray, folder, "its name fits no file pattern of source \"" + folder + "\""
        };
    return {Standing::Fits, folder, {}};
}

}  // namespace tradewind::landing
