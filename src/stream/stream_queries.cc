// The reading side of the embedded stream, and what it tells of itself.
#include <utility>

#include "stream/batch_reader.h"
#include "stream/segmented_stream.h"

namespace tradewind::stream {

namespace {

// Retention may take a segment away between the look-up and the opening of its file.
template <typename T, typename Read>
Result<T> read_again_if_gone(Read read) {
    auto result = read();
    if (!result.ok() && result.error().code() == ErrorCode::NotFound) return read();
    return result;
}

}  // namespace

Result<ReadBatch> SegmentedStream::read(Position from, ReadLimits limits) {
    return read_again_if_gone<ReadBatch>([&] {
        return read_records(store_, *damage_, from, limits);
    });
}

Result<ReadBatch> SegmentedStream::read_partition(
    PartitionId partition, Offset from, ReadLimits limits
) {
    TRY(check_partition(partition));
    return read_again_if_gone<ReadBatch>([&] {
        return read_partition_records(store_, *damage_, partition, from, limits);
    });
}

Result<Offset> SegmentedStream::offset_at(PartitionId partition, Timestamp at) {
    TRY(check_partition(partition));
    return read_again_if_gone<Offset>([&] {
        return find_offset_at(store_, *damage_, partition, at);
    });
}

bool SegmentedStream::wait_for(Position position, std::int64_t timeout_us) {
    return store_.wait_for(position, timeout_us);
}

PartitionId SegmentedStream::partition_of(std::string_view key) const {
    return partition_for(key, meta_.partition_count);
}

Result<void> SegmentedStream::check_partition(PartitionId partition) const {
    if (partition.value >= 0 && partition.value < meta_.partition_count) return {};
    return Error(
               ErrorCode::InvalidArgument,
               "stream '" + options_.name + "' has no partition " + std::to_string(partition.value)
    )
        .with_detail(
            "It has the partitions 0 to " + std::to_string(meta_.partition_count - 1) + "."
        );
}

StreamInfo SegmentedStream::info() {
    StreamInfo info;
    info.name = options_.name;
    const SegmentStore::Totals totals = store_.totals();
    info.record_count = totals.accepted_count;
    info.bytes = totals.bytes;
    info.segment_count = totals.segment_count;
    const LogPoint first = store_.first();
    const LogPoint end = store_.end();
    info.first = first.position;
    info.next = end.position;
    for (int i = 0; i < meta_.partition_count; ++i) {
        const PartitionId partition(i);
        info.partitions.push_back({partition, first.offset(partition), end.offset(partition)});
    }
    for (auto& [name, committed] : consumers_.all()) {
        info.consumers.push_back({name, committed, end.position.value - committed.value});
    }
    info.damage = damage_->lines();
    return info;
}

Result<void> SegmentedStream::verify() {
    const VerifiedBlocks found = TRY(verify_blocks(store_, *damage_));
    std::vector<std::string> lines = found.damage;
    const std::vector<Missing> missing = losses_->open();
    for (const Missing& one : missing) {
        lines.push_back(
            "positions " + std::to_string(one.first.value) + " to " +
            std::to_string(one.last.value) + " are missing, as " + one.path + " notes"
        );
    }
    if (lines.empty()) return {};
    std::string detail;
    for (const std::string& line : lines) detail += (detail.empty() ? "" : "; ") + line;
    if (found.lost_count > 0 || missing.empty())
        detail += ". Records that are missing: " + std::to_string(found.lost_count);
    return Error(
               ErrorCode::Corruption,
               "stream '" + options_.name + "' is damaged in " + std::to_string(lines.size()) +
                   (lines.size() == 1 ? " place" : " places")
    )
        .with_detail(detail + ".")
        .with_hint(
            "Copies of the damaged bytes are in the quarantine folder; all else can be read. "
            "Positions that are missing are told of until their note there is removed."
        );
}

}  // namespace tradewind::stream
