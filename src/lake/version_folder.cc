#include "lake/version_folder.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::lake {

namespace {

// 400,000 files make 100 MB; beyond this the dataset should have been compacted long ago.
constexpr std::uint64_t version_file_bytes_max = 2ull << 30;
// A first line holds columns and positions: 4,096 columns of 100 bytes fit.
constexpr std::size_t first_line_bytes_max = 1u << 20;

// Its name tells the number; it holds nothing.
constexpr std::string_view floor_ending = ".floor";

std::optional<std::int64_t> floor_of(const os::FileInfo& info) {
    if (info.folder || !info.name.ends_with(floor_ending)) return std::nullopt;
    const std::string digits = info.name.substr(0, info.name.size() - floor_ending.size());
    const auto number = parse_integer(digits);
    return number && *number > 0 ? number : std::nullopt;
}

}  // namespace

std::int64_t VersionNumbers::newest() const {
    return std::max(deltas.empty() ? 0 : *deltas.rbegin(), wholes.empty() ? 0 : *wholes.rbegin());
}

std::int64_t VersionNumbers::before(std::int64_t number) const {
    std::int64_t found = 0;
    for (const auto* set : {&deltas, &wholes}) {
        const auto at = set->lower_bound(number);
        if (at != set->begin()) found = std::max(found, *std::prev(at));
    }
    return found;
}

std::vector<std::int64_t> VersionNumbers::all() const {
    std::set<std::int64_t> both = deltas;
    both.insert(wholes.begin(), wholes.end());
    return {both.begin(), both.end()};
}

VersionFolder::VersionFolder(std::string dataset, const std::string& root, os::Filesystem& files)
    : dataset_(std::move(dataset)),
      path_(os::join(os::join(root, dataset_), versions_folder)),
      files_(files) {}

std::string VersionFolder::path_of(VersionName name) const {
    return os::join(path_, file_name(name));
}

Result<VersionNumbers> VersionFolder::list() const {
    VersionNumbers numbers;
    const auto listed = files_.list(path_);
    if (!listed.ok() && listed.error().code() == ErrorCode::NotFound) return numbers;
    if (!listed.ok()) return listed.error();
    for (const os::FileInfo& info : *listed) {
        const auto name = parse_file_name(info.name);
        if (!name || info.folder) continue;
        (name->kind == VersionKind::Whole ? numbers.wholes : numbers.deltas).insert(name->number);
    }
    return numbers;
}

Result<void> VersionFolder::remove_temporaries() const {
    for (const os::FileInfo& info : TRY(files_.list(path_))) {
        if (!info.folder && info.name.ends_with(".tmp"))
            TRY(files_.remove(os::join(path_, info.name)));
    }
    return {};
}

Result<VersionFile> VersionFolder::read(VersionName name) const {
    const std::string path = path_of(name);
    VersionFile file =
        TRY(decode_version(TRY(os::read_file(files_, path, version_file_bytes_max))));
    const bool mine = file.header.dataset == dataset_ && file.header.number == name.number &&
                      file.header.kind == name.kind;
    if (mine) return file;
    return Error(ErrorCode::Corruption, "version file is not the one its name says")
        .with_detail(
            "It holds version " + std::to_string(file.header.number) + " of '" +
            file.header.dataset + "'."
        );
}

Result<VersionHeader> VersionFolder::read_header(VersionName name) const {
    auto file = TRY(files_.open(path_of(name), os::OpenMode::Read));
    const std::string text = TRY(file->read_at(0, first_line_bytes_max));
    return decode_header(std::string_view(text).substr(0, text.find('\n')));
}

Result<void> VersionFolder::write(VersionName name, std::string_view text) const {
    TRY(files_.create_folders(path_));
    return os::write_file_atomic(files_, path_of(name), text);
}

Result<void> VersionFolder::remove(VersionName name) const {
    auto removed = files_.remove(path_of(name));
    if (!removed.ok() && removed.error().code() == ErrorCode::NotFound) return {};
    return removed;
}

bool VersionFolder::maybe_there(VersionName name) const {
    const auto info = files_.info(path_of(name));
    return info.ok() || info.error().code() != ErrorCode::NotFound;
}

Result<void> VersionFolder::sync() const {
    return files_.sync_folder(path_);
}

Result<void> VersionFolder::mark_floor(std::int64_t floor) const {
    const std::string name = std::to_string(floor) + std::string(floor_ending);
    return os::write_file_atomic(files_, os::join(path_, name), "");
}

Result<std::int64_t> VersionFolder::marked_floor() const {
    std::int64_t floor = 0;
    for (const os::FileInfo& info : TRY(files_.list(path_))) {
        floor = std::max(floor, floor_of(info).value_or(0));
    }
    return floor;
}

Result<void> VersionFolder::clear_floor() const {
    for (const os::FileInfo& info : TRY(files_.list(path_))) {
        if (floor_of(info)) TRY(files_.remove(os::join(path_, info.name)));
    }
    return {};
}

}  // namespace tradewind::lake
