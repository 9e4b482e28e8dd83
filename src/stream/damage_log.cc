#include "stream/damage_log.h"

#include <algorithm>

#include "base/log.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

// Copies the range in pieces, so that a damaged 64 MiB file does not have to fit in memory.
Result<void> copy_range(os::File& from, ByteRange range, os::File& to) {
    for (std::uint64_t done = 0; done < range.bytes;) {
        const std::uint64_t size = std::min<std::uint64_t>(range.bytes - done, read_chunk_bytes);
        const std::string bytes =
            TRY(from.read_at(range.offset + done, static_cast<std::size_t>(size)));
        if (bytes.empty())
            break;  // the file is shorter than it should be: there is no more to save
        TRY(to.write_at(done, bytes));
        done += bytes.size();
    }
    return to.sync();
}

std::string describe(const std::string& place, ByteRange range, const std::string& what) {
    return place + ": " + std::to_string(range.bytes) + " bytes at " +
           std::to_string(range.offset) + " (" + what + ")";
}

}  // namespace

DamageLog::DamageLog(
    os::Filesystem& files,
    std::string quarantine_folder,
    std::string stream_name,
    Counter& damage_count
)
    : files_(files),
      folder_(std::move(quarantine_folder)),
      stream_name_(std::move(stream_name)),
      damage_count_(damage_count) {}

void DamageLog::quarantine(
    os::File& file, const std::string& place, ByteRange range, const std::string& what
) {
    {
        std::lock_guard lock(mutex_);
        if (!seen_.emplace(place, range.offset).second) return;
    }
    const auto saved = save_before_cut(file, place, range, what);
    if (!saved.ok()) {
        tell(describe(place, range, what) + " not saved: " + saved.error().describe());
    }
}

Result<void> DamageLog::save_before_cut(
    os::File& file, const std::string& place, ByteRange range, const std::string& what
) {
    const std::string path = TRY(save(file, place, range));
    tell(describe(place, range, what) + " quarantined in " + path);
    return {};
}

void DamageLog::tell(const std::string& line) {
    log::error("damage in stream", {{"stream", stream_name_}, {"damage", line}});
    damage_count_.add();
    std::lock_guard lock(mutex_);
    ++count_;
    if (lines_.size() < damage_lines_max) lines_.push_back(line);
}

std::vector<std::string> DamageLog::lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
}

std::size_t DamageLog::count() const {
    std::lock_guard lock(mutex_);
    return count_;
}

Result<std::string> DamageLog::save(os::File& file, const std::string& place, ByteRange range) {
    TRY(files_.create_folders(folder_));
    const std::string stem =
        os::join(folder_, stream_name_ + "-" + place + "-" + std::to_string(range.offset));
    // The same place can be damaged again after it was cut and written anew: other bytes get
    // another name, the same bytes (damage that stays where it is, found at each start) are kept
    // once.
    for (int copy = 1;; ++copy) {
        const std::string path = stem + (copy == 1 ? "" : "." + std::to_string(copy)) + ".bytes";
        if (files_.exists(path)) {
            if (TRY(same_bytes(file, range, path))) return path;
            continue;
        }
        const std::string temporary = path + ".tmp";
        if (files_.exists(temporary)) TRY(files_.remove(temporary));
        auto out = TRY(files_.open(temporary, os::OpenMode::CreateNew));
        TRY(copy_range(file, range, *out));
        TRY(files_.rename(temporary, path));
        TRY(files_.sync_folder(folder_));
        return path;
    }
}

Result<bool> DamageLog::same_bytes(os::File& file, ByteRange range, const std::string& path) {
    auto kept = TRY(files_.open(path, os::OpenMode::Read));
    if (TRY(kept->size()) != range.bytes) return false;
    for (std::uint64_t done = 0; done < range.bytes; done += read_chunk_bytes) {
        const std::string a = TRY(file.read_at(range.offset + done, read_chunk_bytes));
        const std::string b = TRY(kept->read_at(done, read_chunk_bytes));
        if (b.empty() || !a.starts_with(b)) return false;
    }
    return true;
}

}  // namespace tradewind::stream
