#include "stream/retention.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view keys_magic = "\xF5TWKEY\r\n";
constexpr std::string_view kept_keys_magic = "\xF5TWKPT\r\n";
// The keys of one segment; a footer's part has 32-bit sizes.
constexpr std::uint64_t keys_file_bytes_max = 4ULL << 30;

// Both files of keys: magic, checksum of the rest, a number, keys.
struct Checked {
    std::string_view magic;
    std::uint64_t number = 0;
    std::string keys;
};

Result<void> write_checked(os::Filesystem& files, const std::string& path, const Checked& content) {
    std::string covered;
    put_fixed<std::uint64_t>(covered, content.number);
    covered += content.keys;
    std::string bytes(content.magic);
    put_fixed<std::uint32_t>(bytes, crc32c(covered));
    bytes += covered;
    return os::write_file_atomic(files, path, bytes);
}

Result<Checked> read_checked(
    os::Filesystem& files, const std::string& path, std::string_view magic
) {
    const std::string bytes = TRY(os::read_file(files, path, keys_file_bytes_max));
    ByteReader in(bytes);
    const bool known = in.bytes(magic.size()) == magic;
    const auto crc = in.fixed<std::uint32_t>();
    const std::string_view covered = in.bytes(in.remaining());
    ByteReader fields(covered);
    Checked content{magic, fields.fixed<std::uint64_t>(), {}};
    if (!known || !fields.ok() || crc32c(covered) != crc) {
        return Error(ErrorCode::Corruption, "'" + path + "' is damaged");
    }
    content.keys = std::string(fields.bytes(fields.remaining()));
    return content;
}

bool too_old(const SegmentSummary& segment, const StreamOptions& options, Timestamp now) {
    return options.retention_age_us > 0 &&
           segment.last_received_at.micros < now.micros - options.retention_age_us;
}

}  // namespace

std::size_t deletable_segments(
    const std::vector<SegmentSummary>& sealed,
    std::uint64_t bytes,
    std::optional<Position> slowest,
    const StreamOptions& options,
    Timestamp now
) {
    if (!slowest) return 0;
    std::size_t count = 0;
    for (const SegmentSummary& segment : sealed) {
        const bool too_many_bytes =
            options.retention_bytes_max > 0 && bytes > options.retention_bytes_max;
        const bool given_up = too_many_bytes || too_old(segment, options, now);
        // From the front without a gap: the log stays one piece.
        if (!given_up || segment.end.position > *slowest) break;
        bytes -= segment.file_bytes;
        ++count;
    }
    return count;
}

Result<void> write_keys_file(
    os::Filesystem& files, const std::string& folder, const KeysFile& file, std::string_view keys
) {
    return write_checked(
        files,
        os::join(folder, segment_file_name(file.segment_id, keys_suffix)),
        {keys_magic, static_cast<std::uint64_t>(file.last_received_at.micros), std::string(keys)}
    );
}

Result<LoadedKeys> read_keys_file(
    os::Filesystem& files, const std::string& folder, std::uint64_t segment_id
) {
    const std::string path = os::join(folder, segment_file_name(segment_id, keys_suffix));
    Checked read = TRY(read_checked(files, path, keys_magic));
    const Timestamp last{static_cast<std::int64_t>(read.number)};
    return LoadedKeys{{segment_id, last}, std::move(read.keys)};
}

Result<void> write_kept_keys(
    os::Filesystem& files, const std::string& folder, const KeptKeysFile& file
) {
    return write_checked(
        files, os::join(folder, kept_keys_name), {kept_keys_magic, file.below_segment, file.keys}
    );
}

Result<KeptKeysFile> read_kept_keys(os::Filesystem& files, const std::string& folder) {
    Checked read = TRY(read_checked(files, os::join(folder, kept_keys_name), kept_keys_magic));
    return KeptKeysFile{read.number, std::move(read.keys)};
}

}  // namespace tradewind::stream
