// Files on their way into the lake: written or adopted in the scratch folder, placed by a rename.
#include "base/hash.h"
#include "base/log.h"
#include "lake/folder_lake.h"
#include "lake/paths.h"

namespace tradewind::lake {

namespace {

// Large enough that a write costs more than its call.
constexpr std::size_t buffer_bytes = 256u << 10;
constexpr std::size_t read_bytes = 1u << 20;

class ScratchFile : public NewFile {
public:
    ScratchFile(
        FolderLake& lake, std::string name, std::unique_ptr<os::File> file, std::string path
    )
        : lake_(lake), name_(std::move(name)), file_(std::move(file)) {
        result_.path = std::move(path);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile() override {
        if (!finished_) give_up();
    }

    Result<void> append(std::string_view bytes) override {
        CHECK(file_ != nullptr);
        result_.crc32c = crc32c(bytes, result_.crc32c);
        result_.bytes += bytes.size();
        buffer_ += bytes;
        return buffer_.size() < buffer_bytes ? Result<void>() : flush();
    }

    Result<DataFile> finish() override {
        CHECK(file_ != nullptr);
        auto placed = finish_file();
        file_.reset();
        if (!placed.ok()) return std::move(placed).error();
        finished_ = true;
        lake_.held().finished(result_);
        lake_.held().release_scratch(name_);
        return result_;
    }

private:
    Result<void> flush() {
        TRY(file_->write_at(written_, buffer_));
        written_ += buffer_.size();
        buffer_.clear();
        return {};
    }

    Result<void> finish_file() {
        TRY(flush());
        TRY(file_->sync());
        return lake_.place(lake_.scratch_file(name_), result_);
    }

    void give_up() {
        file_.reset();
        // When it cannot be removed now, the next sweep does.
        [[maybe_unused]] const auto removed = lake_.files().remove(lake_.scratch_file(name_));
        lake_.held().release_scratch(name_);
        lake_.held().release(result_.path);
    }

    FolderLake& lake_;
    std::string name_;
    std::unique_ptr<os::File> file_;
    DataFile result_;
    std::string buffer_;
    std::uint64_t written_ = 0;
    bool finished_ = false;
};

// Checksum and size of a file that somebody else wrote, and its sync.
Result<void> read_through(os::Filesystem& files, const std::string& path, DataFile& result) {
    auto file = TRY(files.open(path, os::OpenMode::ReadWrite));
    TRY(file->sync());
    while (true) {
        const std::string bytes = TRY(file->read_at(result.bytes, read_bytes));
        if (bytes.empty()) return {};
        result.crc32c = crc32c(bytes, result.crc32c);
        result.bytes += bytes.size();
    }
}

}  // namespace

std::string FolderLake::next_scratch_name(const std::string& suffix) {
    std::string name = std::to_string(++scratch_count_) + suffix;
    held_.hold_scratch(name);
    return name;
}

std::string FolderLake::scratch_file(const std::string& name) const {
    return os::join(os::join(options_.root, scratch_folder), name);
}

std::optional<std::string> FolderLake::scratch_name_of(const std::string& path) const {
    std::string name = os::base_name(path);
    if (path != scratch_file(name) || !held_.holds_scratch(name)) return std::nullopt;
    return name;
}

Result<void> FolderLake::hold(const std::string& path) {
    TRY(check_path(path, "data file path"));
    TRY(held_.hold(path));
    if (!named(path)) return {};
    held_.release(path);
    return Error(ErrorCode::AlreadyExists, "data file '" + path + "' is part of a version");
}

// The file's bytes are synced already. After this its name is too.
Result<void> FolderLake::place(const std::string& from, DataFile& file) {
    const std::string to = absolute(file.path);
    TRY(files_.create_folders(os::parent_folder(to)));
    const auto there = quarantine_.move(file.path);
    if (there.ok())
        log::warn(
            "a file that no version names was in the way", {{"file", file.path}, {"now", *there}}
        );
    if (!there.ok() && there.error().code() != ErrorCode::NotFound) return there.error();
    TRY(files_.rename(from, to));
    auto synced = files_.sync_folder(os::parent_folder(to));
    if (!synced.ok()) {
        // Nobody will name it: an orphan, if it cannot be removed now.
        [[maybe_unused]] const auto removed = files_.remove(to);
        return synced;
    }
    file.modified_at = TRY(files_.info(to))
    .modified_at;
    return {};
}

Result<std::unique_ptr<NewFile>> FolderLake::create(const std::string& path) {
    TRY(hold(path));
    const std::string name = next_scratch_name("");
    auto file = files_.open(scratch_file(name), os::OpenMode::CreateNew);
    if (!file.ok()) {
        held_.release_scratch(name);
        held_.release(path);
        return std::move(file).error();
    }
    return std::unique_ptr<NewFile>(
        std::make_unique<ScratchFile>(*this, name, std::move(file).take(), path)
    );
}

Result<std::string> FolderLake::scratch_path(const std::string& suffix) {
    TRY(check_suffix(suffix));
    return scratch_file(next_scratch_name(suffix));
}

Result<DataFile> FolderLake::adopt(
    const std::string& scratch_path, const std::string& path, std::int64_t row_count
) {
    const auto name = scratch_name_of(scratch_path);
    if (!name) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "'" + scratch_path + "' is no scratch path of this lake"
        )
            .with_hint("Write the file to what scratch_path() returned, and adopt it once.");
    }
    TRY(hold(path));
    DataFile file;
    file.path = path;
    file.row_count = row_count;
    auto placed = read_through(files_, scratch_path, file);
    if (placed.ok()) placed = place(scratch_path, file);
    if (!placed.ok()) {
        held_.release(path);
        return std::move(placed).error();
    }
    held_.finished(file);
    held_.release_scratch(*name);
    return file;
}

Result<void> FolderLake::discard(const std::string& path) {
    const auto remove = [&](const std::string& file) -> Result<void> {
        auto removed = files_.remove(file);
        if (!removed.ok() && removed.error().code() == ErrorCode::NotFound) return {};
        return removed;
    };
    if (const auto name = scratch_name_of(path)) {
        TRY(remove(path));
        held_.release_scratch(*name);
        return {};
    }
    if (!check_path(path, "data file path").ok()) return {};  // nothing of ours
    return held_.discard(path, [&] { return remove(absolute(path)); });
}

}  // namespace tradewind::lake
