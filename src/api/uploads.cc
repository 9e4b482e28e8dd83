#include "api/uploads.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "os/random.h"

namespace tradewind::api {

namespace {

constexpr std::size_t field_bytes_max = 4096;
constexpr std::size_t fields_max = 32;
constexpr std::size_t files_max = 1000;
constexpr std::size_t name_bytes_max = 255;  // of file systems
constexpr std::int64_t imports_looked_at = 100'000;
constexpr std::uint64_t room_check_bytes = 4u << 20;

Error bad_upload(std::string what) {
    return Error(ErrorCode::InvalidArgument, std::move(what));
}

// A name is a name, and no way to a place of the sender's choice.
Result<void> check_name(const std::string& name) {
    TRY(importer::check_identity(name));
    if (os::base_name(name).size() <= name_bytes_max) return {};
    return bad_upload("the name of an uploaded file is too long");
}

bool under_way(const importer::Import& import) {
    return import.state == importer::ImportState::Queued ||
           import.state == importer::ImportState::Running;
}

}  // namespace

Upload::Upload(std::shared_ptr<Uploads> uploads, const std::string& boundary)
    : uploads_(std::move(uploads)), reader_(boundary, *this) {}

Upload::~Upload() {
    file_.reset();
    for (const std::string& folder : folders_) {
        kept_ ? uploads_->release(folder) : uploads_->remove_folder(folder);
    }
}

Result<void> Upload::begin_part(const PartHead& head) {
    if (head.file_name) return begin_file(*head.file_name);
    if (fields_.size() >= fields_max) return bad_upload("the upload has too many fields");
    field_ = head.name;
    if (!fields_.emplace(field_, std::string()).second)
        return bad_upload("the field '" + field_ + "' is given twice");
    return {};
}

Result<void> Upload::begin_file(const std::string& name) {
    TRY(check_name(name));
    if (files_.size() >= files_max) return bad_upload("the upload has too many files");
    const std::string folder = TRY(uploads_->make_folder());
    folders_.push_back(folder);
    files_.push_back({os::join(folder, os::base_name(name)), name});
    file_ = TRY(uploads_->files_->open(files_.back().path, os::OpenMode::CreateNew));
    file_bytes_ = 0;
    return uploads_->check_room();
}

Result<void> Upload::add_bytes(std::string_view piece) {
    if (file_ != nullptr) return add_to_file(piece);
    std::string& value = fields_[field_];
    if (value.size() + piece.size() > field_bytes_max)
        return bad_upload("the field '" + field_ + "' is too long");
    value.append(piece);
    return {};
}

// The room is looked at now and then: pieces are small.
Result<void> Upload::add_to_file(std::string_view piece) {
    TRY(file_->write_at(file_bytes_, piece));
    const bool due =
        (file_bytes_ + piece.size()) / room_check_bytes > file_bytes_ / room_check_bytes;
    file_bytes_ += piece.size();
    return due ? uploads_->check_room() : Result<void>();
}

Result<void> Upload::end_part() {
    if (file_ == nullptr) return {};
    TRY(file_->sync());
    file_.reset();
    return uploads_->files_->sync_folder(folders_.back());
}

Result<void> Upload::finish() {
    return reader_.finish();
}

Uploads::Uploads(std::string folder, std::uint64_t disk_reserve_bytes, importer::Importer& importer)
    : folder_(std::move(folder)),
      disk_reserve_bytes_(disk_reserve_bytes),
      importer_(importer),
      files_(os::make_posix_filesystem()) {}

Result<void> Uploads::check_room(std::uint64_t bytes) const {
    if (disk_reserve_bytes_ == 0) return {};
    TRY(files_->create_folders(folder_));
    const std::uint64_t free = TRY(files_->free_bytes(folder_));
    if (free >= disk_reserve_bytes_ + bytes) return {};
    return Error(ErrorCode::Unavailable, "the disk has no room for this file")
        .with_detail(
            format_bytes(static_cast<std::int64_t>(free)) +
            " are free, of which disk.reserve keeps " +
            format_bytes(static_cast<std::int64_t>(disk_reserve_bytes_)) + "."
        )
        .with_hint("Make room, then send it again.");
}

Result<std::shared_ptr<Upload>> Uploads::begin(std::string_view content_type) {
    const std::string boundary = TRY(multipart_boundary(content_type));
    return std::make_shared<Upload>(shared_from_this(), boundary);
}

Result<std::string> Uploads::make_folder() {
    const std::string name = os::random_id();
    coming_in_.with_lock([&](std::set<std::string>& names) { names.insert(name); });
    const std::string folder = os::join(folder_, name);
    TRY(files_->create_folders(folder));
    return folder;
}

void Uploads::remove_folder(const std::string& folder) {
    const auto removed = os::remove_tree(*files_, folder);
    if (!removed.ok())
        log::warn(
            "an upload could not be removed",
            {{"folder", folder}, {"reason", removed.error().describe()}}
        );
    release(folder);
}

void Uploads::release(const std::string& folder) {
    coming_in_.with_lock([&](std::set<std::string>& names) { names.erase(os::base_name(folder)); });
}

Result<void> Uploads::sweep() {
    const auto folders = files_->list(folder_);
    if (!folders.ok()) return {};  // nothing was ever uploaded
    // In this order: what is no longer coming in was handed to the importer before.
    const auto coming_in =
        coming_in_.with_lock([](const std::set<std::string>& names) { return names; });
    std::set<std::string> needed;
    for (const importer::Import& import : TRY(importer_.list(std::nullopt, imports_looked_at))) {
        if (under_way(import))
            needed.insert(os::parent_folder(import.upload.empty() ? import.path : import.upload));
    }
    for (const os::FileInfo& info : *folders) {
        const std::string folder = os::join(folder_, info.name);
        if (coming_in.contains(info.name) || needed.contains(folder)) continue;
        TRY(os::remove_tree(*files_, folder));
    }
    return {};
}

}  // namespace tradewind::api
