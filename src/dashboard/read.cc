// The packages' folders dashboards/, file by file: what is wrong with one spoils no other.
#include <algorithm>

#include "base/limits.h"
#include "dashboard/parse.h"

namespace tradewind::dashboard {

namespace {

constexpr std::string_view ending = ".yml";

Result<Definition> read_file(
    os::Filesystem& files, const std::string& package, const std::string& path
) {
    const std::string name = os::base_name(path);
    const std::string stem = name.substr(0, name.size() - ending.size());
    if (!name.ends_with(ending) || !is_snake_case(stem)) {
        return Error(ErrorCode::InvalidArgument, "what lies here is a dashboard: name.yml")
            .with_hint("Names are lower-case letters, digits and underscores.")
            .at({path, 0, 0});
    }
    const std::string text = TRY(os::read_file(files, path, limits::package_file_bytes_max));
    return parse_dashboard(package, stem, TRY(yaml::parse(text, path)));
}

void read_folder(
    os::Filesystem& files, const package::Package& package, const std::string& folder, Declared& all
) {
    const auto entries = files.list(folder);
    if (!entries.ok()) return all.faults.push_back({package.name, "", entries.error()});
    for (const os::FileInfo& entry : *entries) {
        // Editors and version control leave files that are nobody's business.
        if (entry.name.starts_with('.') || entry.name.ends_with('~')) continue;
        auto definition = read_file(files, package.name, os::join(folder, entry.name));
        if (definition.ok()) {
            all.definitions.push_back(std::move(definition).take());
        } else {
            const std::string name = entry.name.substr(0, entry.name.find('.'));
            all.faults.push_back({package.name, name, definition.error()});
        }
    }
}

}  // namespace

Declared read_dashboards(os::Filesystem& files, const std::vector<package::Package>& packages) {
    Declared all;
    for (const package::Package& package : packages) {
        const std::string folder = os::join(package.folder, "dashboards");
        if (files.exists(folder)) read_folder(files, package, folder, all);
    }
    return all;
}

}  // namespace tradewind::dashboard
