#include "api/recipe_files.h"

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

constexpr std::string_view ending = ".yml";

// A name that is a file's and a table's, and leads nowhere else.
Result<void> check_name(const std::string& name) {
    const bool fine = !name.empty() && name.size() <= limits::field_name_bytes_max &&
                      name[0] >= 'a' && name[0] <= 'z' && std::ranges::all_of(name, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                      });
    if (fine) return {};
    return Error(ErrorCode::NotFound, "'" + name.substr(0, 64) + "' is no name for a recipe")
        .with_hint("Use small letters, digits and _, a letter first.");
}

std::string folder_of(const package::Package& package) {
    return os::join(package.folder, "recipes");
}

// The table of the recipe would be that of another file.
Result<void> check_table_is_free(const package::Package& package, const std::string& name) {
    for (const package::SqlAsset& asset : package.assets) {
        if (asset.name != name) continue;
        return Error(
                   ErrorCode::InvalidArgument,
                   "the package makes " + package.name + "." + name + " from " + asset.path +
                       " already"
        )
            .with_hint("Give the recipe another name.");
    }
    return {};
}

Error changed(const RecipeFile& now) {
    return Error(
               ErrorCode::Conflict,
               now.path + " of the package " + now.package + " changed since it was read"
    )
        .with_detail("Somebody else wrote it; nothing was saved.")
        .with_hint("Open it again, or save under another name.");
}

}  // namespace

RecipeFiles::RecipeFiles(const std::vector<package::Package>& packages) : packages_(packages) {
    for (const package::Package& package : packages_) {
        for (const package::YamlFile& file : package.recipes) {
            std::string name = os::base_name(file.path);
            name.resize(name.size() - ending.size());
            const auto found = load(package, name);
            if (found.ok()) begun_with_[{package.name, name}] = found->etag;
        }
    }
}

Result<const package::Package*> RecipeFiles::find(const std::string& package) const {
    std::vector<std::string_view> known;
    for (const package::Package& one : packages_) {
        if (one.name == package) return &one;
        known.push_back(one.name);
    }
    const auto near = nearest(package, known);
    return Error(ErrorCode::NotFound, "there is no package " + package)
        .with_hint(near ? "Did you mean " + *near + "?" : "GET /v1/recipes lists them.");
}

Result<RecipeFile> RecipeFiles::load(const package::Package& package, const std::string& name)
    const {
    TRY(check_name(name));
    RecipeFile file{.package = package.name, .name = name, .path = "recipes/" + name + ".yml"};
    const std::string path = os::join(package.folder, file.path);
    if (!files_->exists(path)) {
        return Error(ErrorCode::NotFound, "the package " + package.name + " has no recipe " + name)
            .with_hint("GET /v1/recipes lists those there are.");
    }
    file.text = TRY(os::read_file(*files_, path, limits::package_file_bytes_max));
    file.etag = hash128(file.text);
    const auto begun = begun_with_.find({package.name, name});
    file.in_use = begun != begun_with_.end() && begun->second == file.etag;
    return file;
}

Result<std::vector<RecipeFile>> RecipeFiles::list() const {
    std::vector<RecipeFile> all;
    for (const package::Package& package : packages_) {
        if (!files_->exists(folder_of(package))) continue;
        for (const os::FileInfo& entry : TRY(files_->list(folder_of(package)))) {
            if (entry.folder || !entry.name.ends_with(ending)) continue;
            const std::string name = entry.name.substr(0, entry.name.size() - ending.size());
            if (check_name(name).ok()) all.push_back(TRY(load(package, name)));
        }
    }
    std::ranges::sort(all, {}, [](const RecipeFile& file) {
        return std::pair(file.package, file.name);
    });
    return all;
}

Result<RecipeFile> RecipeFiles::read(const std::string& package, const std::string& name) const {
    return load(*TRY(find(package)), name);
}

Result<void> RecipeFiles::check_address(const std::string& package, const std::string& name) const {
    TRY(find(package));
    return check_name(name);
}

Result<RecipeFile> RecipeFiles::write(
    const std::string& package,
    const std::string& name,
    const std::string& text,
    const std::string& replaces
) {
    const package::Package& where = *TRY(find(package));
    TRY(check_name(name));
    TRY(check_table_is_free(where, name));
    const std::scoped_lock lock(writing_);
    const std::string path = os::join(folder_of(where), name + ".yml");
    if (files_->exists(path)) {
        const RecipeFile now = TRY(load(where, name));
        if (replaces.empty()) {
            return Error(
                       ErrorCode::AlreadyExists, "the package " + package + " has a recipe " + name
            )
                .with_hint("Open it to change it, or save under another name.");
        }
        if (replaces != "*" && replaces != now.etag) return changed(now);
    } else if (!replaces.empty() && replaces != "*") {
        return changed({.package = package, .name = name, .path = "recipes/" + name + ".yml"});
    }
    TRY(files_->create_folders(folder_of(where)));
    TRY(os::write_file_atomic(*files_, path, text));
    return load(where, name);
}

json::Value json_of(const yaml::Node& node) {
    switch (node.kind()) {
        case yaml::Kind::Null:
            return {};
        case yaml::Kind::Sequence: {
            json::Value list = json::Value::array();
            for (const yaml::Node& item : node.items()) list.add(json_of(item));
            return list;
        }
        case yaml::Kind::Mapping: {
            json::Value object = json::Value::object();
            for (const auto& [name, value] : node.members()) object.set(name, json_of(value));
            return object;
        }
        case yaml::Kind::Scalar:
            break;
    }
    const std::string text = node.scalar();
    if (node.plain() && (text == "true" || text == "false"))
        return json::Value::boolean(text == "true");
    if (node.plain() && json::is_number(text)) return json::Value::number_text(text);
    return json::Value::string(text);
}

}  // namespace tradewind::api
