// A block: what one group commit writes. Its header is fixed in size for a stream, has its own
// checksum, and says where it stands, so that bytes which only look like a block (a record may hold
// any bytes) are never taken for one. docs/on_disk/stream.md has the grammar of the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "stream/log_point.h"
#include "stream/stream.h"

namespace tradewind::stream {

constexpr std::uint16_t log_format_version = 1;
// No UTF-8 text holds the first byte.
constexpr std::string_view block_magic = "\xF5TWBLK\r\n";

// What every block of a segment repeats.
struct SegmentIdentity {
    std::uint64_t stream_id = 0;  // drawn at random when the stream was made
    std::uint64_t segment_id = 0;
    int partition_count = 0;
};

struct PartitionSlice {
    Offset base;              // of the block's first record in the partition
    std::uint32_t count = 0;  // accepted records
};

struct BlockHeader {
    std::uint64_t file_offset = 0;  // of the header itself
    Position base;                  // of the first record
    Position known_durable;         // everything below was synced before this block was written
    Timestamp first_received_at;
    Timestamp last_received_at;
    std::uint32_t body_bytes = 0;
    std::uint32_t body_crc = 0;
    std::uint32_t record_count = 0;
    std::uint32_t request_count = 0;
    std::vector<PartitionSlice> partitions;

    Position end() const { return base + record_count; }
    LogPoint begin_point() const;
    LogPoint end_point() const;
    std::uint64_t total_bytes() const;
};

std::size_t block_header_bytes(int partition_count);
// Overwrites the front of `block`, which has room for it.
void encode_block_header(
    const BlockHeader& header, const SegmentIdentity& identity, std::string& block
);
// Nothing unless this is the whole header of a block of that segment at that place.
std::optional<BlockHeader> decode_block_header(
    std::string_view bytes, const SegmentIdentity& identity, std::uint64_t file_offset
);

// A request as it stands in a block's body, followed there by its records.
struct StoredRequest {
    std::string_view idempotency_key;
    std::string_view body_hash;
    Timestamp received_at;
    Position first;  // of its records
    std::uint32_t accepted = 0;
    std::uint32_t rejected = 0;
};

void encode_request(std::string& out, const StoredRequest& request, Timestamp block_first_received);
// `ordinal`: the record's number in its request.
void encode_record(
    std::string& out, const NewRecord& record, PartitionId partition, std::int64_t ordinal
);
// At least what the two above append.
std::size_t encoded_bytes_max(const AppendRequest& request);

// Walks a body whose checksum was right. After next_request() its records follow by next_record().
class BodyReader {
public:
    BodyReader(const BlockHeader& header, std::string_view body);

    // False at the end, or when the body makes no sense: then damaged() is true.
    bool next_request();
    bool next_record();
    // True once when everything was read and the counts are those of the header.
    bool complete() const;

    const StoredRequest& request() const { return request_; }
    // Without request_id.
    const Record& record() const { return record_; }
    // Offsets that the next records get.
    const LogPoint& point() const { return point_; }

private:
    bool read_record_fields();

    const BlockHeader& header_;
    ByteReader in_;
    LogPoint point_;
    StoredRequest request_;
    Record record_;
    std::uint32_t requests_read_ = 0;
    std::uint32_t records_left_ = 0;  // of the current request
    std::int64_t ordinal_ = 0;
    bool sound_ = true;
};

}  // namespace tradewind::stream
