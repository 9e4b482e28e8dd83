// A stretch of the stream on its way to the sinks: read once, decoded once, shared by all sinks
// that are near each other. A sink that lags behind reads for itself.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "contract/contract.h"
#include "stream/stream.h"

namespace tradewind::deliver {

// A record that was accepted at the door and cannot be delivered.
struct Failure {
    PartitionId partition;
    Offset offset;
    Timestamp received_at;
    contract::Rejection rejection;
    std::string original;
};

struct Decoded {
    explicit Decoded(RowBatch r) : rows(std::move(r)) {}
    RowBatch rows;  // after the transform
    std::vector<Failure> failures;
    std::vector<contract::FilteredCount> filtered;
};

class Batch {
public:
    Batch(Position from, stream::ReadBatch read) : from_(from), read_(std::move(read)) {}

    Position from() const { return from_; }
    Position next() const { return read_.next; }
    const std::vector<stream::Record>& records() const { return read_.records; }
    // Typed rows of the accepted records. The first caller decodes, others wait for it.
    const Decoded& decoded(const std::shared_ptr<const contract::Contract>& contract) const;

private:
    Position from_;
    stream::ReadBatch read_;
    mutable std::once_flag decode_once_;
    mutable std::unique_ptr<Decoded> decoded_;
};

// Reads batches and remembers the last few. Any thread.
class BatchReader {
public:
    BatchReader(stream::Stream& stream, std::size_t records_max)
        : stream_(stream), records_max_(records_max) {}
    // The batch that begins at `from`; an empty one (next == from) at the stream's end.
    Result<std::shared_ptr<const Batch>> read(Position from);

private:
    // Enough for sinks that run side by side; each holds up to 8 MiB of records.
    static constexpr std::size_t kept_max = 4;

    stream::Stream& stream_;
    const std::size_t records_max_;
    std::mutex mutex_;
    std::deque<std::shared_ptr<const Batch>> kept_;
};

}  // namespace tradewind::deliver
