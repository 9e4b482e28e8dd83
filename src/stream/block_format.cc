#include "stream/block_format.h"

#include <cstring>

#include "base/check.h"
#include "base/hash.h"

namespace tradewind::stream {

namespace {

// Places of the fields in the header.
constexpr std::size_t crc_at = 8;
constexpr std::size_t covered_from = 12;  // the checksum covers all that follows it
constexpr std::size_t fixed_bytes = 96;
constexpr std::size_t slice_bytes = 12;

// The record's tag: partition, then these two bits.
constexpr std::uint64_t tag_rejected = 1;
constexpr std::uint64_t tag_explicit_index = 2;
constexpr int tag_bits = 2;

constexpr std::size_t varint_bytes_max = 10;

std::uint64_t varint_of(std::int64_t value) {
    CHECK(value >= 0);
    return static_cast<std::uint64_t>(value);
}

bool slices_add_up(const BlockHeader& header) {
    std::uint64_t accepted = 0;
    for (const PartitionSlice& slice : header.partitions) accepted += slice.count;
    return accepted <= header.record_count;
}

}  // namespace

LogPoint BlockHeader::begin_point() const {
    LogPoint point{base, {}};
    point.offsets.reserve(partitions.size());
    for (const PartitionSlice& slice : partitions) point.offsets.push_back(slice.base);
    return point;
}

LogPoint BlockHeader::end_point() const {
    LogPoint point{end(), {}};
    point.offsets.reserve(partitions.size());
    for (const PartitionSlice& slice : partitions) {
        point.offsets.push_back(slice.base + slice.count);
    }
    return point;
}

std::uint64_t BlockHeader::total_bytes() const {
    return block_header_bytes(static_cast<int>(partitions.size())) + body_bytes;
}

std::size_t block_header_bytes(int partition_count) {
    return fixed_bytes + slice_bytes * static_cast<std::size_t>(partition_count);
}

void encode_block_header(
    const BlockHeader& header, const SegmentIdentity& identity, std::string& block
) {
    const std::size_t size = block_header_bytes(identity.partition_count);
    CHECK(header.partitions.size() == static_cast<std::size_t>(identity.partition_count));
    CHECK(block.size() == size + header.body_bytes);
    CHECK(slices_add_up(header));
    std::string out(block_magic);
    out.reserve(size);
    put_fixed<std::uint32_t>(out, 0);
    put_fixed<std::uint32_t>(out, static_cast<std::uint32_t>(size));
    put_fixed<std::uint16_t>(out, log_format_version);
    put_fixed<std::uint16_t>(out, static_cast<std::uint16_t>(identity.partition_count));
    put_fixed<std::uint32_t>(out, header.body_crc);
    put_fixed<std::uint64_t>(out, identity.stream_id);
    put_fixed<std::uint64_t>(out, identity.segment_id);
    put_fixed<std::uint64_t>(out, header.file_offset);
    put_fixed<std::int64_t>(out, header.base.value);
    put_fixed<std::int64_t>(out, header.known_durable.value);
    put_fixed<std::int64_t>(out, header.first_received_at.micros);
    put_fixed<std::int64_t>(out, header.last_received_at.micros);
    put_fixed<std::uint32_t>(out, header.body_bytes);
    put_fixed<std::uint32_t>(out, header.record_count);
    put_fixed<std::uint32_t>(out, header.request_count);
    put_fixed<std::uint32_t>(out, 0);
    CHECK(out.size() == fixed_bytes);
    for (const PartitionSlice& slice : header.partitions) {
        put_fixed<std::int64_t>(out, slice.base.value);
        put_fixed<std::uint32_t>(out, slice.count);
    }
    overwrite_fixed<std::uint32_t>(out, crc_at, crc32c(std::string_view(out).substr(covered_from)));
    std::memcpy(block.data(), out.data(), out.size());
}

std::optional<BlockHeader> decode_block_header(
    std::string_view bytes, const SegmentIdentity& identity, std::uint64_t file_offset
) {
    const std::size_t size = block_header_bytes(identity.partition_count);
    if (bytes.size() < size || !bytes.starts_with(block_magic)) return std::nullopt;
    ByteReader in(bytes.substr(crc_at, size - crc_at));
    const auto crc = in.fixed<std::uint32_t>();
    if (in.fixed<std::uint32_t>() != size) return std::nullopt;
    if (crc32c(bytes.substr(covered_from, size - covered_from)) != crc) return std::nullopt;
    if (in.fixed<std::uint16_t>() != log_format_version) return std::nullopt;
    if (in.fixed<std::uint16_t>() != identity.partition_count) return std::nullopt;
    BlockHeader header;
    header.body_crc = in.fixed<std::uint32_t>();
    if (in.fixed<std::uint64_t>() != identity.stream_id) return std::nullopt;
    if (in.fixed<std::uint64_t>() != identity.segment_id) return std::nullopt;
    header.file_offset = in.fixed<std::uint64_t>();
    if (header.file_offset != file_offset) return std::nullopt;
    header.base = Position(in.fixed<std::int64_t>());
    header.known_durable = Position(in.fixed<std::int64_t>());
    header.first_received_at = Timestamp{in.fixed<std::int64_t>()};
    header.last_received_at = Timestamp{in.fixed<std::int64_t>()};
    header.body_bytes = in.fixed<std::uint32_t>();
    header.record_count = in.fixed<std::uint32_t>();
    header.request_count = in.fixed<std::uint32_t>();
    in.fixed<std::uint32_t>();
    header.partitions.resize(static_cast<std::size_t>(identity.partition_count));
    for (PartitionSlice& slice : header.partitions) {
        slice.base = Offset(in.fixed<std::int64_t>());
        slice.count = in.fixed<std::uint32_t>();
    }
    if (!in.ok() || header.record_count == 0 || !slices_add_up(header)) return std::nullopt;
    return header;
}

void encode_request(
    std::string& out, const StoredRequest& request, Timestamp block_first_received
) {
    put_bytes(out, request.idempotency_key);
    put_bytes(out, request.body_hash);
    put_varint(out, varint_of(request.received_at.micros - block_first_received.micros));
    put_varint(out, request.accepted);
    put_varint(out, request.rejected);
}

void encode_record(
    std::string& out, const NewRecord& record, PartitionId partition, std::int64_t ordinal
) {
    const bool rejected = record.kind == RecordKind::Rejected;
    const bool explicit_index = record.index != ordinal;
    std::uint64_t tag = static_cast<std::uint64_t>(partition.value) << tag_bits;
    if (rejected) tag |= tag_rejected;
    if (explicit_index) tag |= tag_explicit_index;
    put_varint(out, tag);
    put_bytes(out, record.key);
    put_bytes(out, record.value);
    if (explicit_index) put_varint(out, zigzag(record.index));
    if (!rejected) return;
    put_bytes(out, record.reason);
    put_bytes(out, record.reason_type);
}

std::size_t encoded_bytes_max(const AppendRequest& request) {
    std::size_t size =
        request.idempotency_key.size() + request.body_hash.size() + 5 * varint_bytes_max;
    for (const NewRecord& record : request.records) {
        size += record.key.size() + record.value.size() + record.reason.size() +
                record.reason_type.size() + 3 * varint_bytes_max;
    }
    return size;
}

BodyReader::BodyReader(const BlockHeader& header, std::string_view body)
    : header_(header), in_(body), point_(header.begin_point()) {}

bool BodyReader::next_request() {
    while (records_left_ > 0) {
        if (!next_record()) return false;
    }
    if (!sound_ || requests_read_ == header_.request_count) return false;
    request_.idempotency_key = in_.sized_bytes();
    request_.body_hash = in_.sized_bytes();
    request_.received_at.micros =
        header_.first_received_at.micros + static_cast<std::int64_t>(in_.varint());
    const std::uint64_t accepted = in_.varint();
    const std::uint64_t rejected = in_.varint();
    sound_ = in_.ok() && accepted <= header_.record_count && rejected <= header_.record_count &&
             request_.received_at <= header_.last_received_at;
    if (!sound_) return false;
    request_.first = point_.position;
    request_.accepted = static_cast<std::uint32_t>(accepted);
    request_.rejected = static_cast<std::uint32_t>(rejected);
    records_left_ = request_.accepted + request_.rejected;
    ordinal_ = 0;
    ++requests_read_;
    return true;
}

bool BodyReader::next_record() {
    if (!sound_ || records_left_ == 0) return false;
    sound_ = read_record_fields();
    if (!sound_) return false;
    --records_left_;
    ++ordinal_;
    return true;
}

bool BodyReader::read_record_fields() {
    const std::uint64_t tag = in_.varint();
    const std::uint64_t partition = tag >> tag_bits;
    if (partition >= header_.partitions.size()) return false;
    record_.partition = PartitionId(static_cast<std::int32_t>(partition));
    record_.kind = (tag & tag_rejected) != 0 ? RecordKind::Rejected : RecordKind::Accepted;
    record_.key = in_.sized_bytes();
    record_.value = in_.sized_bytes();
    record_.index = (tag & tag_explicit_index) != 0 ? unzigzag(in_.varint()) : ordinal_;
    const bool rejected = record_.kind == RecordKind::Rejected;
    record_.reason = rejected ? in_.sized_bytes() : std::string_view();
    record_.reason_type = rejected ? in_.sized_bytes() : std::string_view();
    record_.received_at = request_.received_at;
    record_.position = point_.position;
    record_.offset = Offset();
    point_.position.value += 1;
    if (!rejected) {
        Offset& next = point_.offsets[partition];
        record_.offset = next;
        next.value += 1;
    }
    return in_.ok();
}

bool BodyReader::complete() const {
    return sound_ && in_.at_end() && records_left_ == 0 &&
           requests_read_ == header_.request_count && point_ == header_.end_point();
}

}  // namespace tradewind::stream
