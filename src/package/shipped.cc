// The packages that ship inside the program.
#include <algorithm>

#include "base/text.h"
#include "package/embedded.h"
#include "package/package.h"

namespace tradewind::package {

namespace {

constexpr std::string_view manifest_name = "package.yml";

// "online_retail" of "online_retail/package.yml".
std::string_view package_of(std::string_view path) {
    return path.substr(0, path.find('/'));
}

Error no_such_package(std::string_view name) {
    const std::vector<std::string> names = shipped_names();
    std::string list;
    for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
    const auto near = nearest(name, {names.begin(), names.end()});
    return Error(
               ErrorCode::NotFound, "no package '" + std::string(name) + "' ships with this program"
    )
        .with_detail("There are: " + list + ".")
        .with_hint(near ? "Did you mean '" + *near + "'?" : "");
}

}  // namespace

std::vector<std::string> shipped_names() {
    std::vector<std::string> names;
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.path.find('/') == std::string_view::npos) continue;
        if (names.empty() || names.back() != package_of(file.path)) {
            names.emplace_back(package_of(file.path));
        }
    }
    return names;
}

Result<std::vector<SourceFile>> shipped_files(std::string_view name) {
    std::vector<SourceFile> found;
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.path.size() <= name.size() || package_of(file.path) != name) continue;
        const std::string_view path = file.path.substr(name.size() + 1);
        found.push_back({std::string(path), std::string(file.text)});
    }
    if (found.empty()) return no_such_package(name);
    return found;
}

Result<void> install_shipped(
    os::Filesystem& files, std::string_view name, const std::string& folder
) {
    std::vector<SourceFile> sources = TRY(shipped_files(name));
    if (files.exists(folder)) {
        return Error(ErrorCode::AlreadyExists, "there is something at " + folder + " already")
            .with_hint("Move it away, or keep it: it is yours to change.");
    }
    // The manifest comes last: a folder without it is a copy that was cut off.
    std::stable_partition(sources.begin(), sources.end(), [](const SourceFile& file) {
        return file.path != manifest_name;
    });
    TRY(files.create_folders(folder));
    for (const SourceFile& file : sources) {
        const std::string path = os::join(folder, file.path);
        TRY(files.create_folders(os::parent_folder(path)));
        TRY(os::write_file_atomic(files, path, file.text));
    }
    return {};
}

}  // namespace tradewind::package
