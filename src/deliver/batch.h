// A stretch of the stream on its way to the sinks: read once, decoded once, shared by all sinks
// that are near each other. A sink that lags far behind reads for itself, and none waits for it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
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
    Batch(Position from, stream::ReadBatch read);

    Position from() const { return from_; }
    Position next() const { return read_.next; }
    const std::vector<stream::Record>& records() const { return read_.records; }
    // Of memory, about, once it is decoded.
    std::size_t bytes() const { return bytes_; }
    // Typed rows of the accepted records. The first caller decodes, others wait for it.
    const Decoded& decoded(const std::shared_ptr<const contract::Contract>& contract) const;

private:
    Position from_;
    stream::ReadBatch read_;
    std::size_t bytes_ = 0;
    mutable std::once_flag decode_once_;
    mutable std::unique_ptr<Decoded> decoded_;
};

// Reads batches, and keeps those that a sink near the front has still to take. Any thread.
class BatchReader {
public:
    // The default keeps what comes during a flush of the table, whose sink takes none meanwhile.
    BatchReader(
        stream::Stream& stream, std::size_t records_max, std::size_t kept_bytes_max = 128u << 20
    )
        : stream_(stream), records_max_(records_max), kept_bytes_max_(kept_bytes_max) {}
    // The batch that begins at `from`, where `sink` stands; an empty one (next == from) at the
    // stream's end.
    Result<std::shared_ptr<const Batch>> read(const std::string& sink, Position from);

private:
    using Kept = std::map<Position, std::shared_ptr<const Batch>>;  // by where they begin

    std::size_t records_wanted(Position from) const;
    void keep(std::shared_ptr<const Batch> batch);
    void drop_passed();
    Kept::iterator drop(Kept::iterator batch);

    stream::Stream& stream_;
    const std::size_t records_max_;
    const std::size_t kept_bytes_max_;
    std::mutex mutex_;
    Kept kept_;
    std::size_t kept_bytes_ = 0;
    std::map<std::string, Position> sinks_;  // where each stands
};

}  // namespace tradewind::deliver
