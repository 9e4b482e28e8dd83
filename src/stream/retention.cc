#include "stream/retention.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view keys_magic = "\xF5TWKEY\r\n";
// The keys of one segment; a footer's part has 32-bit sizes.
constexpr std::uint64_t keys_file_bytes_max = 4ULL << 30;

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
    std::string covered;
    put_fixed<std::int64_t>(covered, file.last_received_at.micros);
    covered += keys;
    std::string bytes(keys_magic);
    put_fixed<std::uint32_t>(bytes, crc32c(covered));
    bytes += covered;
    return os::write_file_atomic(
        files, os::join(folder, segment_file_name(file.segment_id, keys_suffix)), bytes
    );
}

Result<LoadedKeys> read_keys_file(
    os::Filesystem& files, const std::string& folder, std::uint64_t segment_id
) {
    const std::string path = os::join(folder, segment_file_name(segment_id, keys_suffix));
    const std::string bytes = TRY(os::read_file(files, path, keys_file_bytes_max));
    ByteReader in(bytes);
    const bool magic = in.bytes(keys_magic.size()) == keys_magic;
    const auto crc = in.fixed<std::uint32_t>();
    const std::string_view covered = in.bytes(in.remaining());
    LoadedKeys loaded;
    loaded.file.segment_id = segment_id;
    ByteReader fields(covered);
    loaded.file.last_received_at = Timestamp{fields.fixed<std::int64_t>()};
    if (!magic || !fields.ok() || crc32c(covered) != crc) {
        return Error(ErrorCode::Corruption, "'" + path + "' is damaged");
    }
    loaded.keys = std::string(fields.bytes(fields.remaining()));
    return loaded;
}

}  // namespace tradewind::stream
