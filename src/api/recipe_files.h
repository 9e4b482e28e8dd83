// The recipes of the packages as the files that they are: read, and written by those who prepare
// data in a browser. What runs use is what was there when the program began; a file that is newer
// says so.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/yaml.h"
#include "os/filesystem.h"
#include "package/package.h"

namespace tradewind::api {

struct RecipeFile {
    std::string package;
    std::string name;  // the file's, without .yml
    std::string path;  // below the package's folder
    std::string text = {};
    std::string etag = {};  // of the text
    bool in_use = false;    // runs use this very text
};

// All methods: any thread.
class RecipeFiles {
public:
    explicit RecipeFiles(const std::vector<package::Package>& packages);

    const std::vector<package::Package>& packages() const { return packages_; }
    // By package and name.
    Result<std::vector<RecipeFile>> list() const;
    // NotFound: no such package, or no such recipe.
    Result<RecipeFile> read(const std::string& package, const std::string& name) const;
    // NotFound: no such package, or a name that no recipe can have.
    Result<void> check_address(const std::string& package, const std::string& name) const;
    // Whole or not at all. `replaces` is the etag of the text that it is written over, "*" whatever
    // it is, empty: there must be none. AlreadyExists: there is one; Conflict: it is another by
    // now.
    Result<RecipeFile> write(
        const std::string& package,
        const std::string& name,
        const std::string& text,
        const std::string& replaces
    );

private:
    Result<const package::Package*> find(const std::string& package) const;
    Result<RecipeFile> load(const package::Package& package, const std::string& name) const;

    std::vector<package::Package> packages_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    std::map<std::pair<std::string, std::string>, std::string> begun_with_;  // etags
    std::mutex writing_;  // between the look at what is there and the new file
};

// What YAML says, as JSON: plain numbers, true, false and null are what they look like.
json::Value json_of(const yaml::Node& node);

}  // namespace tradewind::api
