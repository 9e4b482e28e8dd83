#include "os/filesystem.h"

#include <algorithm>

namespace tradewind::os {

namespace {

constexpr std::string_view temporary_suffix = ".tmp";

Result<void> write_whole(Filesystem& files, const std::string& path, std::string_view bytes) {
    auto file = TRY(files.open(path, OpenMode::CreateNew));
    TRY(file->write_at(0, bytes));
    return file->sync();
}

Result<void> list_into(
    Filesystem& files,
    const std::string& root,
    const std::string& below,
    std::vector<std::string>& out
) {
    for (const FileInfo& info : TRY(files.list(below.empty() ? root : join(root, below)))) {
        const std::string path = below.empty() ? info.name : join(below, info.name);
        if (info.folder && info.link) continue;
        if (info.folder) {
            TRY(list_into(files, root, path, out));
        } else {
            out.push_back(path);
        }
    }
    return {};
}

std::string_view without_trailing_slashes(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path;
}

}  // namespace

Result<std::string> read_file(Filesystem& files, const std::string& path, std::uint64_t size_max) {
    auto file = TRY(files.open(path, OpenMode::Read));
    const std::uint64_t size = TRY(file->size());
    if (size > size_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "'" + path + "' is larger than the " + std::to_string(size_max) +
                       " bytes allowed here"
        )
            .with_detail("It has " + std::to_string(size) + " bytes.");
    }
    return file->read_at(0, static_cast<std::size_t>(size));
}

Result<void> write_file_atomic(Filesystem& files, const std::string& path, std::string_view bytes) {
    const std::string temporary = path + std::string(temporary_suffix);
    auto written = write_whole(files, temporary, bytes);
    if (!written.ok() && written.error().code() == ErrorCode::AlreadyExists) {
        // Left behind by a crash: nobody has two writers for one file.
        TRY(files.remove(temporary));
        written = write_whole(files, temporary, bytes);
    }
    if (written.ok()) written = files.rename(temporary, path);
    if (!written.ok()) {
        // Best effort; the first failure is the one that tells something.
        [[maybe_unused]] const auto removed = files.remove(temporary);
        return written;
    }
    return files.sync_folder(parent_folder(path));
}

Result<void> remove_tree(Filesystem& files, const std::string& path) {
    // Tried first as if it were a file: that takes a link away instead of what lies behind it.
    auto removed = files.remove(path);
    if (removed.ok() || removed.error().code() == ErrorCode::NotFound) return {};
    if (removed.error().code() != ErrorCode::Conflict) return removed;
    for (const FileInfo& child : TRY(files.list(path)))
        TRY(remove_tree(files, join(path, child.name)));
    return files.remove(path);
}

Result<std::vector<std::string>> list_tree(Filesystem& files, const std::string& path) {
    std::vector<std::string> out;
    TRY(list_into(files, path, "", out));
    std::sort(out.begin(), out.end());
    return out;
}

std::string join(std::string_view folder, std::string_view name) {
    if (folder.empty() || (!name.empty() && name.front() == '/')) return std::string(name);
    std::string out(folder);
    if (out.back() != '/') out.push_back('/');
    out.append(name);
    return out;
}

std::string parent_folder(std::string_view path) {
    path = without_trailing_slashes(path);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return std::string(without_trailing_slashes(path.substr(0, slash == 0 ? 1 : slash)));
}

std::string base_name(std::string_view path) {
    path = without_trailing_slashes(path);
    const std::size_t slash = path.rfind('/');
    return std::string(
        slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1)
    );
}

}  // namespace tradewind::os
