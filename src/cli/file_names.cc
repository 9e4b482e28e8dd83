#include "cli/file_names.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

using Paths = std::set<std::string>;

std::string relative(const std::string& path) {
    const std::size_t begin = path.find_first_not_of('/');
    return begin == std::string::npos ? path : path.substr(begin);
}

std::string with_folder(const std::string& path) {
    return relative(os::join(os::base_name(os::parent_folder(path)), os::base_name(path)));
}

// As much of the path as is not common to all of them.
std::string below_common(const std::string& path, const Paths& paths) {
    const std::string& first = *paths.begin();
    const std::string& last = *paths.rbegin();
    const auto differ = std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first;
    const std::size_t same = static_cast<std::size_t>(differ - first.begin());
    const std::size_t slash = same == 0 ? std::string::npos : first.rfind('/', same - 1);
    return relative(slash == std::string::npos ? path : path.substr(slash));
}

// Renames those that share their name with another file.
void rename_shared(
    std::vector<NamedFile>& files,
    const std::function<std::string(const std::string& path, const Paths& sharing)>& name
) {
    std::map<std::string, Paths> sharing;
    for (const NamedFile& file : files) sharing[file.identity].insert(file.path);
    for (NamedFile& file : files) {
        const Paths& paths = sharing[file.identity];
        if (paths.size() > 1) file.identity = name(file.path, paths);
    }
}

}  // namespace

void tell_apart(std::vector<NamedFile>& files) {
    rename_shared(files, [](const std::string& path, const Paths&) { return with_folder(path); });
    rename_shared(files, below_common);
    // Another file may be called that already.
    rename_shared(files, [](const std::string& path, const Paths&) { return relative(path); });
}

}  // namespace tradewind::cli
