#include "package/package.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/text.h"
#include "package/asset.h"
#include "package/query.h"

namespace tradewind::package {

namespace {

constexpr std::string_view manifest_name = "package.yml";
constexpr std::string_view folder_names[] = {
    "assets", "checks", "queries", "recipes", "serving", "sources"
};

// Editors and version control leave files that are nobody's business.
bool is_ignored(std::string_view name) {
    return name.starts_with('.') || name.ends_with('~');
}

bool is_snake_case(std::string_view name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= limits::field_name_bytes_max && lower(name[0]) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

Error refuse(const std::string& file, std::string message) {
    return Error(ErrorCode::InvalidArgument, std::move(message)).at({file, 0, 0});
}

// Reads a package's folder; messages carry the folder's path and the file's.
class Loader {
public:
    Loader(os::Filesystem& files, const std::string& folder) : files_(files), folder_(folder) {}

    Result<Package> load();

private:
    Result<void> check_entries();
    Result<void> check_entry(const os::FileInfo& entry) const;
    Result<void> load_manifest();
    Result<void> load_yaml(std::string_view subfolder, std::vector<YamlFile>& out);
    Result<void> load_queries();
    Result<void> load_assets(const std::string& subfolder);
    Result<void> check_asset_names() const;
    // Names of the subfolder's files, which end in `ending`; none when there is no such folder.
    Result<std::vector<std::string>> list(std::string_view subfolder, std::string_view ending)
        const;
    Result<std::string> read(const std::string& path) const;
    std::string full(std::string_view path) const { return os::join(folder_, path); }

    os::Filesystem& files_;
    const std::string& folder_;
    Package package_;
};

Result<std::string> Loader::read(const std::string& path) const {
    return os::read_file(files_, full(path), limits::package_file_bytes_max);
}

Result<void> Loader::check_entry(const os::FileInfo& entry) const {
    const bool document = entry.name.ends_with(".md") || entry.name.starts_with("LICENSE");
    if (!entry.folder && (entry.name == manifest_name || document)) return {};
    std::vector<std::string_view> known = {manifest_name};
    if (entry.folder) known.assign(std::begin(folder_names), std::end(folder_names));
    if (entry.folder && std::find(known.begin(), known.end(), entry.name) != known.end()) return {};
    const auto near = nearest(entry.name, known);
    return refuse(
               full(entry.name),
               std::string("a package has no such ") + (entry.folder ? "folder" : "file")
    )
        .with_hint(
            near ? "Did you mean " + *near + "?"
                 : "A package has package.yml, and the folders assets, checks, queries, recipes, "
                   "serving and sources."
        );
}

Result<void> Loader::check_entries() {
    for (const os::FileInfo& entry : TRY(files_.list(folder_))) {
        if (!is_ignored(entry.name)) TRY(check_entry(entry));
    }
    return {};
}

Result<void> Loader::load_manifest() {
    const std::string file = full(manifest_name);
    if (!files_.exists(file)) {
        return refuse(file, "there is no package.yml")
            .with_hint("Write one with name: and description:, or remove the folder.");
    }
    const std::string text = TRY(read(std::string(manifest_name)));
    package_.manifest = TRY(yaml::parse(text, file));
    const yaml::Node& manifest = package_.manifest;
    if (manifest.kind() != yaml::Kind::Mapping) {
        return manifest.error("package.yml holds name: and description:");
    }
    TRY(manifest.allow_keys(
        {"name",
         "description",
         "timezone",
         "publish",
         "schedules",
         "sensors",
         "extracts",
         "notifications"}
    ));
    package_.name = TRY(manifest["name"].text());
    package_.description = TRY(manifest["description"].text_or(""));
    if (!is_snake_case(package_.name)) {
        return std::move(manifest["name"].error("not a name for a package: '" + package_.name + "'")
        )
            .with_hint(
                "Names are lower-case letters, digits and underscores, and begin with a letter."
            );
    }
    const std::string folder_name = os::base_name(folder_);
    if (package_.name == folder_name) return {};
    return std::move(manifest["name"].error(
                         "the package is called '" + package_.name + "', but its folder '" +
                         folder_name + "'"
                     ))
        .with_hint("Give both the same name.");
}

Result<std::vector<std::string>> Loader::list(std::string_view subfolder, std::string_view ending)
    const {
    std::vector<std::string> names;
    const std::string folder = full(subfolder);
    if (!files_.exists(folder)) return names;
    for (const os::FileInfo& entry : TRY(files_.list(folder))) {
        if (is_ignored(entry.name)) continue;
        const bool named = entry.name.size() > ending.size() && entry.name.ends_with(ending);
        const auto stem = entry.name.substr(0, entry.name.size() - (named ? ending.size() : 0));
        if (entry.folder || !named) {
            return refuse(
                os::join(folder, entry.name), "what lies here ends in " + std::string(ending)
            );
        }
        if (!is_snake_case(stem)) {
            return refuse(os::join(folder, entry.name), "not a name: '" + stem + "'")
                .with_hint(
                    "Names are lower-case letters, digits and underscores, and begin with a letter."
                );
        }
        names.push_back(entry.name);
    }
    return names;
}

Result<void> Loader::load_yaml(std::string_view subfolder, std::vector<YamlFile>& out) {
    for (const std::string& name : TRY(list(subfolder, ".yml"))) {
        const std::string path = os::join(subfolder, name);
        const std::string text = TRY(read(path));
        yaml::Node document = TRY(yaml::parse(text, full(path)));
        out.push_back({path, std::move(document)});
    }
    return {};
}

Result<void> Loader::load_queries() {
    constexpr std::string_view ending = ".sql";
    for (const std::string& name : TRY(list("queries", ending))) {
        const std::string path = os::join("queries", name);
        std::string stem = name.substr(0, name.size() - ending.size());
        std::string text = TRY(read(path));
        package_.queries.push_back(TRY(parse_query(std::move(stem), std::move(text), full(path))));
    }
    return {};
}

Result<void> Loader::load_assets(const std::string& subfolder) {
    constexpr std::string_view ending = ".sql";
    constexpr std::string_view yaml_ending = ".yml";
    static_assert(ending.size() == yaml_ending.size());
    const std::string folder = full(subfolder);
    if (!files_.exists(folder)) return {};
    for (const os::FileInfo& entry : TRY(files_.list(folder))) {
        if (is_ignored(entry.name)) continue;
        const std::string path = os::join(subfolder, entry.name);
        if (entry.folder) {
            TRY(load_assets(path));
            continue;
        }
        const bool named = entry.name.ends_with(ending);
        const bool yaml_named = entry.name.ends_with(yaml_ending);
        if (!named && !yaml_named) return refuse(full(path), "what lies here ends in .sql or .yml");
        const auto stem = entry.name.substr(0, entry.name.size() - ending.size());
        if (!is_snake_case(stem)) return refuse(full(path), "not a name: '" + stem + "'");
        if (yaml_named) {
            yaml::Node document = TRY(yaml::parse(TRY(read(path)), full(path)));
            package_.asset_files.push_back({path, std::move(document)});
            continue;
        }
        package_.assets.push_back(TRY(parse_asset(path, TRY(read(path)), full(path))));
    }
    return {};
}

// Folders are for people: a table's name is its file's alone.
Result<void> Loader::check_asset_names() const {
    std::map<std::string, std::string> paths;
    for (const SqlAsset& asset : package_.assets) {
        const auto [other, fresh] = paths.emplace(asset.name, asset.path);
        if (fresh) continue;
        return refuse(full(asset.path), "the asset " + asset.name + " is there twice")
            .with_detail("The other one is " + other->second + ".")
            .with_hint("Rename one: an asset's table is called like its file.");
    }
    return {};
}

Result<Package> Loader::load() {
    package_.folder = folder_;
    TRY(check_entries());
    TRY(load_manifest());
    TRY(load_yaml("sources", package_.sources));
    TRY(load_yaml("serving", package_.serving));
    TRY(load_queries());
    TRY(load_assets("assets"));
    TRY(check_asset_names());
    TRY(load_yaml("checks", package_.checks));
    TRY(load_yaml("recipes", package_.recipes));
    return std::move(package_);
}

}  // namespace

Result<Package> load_package(os::Filesystem& files, const std::string& folder) {
    return Loader(files, folder).load();
}

Result<std::vector<Package>> load_packages(
    os::Filesystem& files, const std::string& packages_folder
) {
    std::vector<Package> packages;
    if (!files.exists(packages_folder)) return packages;
    for (const os::FileInfo& entry : TRY(files.list(packages_folder))) {
        if (!entry.folder || is_ignored(entry.name)) continue;
        packages.push_back(TRY(load_package(files, os::join(packages_folder, entry.name))));
    }
    return packages;
}

}  // namespace tradewind::package
