// A package: a folder of YAML and SQL. This room finds its files and parses them, with places; what
// they mean is the business of the rooms that use them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "os/filesystem.h"

namespace tradewind::package {

// A file as found: path relative to the package's folder.
struct SourceFile {
    std::string path;
    std::string text;
};

struct YamlFile {
    std::string path;
    yaml::Node document;
};

// A saved query: queries/<name>.sql; its leading /* … */ comment is its description.
struct SavedQuery {
    std::string name;
    std::string description;
    std::string sql;
};

// assets/**/<name>.sql: the SELECT that makes a table. A leading comment that begins with `asset:`
// is YAML and says what the SQL cannot; its places are those of the file.
struct SqlAsset {
    std::string name;    // the file's, without folders and .sql
    std::string path;    // "assets/mart/daily_sales.sql"
    std::string folder;  // "mart"; empty: assets/ itself
    yaml::Node header;   // below `asset:`; Null: there is none
    std::string sql;     // the whole text, header included, so that places in it are the file's
};

// What cannot be read of a file that nothing but itself depends on: the package goes on without it.
struct FileFault {
    std::string folder;  // "assets", "checks", "queries" or "recipes"
    std::string name;    // the file's, without folders and ending: that of its table or query
    std::string path;
    Error error;
};

struct Package {
    std::string name;
    std::string description;
    std::string folder;                 // where it lies; for messages
    yaml::Node manifest;                // package.yml
    std::vector<YamlFile> sources;      // sources/*.yml
    std::vector<YamlFile> serving;      // serving/*.yml
    std::vector<SavedQuery> queries;    // queries/*.sql
    std::vector<SqlAsset> assets;       // assets/**/*.sql, by path; names differ
    std::vector<YamlFile> asset_files;  // assets/**/*.yml, by path: several tables each
    std::vector<YamlFile> checks;       // checks/*.yml
    std::vector<YamlFile> recipes;      // recipes/*.yml
    std::vector<FileFault> faults;      // of assets, checks, queries and recipes
};

// Loads one package's folder. InvalidArgument with the place of the first fault in what must not be
// guessed at: package.yml, sources, serving tables, the folders themselves. Those of assets,
// checks, queries and recipes are told in `faults`.
Result<Package> load_package(os::Filesystem& files, const std::string& folder);
// All packages of a workspace, by name. A workspace without any is fine.
Result<std::vector<Package>> load_packages(
    os::Filesystem& files, const std::string& packages_folder
);

// The packages that ship inside the program.
std::vector<std::string> shipped_names();
// NotFound with the names there are.
Result<std::vector<SourceFile>> shipped_files(std::string_view name);
// Writes a shipped package's files to a folder; AlreadyExists when something is there.
Result<void> install_shipped(
    os::Filesystem& files, std::string_view name, const std::string& folder
);

}  // namespace tradewind::package
