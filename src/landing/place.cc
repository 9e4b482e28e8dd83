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

bool fits(const contract::Contract& source, std::string_view name) {
    return source.file_patterns().empty() || contract::takes_file(source, name);
}

std::string no_source(const std::string& folder, const Sources& sources) {
    std::vector<std::string_view> known;
    for (const auto& [name, contracts] : sources) known.push_back(name);
    std::string why = "there is no source \"" + folder + "\"";
    if (const auto near = nearest(folder, known)) why += ", did you mean \"" + *near + "\"?";
    return why;
}

bool owns(const std::string& folder, const std::vector<const contract::Contract*>& sources) {
    return sources.size() == 1 && sources.front()->name() == folder;
}

// In a folder that several sources share, their patterns must tell them apart.
Place shared_place(
    const std::string& folder,
    std::string_view name,
    const std::vector<const contract::Contract*>& sources
) {
    Place place{Standing::Stray, folder, {}};
    for (const contract::Contract* source : sources) {
        if (!contract::takes_file(*source, name)) continue;
        if (place.standing == Standing::Fits) {
            return {
                Standing::Stray,
                folder,
                "its name fits the sources \"" + place.source + "\" and \"" + source->name() + "\""
            };
        }
        place = {Standing::Fits, source->name(), {}};
    }
    if (place.standing == Standing::Stray)
        place.why = "its name fits no file pattern of package \"" + folder + "\"";
    return place;
}

}  // namespace

void add_source(Sources& sources, const contract::Contract& contract) {
    sources[contract.name()] = {&contract};
}

void add_to_package(
    Sources& sources, const std::string& package, const contract::Contract& contract
) {
    auto& there = sources[package];
    if (!owns(package, there)) there.push_back(&contract);
}

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
    if (!owns(folder, source->second)) return shared_place(folder, name, source->second);
    if (!fits(*source->second.front(), name))
        return {
            Standing::Stray, folder, "its name fits no file pattern of source \"" + folder + "\""
        };
    return {Standing::Fits, folder, {}};
}

}  // namespace tradewind::landing
