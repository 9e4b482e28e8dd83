#include "cli/found_files.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/paths.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr const char* no_file = "it is no regular file";

bool is_file(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

std::string below_name(const std::string& below, const std::string& name) {
    return below.empty() ? name : os::join(below, name);
}

// What lies in a folder that somebody named: all files below it but hidden ones. What is no file (a
// socket, a pipe), or cannot be looked into, is reported and keeps nothing else from coming in.
class FolderWalk {
public:
    explicit FolderWalk(FoundFiles& found) : found_(found), disk_(os::make_posix_filesystem()) {}

    void walk(const std::string& folder) {
        const auto real = os::real_path(folder);
        if (!real.ok()) return leave_out("", real.error().describe());
        top_ = *real;
        seen_.insert(top_);
        look_into(folder, "");
        // Last, so that what two paths lead to is known by the one without links. More may come.
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const NamedFile link = links_[i];
            enter(link.path, link.identity);
        }
    }

private:
    void look_into(const std::string& folder, const std::string& below) {
        const auto entries = disk_->list(folder);
        if (!entries.ok()) return leave_out(below, entries.error().describe());
        for (const os::FileInfo& entry : *entries) {
            if (entry.name.starts_with('.')) continue;
            const std::string path = os::join(folder, entry.name);
            const std::string name = below_name(below, entry.name);
            if (!entry.folder) {
                add(path, name);
            } else if (entry.link) {
                links_.push_back({path, name});
            } else {
                enter(path, name);
            }
        }
    }

    void enter(const std::string& path, const std::string& name) {
        const auto real = os::real_path(path);
        if (!real.ok()) return leave_out(name, real.error().describe());
        if (top_ == *real || top_.starts_with(*real == "/" ? *real : *real + "/"))
            return leave_out(name, "it is a link back to a folder above it, " + *real);
        if (!seen_.insert(*real).second)
            return leave_out(name, "its files come in already: it leads to " + *real);
        look_into(path, name);
    }

    void add(const std::string& path, const std::string& name) {
        if (!is_file(path)) return leave_out(name, no_file);
        found_.files.push_back({path, name});
    }

    void leave_out(const std::string& name, std::string why) {
        found_.left_out.push_back({name.empty() ? "." : name, std::move(why)});
    }

    FoundFiles& found_;
    const std::unique_ptr<os::Filesystem> disk_;
    std::string top_;               // where the named folder is, links followed
    std::set<std::string> seen_;    // folders, as top_
    std::vector<NamedFile> links_;  // to folders
};

// Files that a pattern names, part by part of the path: `*`, `?` and `[…]` stand for what one name
// has, `**` for any number of folders. Hidden ones have to be named.
class PatternWalk {
public:
    PatternWalk(FoundFiles& found, std::vector<std::string> parts)
        : found_(found), parts_(std::move(parts)), disk_(os::make_posix_filesystem()) {}

    void walk(const std::string& folder, const std::string& below, std::size_t part) {
        const bool any_depth = parts_[part] == "**";
        if (any_depth && part + 1 < parts_.size()) walk(folder, below, part + 1);
        const auto entries = disk_->list(folder);
        if (!entries.ok()) return leave_out(below, entries.error().describe());
        for (const os::FileInfo& entry : *entries) {
            if (!matches(entry.name, any_depth ? "*" : parts_[part])) continue;
            const std::string path = os::join(folder, entry.name);
            const std::string name = below_name(below, entry.name);
            entry.folder ? visit_folder(path, name, part, entry.link)
                         : visit_file(path, name, part);
        }
    }

private:
    static bool matches(const std::string& name, const std::string& pattern) {
        const bool hidden = name.starts_with('.') && !pattern.starts_with('.');
        return !hidden && matches_glob(name, pattern);
    }

    // Links to folders may lead in a circle, which only `**` would follow for ever.
    void visit_folder(
        const std::string& path, const std::string& name, std::size_t part, bool link
    ) {
        if (parts_[part] == "**") {
            if (link) return leave_out(name, "it is a link to a folder, which ** does not follow");
            return walk(path, name, part);
        }
        if (part + 1 < parts_.size()) return walk(path, name, part + 1);
        leave_out(name, "it is a folder; the pattern names files");
    }

    void visit_file(const std::string& path, const std::string& name, std::size_t part) {
        if (part + 1 < parts_.size()) return;
        if (!is_file(path)) return leave_out(name, no_file);
        found_.files.push_back({path, name});
    }

    // What two parts of the pattern lead to is told of once.
    void leave_out(const std::string& name, std::string why) {
        if (!told_.insert(name).second) return;
        found_.left_out.push_back({name.empty() ? "." : name, std::move(why)});
    }

    FoundFiles& found_;
    const std::vector<std::string> parts_;
    const std::unique_ptr<os::Filesystem> disk_;
    std::set<std::string> told_;
};

bool is_pattern(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

// Each is known by its path below what of the pattern has no wildcard.
Result<void> add_pattern(const std::string& pattern, FoundFiles& found) {
    std::string folder = "/";
    std::vector<std::string> parts;
    for (std::string& part : split(pattern, '/')) {
        if (part.empty()) continue;
        if (parts.empty() && !is_pattern(part)) {
            folder = os::join(folder, part);
        } else if (parts.empty() || part != "**" || parts.back() != "**") {
            parts.push_back(std::move(part));
        }
    }
    const std::size_t before = found.files.size();
    PatternWalk(found, std::move(parts)).walk(folder, "", 0);
    if (found.files.size() > before) return {};
    return Error(ErrorCode::NotFound, "no file matches " + pattern);
}

}  // namespace

Result<FoundFiles> find_files(const std::vector<std::string>& paths) {
    FoundFiles found;
    for (const std::string& given : paths) {
        const std::string path = TRY(absolute_path(given));
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) {
            FolderWalk(found).walk(path);
        } else if (std::filesystem::exists(path, ignored)) {
            found.files.push_back({path, os::base_name(path)});
        } else if (is_pattern(path)) {
            TRY(add_pattern(path, found));
        } else {
            return Error(ErrorCode::NotFound, "there is no file " + path);
        }
    }
    tell_apart(found.files);
    if (!found.files.empty() || !found.left_out.empty()) return found;
    return Error(ErrorCode::NotFound, "there is no file to import");
}

}  // namespace tradewind::cli
