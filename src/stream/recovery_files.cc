#include "stream/recovery_files.h"

#include <utility>

#include "os/random.h"
#include "stream/segment_format.h"

namespace tradewind::stream {

namespace {

constexpr std::uint64_t small_file_bytes_max = 16u << 20;
constexpr const char* meta_name = "stream.meta";
constexpr const char* consumers_name = "consumers";

// Nothing when there is no such file.
Result<std::optional<std::string>> read_if_there(os::Filesystem& files, const std::string& path) {
    auto text = os::read_file(files, path, small_file_bytes_max);
    if (text.ok()) return std::optional(std::move(text).take());
    if (text.error().code() == ErrorCode::NotFound) return std::optional<std::string>();
    return std::move(text).error();
}

}  // namespace

std::string meta_path(const std::string& folder) {
    return os::join(folder, meta_name);
}

std::string consumers_path(const std::string& folder) {
    return os::join(folder, consumers_name);
}

std::string losses_path(const std::string& folder) {
    return os::join(folder, losses_name);
}

Result<StreamMeta> RecoveryFiles::meta(const Segments& segments, Timestamp now) {
    const std::string path = meta_path(options_.folder);
    const auto text = TRY(read_if_there(files_, path));
    if (text) {
        if (const auto sound = decode_stream_meta(*text)) return *sound;
        TRY(report(meta_name, "damaged, rebuilt from the segments"));
    }
    if (segments.any && !segments.known) {
        return Error(
                   ErrorCode::Corruption,
                   "nothing tells which stream is in '" + options_.folder + "'"
        )
            .with_detail("Its stream.meta and the headers of all its segments are damaged.")
            .with_hint("Move the folder away, or restore it from a backup.");
    }
    const StreamMeta rebuilt =
        segments.known.value_or(StreamMeta{os::random_seed(), options_.partition_count, now});
    TRY(os::write_file_atomic(files_, path, encode_stream_meta(rebuilt)));
    return rebuilt;
}

Result<RecoveryFiles::FoundConsumers> RecoveryFiles::consumers(const StreamMeta& meta) {
    FoundConsumers found;
    found.file.durable = LogPoint::start(meta.partition_count);
    const auto text = TRY(read_if_there(files_, consumers_path(options_.folder)));
    if (!text) return found;
    auto decoded = decode_consumer_file(*text, meta.stream_id, meta.partition_count);
    if (decoded) {
        found.file = std::move(*decoded);
        return found;
    }
    found.lost = true;
    TRY(report(consumers_name, "damaged consumer positions"));
    return found;
}

Result<LossFile> RecoveryFiles::losses(const StreamMeta& meta) {
    const auto text = TRY(read_if_there(files_, losses_path(options_.folder)));
    if (!text) return LossFile{};
    if (auto decoded = decode_loss_file(*text, meta.stream_id)) return *std::move(decoded);
    TRY(report(losses_name, "damaged list of losses"));
    return LossFile{};
}

Result<std::vector<KeysFile>> RecoveryFiles::keys(
    const std::vector<std::uint64_t>& segment_ids, KeyIndex& index
) {
    std::vector<KeysFile> sound;
    for (const std::uint64_t id : segment_ids) {
        auto loaded = read_keys_file(files_, options_.folder, id);
        if (!loaded.ok() && loaded.error().code() != ErrorCode::Corruption) {
            return std::move(loaded).error();
        }
        if (loaded.ok() && index.add_encoded(loaded->keys)) {
            sound.push_back(loaded->file);
        } else {
            TRY(report(segment_file_name(id, keys_suffix), "damaged idempotency keys"));
        }
    }
    return sound;
}

// Damaged: those of segments that are still there are found in these; the others are lost.
Result<RecoveryFiles::FoundKept> RecoveryFiles::kept(KeyIndex& index) {
    auto read = read_kept_keys(files_, options_.folder);
    if (read.ok() && index.add_encoded(read->keys)) {
        return FoundKept{read->below_segment, read->keys.size()};
    }
    if (read.ok() || read.error().code() == ErrorCode::Corruption) {
        TRY(report(kept_keys_name, "damaged keys of replays, of deleted segments they are lost"));
        return FoundKept{};
    }
    if (read.error().code() == ErrorCode::NotFound) return FoundKept{};
    return std::move(read).error();
}

Result<void> RecoveryFiles::report(const std::string& name, const char* what) {
    auto file = TRY(files_.open(os::join(options_.folder, name), os::OpenMode::Read));
    const std::uint64_t size = TRY(file->size());
    damage_.quarantine(*file, name, {0, size}, what);
    return {};
}

Result<void> write_anew(os::File& file, ByteRange range) {
    const std::uint64_t size = TRY(file.size());
    TRY(file.truncate(size + 1));
    TRY(file.truncate(size));
    const std::string bytes =
        TRY(file.read_at(range.offset, static_cast<std::size_t>(range.bytes)));
    TRY(file.write_at(range.offset, bytes));
    return file.sync();
}

}  // namespace tradewind::stream
