#include "generate/file_set.h"

#include "base/check.h"

namespace tradewind::generate {

Result<std::unique_ptr<FileSet>> FileSet::create(
    os::Filesystem& files, const std::string& folder, const std::vector<std::string>& names
) {
    TRY(files.create_folders(folder));
    std::unique_ptr<FileSet> made(new FileSet(files));
    made->folder_ = folder;
    for (const std::string& name : names) {
        const std::string path = os::join(folder, name);
        if (files.exists(path)) {
            return Error(ErrorCode::AlreadyExists, path + " is there already")
                .with_hint("Remove it, or name another folder.");
        }
        Entry entry;
        entry.made.path = path;
        entry.temporary_path = os::join(folder, "." + name + ".tmp");
        made->files_.push_back(std::move(entry));
    }
    return made;
}

FileSet::~FileSet() {
    if (published_) return;
    for (Entry& entry : files_) {
        entry.file.reset();
        // Best effort: what stays is a hidden temporary file, which the next run overwrites.
        if (entry.created) (void)filesystem_.remove(entry.temporary_path);
    }
}

Result<void> FileSet::open(Entry& entry) {
    CHECK(!entry.created);  // a closed file takes nothing more
    const std::string& path = entry.temporary_path;
    if (filesystem_.exists(path)) TRY(filesystem_.remove(path));  // of a run that was interrupted
    entry.file = TRY(filesystem_.open(path, os::OpenMode::CreateNew));
    entry.created = true;
    return {};
}

Result<void> FileSet::append(std::size_t file, std::string_view bytes) {
    Entry& entry = files_[file];
    if (entry.file == nullptr) TRY(open(entry));
    if (bytes.empty()) return {};
    TRY(entry.file->write_at(entry.made.bytes, bytes));
    entry.made.bytes += bytes.size();
    return {};
}

Result<void> FileSet::close(std::size_t file) {
    Entry& entry = files_[file];
    if (entry.file == nullptr) return {};
    TRY(entry.file->sync());
    entry.file.reset();
    return {};
}

Result<std::vector<GeneratedFile>> FileSet::publish() {
    std::vector<GeneratedFile> made;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        CHECK(files_[i].created);
        TRY(close(i));
    }
    for (const Entry& entry : files_) {
        TRY(filesystem_.rename(entry.temporary_path, entry.made.path));
        made.push_back(entry.made);
    }
    TRY(filesystem_.sync_folder(folder_));
    published_ = true;
    return made;
}

}  // namespace tradewind::generate
