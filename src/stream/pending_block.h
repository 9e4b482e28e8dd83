// Requests that wait to become one block. Their records are encoded as they come in, so that the
// committer only has to number, write and sync. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "stream/block_format.h"
#include "stream/log_point.h"
#include "stream/stored_answer.h"
#include "stream/stream.h"

namespace tradewind::stream {

struct PendingRequest {
    Stream::Done done;
    bool has_key = false;
    Fingerprint key;
    Fingerprint body;
    Timestamp received_at;
    std::uint32_t accepted = 0;
    std::uint32_t rejected = 0;
    std::uint32_t ranges_end = 0;  // in the block's list; they begin where the request before ends
};

class PendingBlock {
public:
    explicit PendingBlock(int partition_count);

    // `request.key` and `request.body` are the fingerprints of what stands in `from`; times must
    // not decrease from call to call.
    void add(const AppendRequest& from, PendingRequest request);

    bool empty() const { return requests_.empty(); }
    std::size_t body_bytes() const { return bytes_.size() - header_bytes_; }
    std::size_t block_bytes() const { return bytes_.size(); }
    std::vector<PendingRequest>& requests() { return requests_; }
    const std::vector<PendingRequest>& requests() const { return requests_; }
    std::uint32_t record_count() const { return header_.record_count; }

    // Gives the records their numbers and completes the header. The bytes to write, valid until the
    // block changes.
    std::string_view complete(
        const SegmentIdentity& identity, std::uint64_t file_offset, const LogPoint& base
    );
    const BlockHeader& header() const { return header_; }
    // The answer to the request of that number; after complete().
    AppendAnswer answer(std::size_t request) const;

    // Empty again, with the memory that it has.
    void clear();

private:
    // A request's records of one partition stand side by side in the partition's numbering.
    struct Range {
        PartitionId partition;
        std::uint32_t first = 0;  // within the block
        std::uint32_t count = 0;
    };
    void add_ranges();

    std::size_t header_bytes_;
    std::string bytes_;  // header (still blank), then the body
    BlockHeader header_;
    std::vector<PendingRequest> requests_;
    std::vector<Range> ranges_;
    std::vector<std::uint32_t> counts_before_;  // scratch of add()
};

}  // namespace tradewind::stream
