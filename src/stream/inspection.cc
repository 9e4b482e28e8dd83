// What a stream's folder tells without opening it.
#include <string>

#include "stream/consumers.h"
#include "stream/recovery.h"
#include "stream/recovery_files.h"
#include "stream/segment_scan.h"
#include "stream/stream.h"

namespace tradewind::stream {

namespace {

constexpr std::uint64_t small_file_bytes_max = 16u << 20;

Result<bool> holds_records(
    os::Filesystem& files, const std::string& path, const StreamMeta& meta, std::uint64_t id
) {
    auto file = TRY(files.open(path, os::OpenMode::Read));
    const auto origin = TRY(read_segment_header(*file));
    if (origin && origin->header.begin.position > Position(0)) return true;
    const SegmentIdentity identity{meta.stream_id, id, meta.partition_count};
    if (const auto footer = TRY(read_footer(*file, identity, {})))
        return footer->summary.has_records();
    const std::uint64_t size = TRY(file->size());
    const std::uint64_t begin = origin ? segment_header_bytes(meta.partition_count) : 0;
    ScanRequest request;
    request.identity = identity;
    request.range = {begin, size - std::min(begin, size)};
    request.begin = origin ? origin->header.begin : LogPoint::start(meta.partition_count);
    request.begin_guessed = !origin;
    return TRY(scan_segment(*file, request))
    .content.summary.has_records();
}

bool mark_tells_of_records(
    os::Filesystem& files, const std::string& folder, const StreamMeta& meta
) {
    const auto text = os::read_file(files, consumers_path(folder), small_file_bytes_max);
    if (!text.ok()) return false;
    const auto file = decode_consumer_file(*text, meta.stream_id, meta.partition_count);
    return file && file->durable.position > Position(0);
}

bool has_records(os::Filesystem& files, const std::string& folder, const StreamMeta& meta) {
    if (mark_tells_of_records(files, folder, meta)) return true;
    const auto entries = files.list(folder);
    if (!entries.ok()) return false;
    for (const os::FileInfo& entry : *entries) {
        const auto id = segment_id_of(entry.name, segment_suffix);
        if (!id || entry.folder) continue;
        const auto holds = holds_records(files, os::join(folder, entry.name), meta, *id);
        if (holds.ok() && *holds) return true;
    }
    return false;
}

}  // namespace

Error other_partitions(const StreamOptions& options, int partition_count) {
    return Error(
               ErrorCode::InvalidArgument,
               "stream '" + options.name + "' has " + std::to_string(partition_count) +
                   " partitions, not " + std::to_string(options.partition_count)
    )
        .with_detail("The number is fixed once records exist, so that a key stays in its partition."
        )
        .with_hint(
            "Set partitions back to " + std::to_string(partition_count) +
            ", or give the new number to a stream of another name."
        );
}

Result<void> check_partitions(const StreamOptions& options, os::Filesystem& files) {
    const auto text = os::read_file(files, meta_path(options.folder), small_file_bytes_max);
    if (!text.ok()) return {};
    const auto meta = decode_stream_meta(*text);
    if (!meta || meta->partition_count == options.partition_count) return {};
    if (!has_records(files, options.folder, *meta)) return {};
    return other_partitions(options, meta->partition_count);
}

}  // namespace tradewind::stream
