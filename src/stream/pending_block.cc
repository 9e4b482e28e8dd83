#include "stream/pending_block.h"

#include <utility>

#include "base/check.h"
#include "base/hash.h"

namespace tradewind::stream {

PendingBlock::PendingBlock(int partition_count)
    : header_bytes_(block_header_bytes(partition_count)) {
    header_.partitions.resize(static_cast<std::size_t>(partition_count));
    counts_before_.resize(header_.partitions.size());
    clear();
}

void PendingBlock::clear() {
    bytes_.assign(header_bytes_, '\0');
    std::vector<PartitionSlice> slices = std::move(header_.partitions);
    for (PartitionSlice& slice : slices) slice = PartitionSlice();
    header_ = BlockHeader();
    header_.partitions = std::move(slices);
    requests_.clear();
    ranges_.clear();
}

void PendingBlock::add(const AppendRequest& from, PendingRequest request) {
    if (empty()) header_.first_received_at = request.received_at;
    CHECK(request.received_at >= header_.last_received_at || empty());
    header_.last_received_at = request.received_at;
    for (std::size_t i = 0; i < counts_before_.size(); ++i) {
        counts_before_[i] = header_.partitions[i].count;
    }
    for (const NewRecord& record : from.records) {
        (record.kind == RecordKind::Accepted ? request.accepted : request.rejected) += 1;
    }

    const std::size_t begin = bytes_.size();
    StoredRequest stored;
    stored.idempotency_key = from.idempotency_key;
    stored.body_hash = from.body_hash;
    stored.received_at = request.received_at;
    stored.accepted = request.accepted;
    stored.rejected = request.rejected;
    encode_request(bytes_, stored, header_.first_received_at);
    std::int64_t ordinal = 0;
    for (const NewRecord& record : from.records) {
        const PartitionId partition =
            partition_for(record.key, static_cast<int>(header_.partitions.size()));
        encode_record(bytes_, record, partition, ordinal++);
        if (record.kind == RecordKind::Accepted) {
            header_.partitions[static_cast<std::size_t>(partition.value)].count += 1;
        }
    }
    // Here, where the bytes are still in the processor's cache and the committer is busy syncing.
    header_.body_crc = crc32c(std::string_view(bytes_).substr(begin), header_.body_crc);

    header_.record_count += request.accepted + request.rejected;
    header_.request_count += 1;
    add_ranges();
    request.ranges_end = static_cast<std::uint32_t>(ranges_.size());
    requests_.push_back(std::move(request));
}

void PendingBlock::add_ranges() {
    for (std::size_t i = 0; i < counts_before_.size(); ++i) {
        const std::uint32_t before = counts_before_[i];
        const std::uint32_t after = header_.partitions[i].count;
        if (after == before) continue;
        ranges_.push_back({PartitionId(static_cast<std::int32_t>(i)), before, after - before});
    }
}

std::string_view PendingBlock::complete(
    const SegmentIdentity& identity, std::uint64_t file_offset, const LogPoint& base
) {
    header_.file_offset = file_offset;
    header_.base = base.position;
    // One block is under way at a time, so that all before it is on the medium.
    header_.known_durable = base.position;
    header_.body_bytes = static_cast<std::uint32_t>(body_bytes());
    CHECK(header_.body_bytes == body_bytes());
    for (std::size_t i = 0; i < base.offsets.size(); ++i) {
        header_.partitions[i].base = base.offsets[i];
    }
    encode_block_header(header_, identity, bytes_);
    return bytes_;
}

AppendAnswer PendingBlock::answer(std::size_t request) const {
    AppendAnswer answer;
    answer.accepted = requests_[request].accepted;
    answer.rejected = requests_[request].rejected;
    const std::uint32_t begin = request == 0 ? 0 : requests_[request - 1].ranges_end;
    const std::uint32_t end = requests_[request].ranges_end;
    answer.offsets.reserve(end - begin);
    for (std::uint32_t i = begin; i < end; ++i) {
        const Range& range = ranges_[i];
        const Offset first =
            header_.partitions[static_cast<std::size_t>(range.partition.value)].base + range.first;
        answer.offsets.push_back({range.partition, first, first + (range.count - 1)});
    }
    return answer;
}

}  // namespace tradewind::stream
