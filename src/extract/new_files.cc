#include "extract/new_files.h"

#include <utility>

namespace tradewind::extract {

Result<NewFiles> NewFiles::begin(
    os::Filesystem& files, const std::string& folder, const std::string& name
) {
    TRY(files.create_folders(folder));
    const std::string hidden = os::join(folder, "." + name + ".part");
    TRY(os::remove_tree(files, hidden));
    TRY(files.create_folders(hidden));
    return NewFiles(files, folder, hidden);
}

NewFiles::NewFiles(NewFiles&& other) noexcept
    : files_(std::exchange(other.files_, nullptr)),
      folder_(std::move(other.folder_)),
      hidden_(std::move(other.hidden_)) {}

NewFiles::~NewFiles() {
    if (files_ != nullptr) static_cast<void>(os::remove_tree(*files_, hidden_));
}

Result<void> NewFiles::publish(const std::vector<std::string>& names) {
    // What follows can fail half-way only if the disk does.
    for (const std::string& name : names) TRY(files_->rename(path(name), os::join(folder_, name)));
    return files_->sync_folder(folder_);
}

}  // namespace tradewind::extract
