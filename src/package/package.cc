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
    "assets", "checks", "dashboards", "models", "queries", "recipes", "serving", "sources"
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
    void load_yaml_kindly(const std::string& subfolder, std::vector<YamlFile>& out);
    Result<void> load_yaml_file(const std::string& path, std::vector<YamlFile>& out) const;
    void load_queries();
    Result<void> load_query(const std::string& path);
    Result<void> load_assets(const std::string& subfolder);
    Result<void> load_asset(const std::string& path);
    void check_asset_names();
    // Of a file that the package can do without.
    void note(std::string_view folder, const std::string& path, const Result<void>& loaded);
    // Entries of the subfolder; none when there is no such folder.
    Result<std::vector<os::FileInfo>> entries(std::string_view subfolder) const;
    Result<void> check_file(const std::string& path, bool folder, std::string_view ending) const;
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
                 : "A package has package.yml, and the folders assets, checks, dashboards, models, "
                   "queries, recipes, serving and sources."
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

void Loader::note(std::string_view folder, const std::string& path, const Result<void>& loaded) {
    if (loaded.ok()) return;
    const std::string name = os::base_name(path);
    package_.faults.push_back(
        {std::string(folder), name.substr(0, name.find('.')), path, loaded.error()}
    );
}

Result<std::vector<os::FileInfo>> Loader::entries(std::string_view subfolder) const {
    std::vector<os::FileInfo> found;
    const std::string folder = full(subfolder);
    if (!files_.exists(folder)) return found;
    found = TRY(files_.list(folder));
    std::erase_if(found, [](const os::FileInfo& entry) { return is_ignored(entry.name); });
    return found;
}

Result<void> Loader::check_file(const std::string& path, bool folder, std::string_view ending)
    const {
    const std::string name = os::base_name(path);
    const bool named = name.size() > ending.size() && name.ends_with(ending);
    if (folder || !named)
        return refuse(full(path), "what lies here ends in " + std::string(ending));
    const std::string stem = name.substr(0, name.size() - ending.size());
    if (is_snake_case(stem)) return {};
    return refuse(full(path), "not a name: '" + stem + "'")
        .with_hint("Names are lower-case letters, digits and underscores, and begin with a letter."
        );
}

Result<void> Loader::load_yaml_file(const std::string& path, std::vector<YamlFile>& out) const {
    const std::string text = TRY(read(path));
    yaml::Node document = TRY(yaml::parse(text, full(path)));
    out.push_back({path, std::move(document)});
    return {};
}

Result<void> Loader::load_yaml(std::string_view subfolder, std::vector<YamlFile>& out) {
    for (const os::FileInfo& entry : TRY(entries(subfolder))) {
        const std::string path = os::join(subfolder, entry.name);
        TRY(check_file(path, entry.folder, ".yml"));
        TRY(load_yaml_file(path, out));
    }
    return {};
}

void Loader::load_yaml_kindly(const std::string& subfolder, std::vector<YamlFile>& out) {
    const auto found = entries(subfolder);
    if (!found.ok()) return note(subfolder, subfolder, found.error());
    for (const os::FileInfo& entry : *found) {
        const std::string path = os::join(subfolder, entry.name);
        const Result<void> named = check_file(path, entry.folder, ".yml");
        note(subfolder, path, named.ok() ? load_yaml_file(path, out) : named);
    }
}

Result<void> Loader::load_query(const std::string& path) {
    constexpr std::string_view ending = ".sql";
    const std::string name = os::base_name(path);
    std::string stem = name.substr(0, name.size() - ending.size());
    package_.queries.push_back(TRY(parse_query(std::move(stem), TRY(read(path)), full(path))));
    return {};
}

void Loader::load_queries() {
    const auto found = entries("queries");
    if (!found.ok()) return note("queries", "queries", found.error());
    for (const os::FileInfo& entry : *found) {
        const std::string path = os::join("queries", entry.name);
        const Result<void> named = check_file(path, entry.folder, ".sql");
        note("queries", path, named.ok() ? load_query(path) : named);
    }
}

Result<void> Loader::load_asset(const std::string& path) {
    if (path.ends_with(".yml")) {
        TRY(check_file(path, false, ".yml"));
        return load_yaml_file(path, package_.asset_files);
    }
    if (!path.ends_with(".sql")) return refuse(full(path), "what lies here ends in .sql or .yml");
    TRY(check_file(path, false, ".sql"));
    package_.assets.push_back(TRY(parse_asset(path, TRY(read(path)), full(path))));
    return {};
}

Result<void> Loader::load_assets(const std::string& subfolder) {
    for (const os::FileInfo& entry : TRY(entries(subfolder))) {
        const std::string path = os::join(subfolder, entry.name);
        if (entry.folder) {
            TRY(load_assets(path));
        } else {
            note("assets", path, load_asset(path));
        }
    }
    return {};
}

// Folders are for people: a table's name is its file's alone.
void Loader::check_asset_names() {
    std::map<std::string, std::string> paths;
    for (const SqlAsset& asset : package_.assets) {
        const auto [other, fresh] = paths.emplace(asset.name, asset.path);
        if (fresh) continue;
        const Error twice = refuse(full(asset.path), "the asset " + asset.name + " is there twice")
                                .with_detail("The other one is " + other->second + ".")
                                .with_hint("Rename one: an asset's table is called like its file.");
        note("assets", asset.path, twice);
    }
}

Result<Package> Loader::load() {
    package_.folder = folder_;
    TRY(check_entries());
    TRY(load_manifest());
    TRY(load_yaml("sources", package_.sources));
    TRY(load_yaml("serving", package_.serving));
    load_queries();
    TRY(load_assets("assets"));
    check_asset_names();
    load_yaml_kindly("checks", package_.checks);
    load_yaml_kindly("recipes", package_.recipes);
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
