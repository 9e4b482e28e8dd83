#include "generate/csv_files.h"

#include "base/check.h"

namespace tradewind::generate {

namespace {

// Large enough that the disk sees few calls, small enough to stay in the processor's cache.
constexpr std::size_t buffer_bytes = 1u << 20;

}  // namespace

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted.push_back('"');
        quoted.push_back(c);
    }
    quoted.push_back('"');
    return quoted;
}

Result<std::unique_ptr<CsvFiles>> CsvFiles::create(
    os::Filesystem& files, const std::string& folder, const std::vector<std::string>& names
) {
    TRY(files.create_folders(folder));
    std::unique_ptr<CsvFiles> made(new CsvFiles(files));
    made->folder_ = folder;
    for (const std::string& name : names) {
        const std::string path = os::join(folder, name);
        if (files.exists(path)) {
            return Error(ErrorCode::AlreadyExists, path + " is there already")
                .with_hint("Remove it, or name another folder.");
        }
        made->made_.push_back({.path = path});
        made->temporary_paths_.push_back(os::join(folder, "." + name + ".tmp"));
    }
    made->buffer_.reserve(buffer_bytes + (buffer_bytes / 4));
    return made;
}

CsvFiles::~CsvFiles() {
    if (published_) return;
    file_.reset();
    for (std::size_t i = 0; i < opened_; ++i) {
        // Best effort: what stays is a hidden temporary file, which the next run overwrites.
        (void)files_.remove(temporary_paths_[i]);
    }
}

Result<void> CsvFiles::open_next() {
    TRY(close_current());
    CHECK(opened_ < temporary_paths_.size());
    current_ = opened_;
    const std::string& path = temporary_paths_[current_];
    if (files_.exists(path)) TRY(files_.remove(path));  // of a run that was interrupted
    file_ = TRY(files_.open(path, os::OpenMode::CreateNew));
    ++opened_;
    return {};
}

Result<bool> CsvFiles::flush_if_full() {
    if (buffer_.size() < buffer_bytes) return false;
    TRY(flush());
    return true;
}

Result<void> CsvFiles::flush() {
    CHECK(file_ != nullptr);
    TRY(file_->write_at(made_[current_].bytes, buffer_));
    made_[current_].bytes += buffer_.size();
    buffer_.clear();
    return {};
}

Result<void> CsvFiles::close_current() {
    if (file_ == nullptr) return {};
    TRY(flush());
    TRY(file_->sync());
    file_.reset();
    return {};
}

Result<std::vector<GeneratedFile>> CsvFiles::publish() {
    TRY(close_current());
    CHECK(opened_ == made_.size());
    for (std::size_t i = 0; i < made_.size(); ++i) {
        TRY(files_.rename(temporary_paths_[i], made_[i].path));
    }
    TRY(files_.sync_folder(folder_));
    published_ = true;
    return made_;
}

}  // namespace tradewind::generate
