// How far each consumer is, and up to where the log was known to be durable. One small file,
// replaced whole.
//
// A consumer's position is written down lazily: it only holds back retention. The truth of how far
// a sink is stands in the sink, beside its data, so that a position lost in a crash costs nothing.
// That a consumer exists must be durable before its first commit returns: from then on retention
// waits.
//
// The durable mark guards against reuse of numbers: the block written last has no later header to
// vouch for it, so that without the mark a flipped bit in it would pass for a torn tail.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/log_point.h"

namespace tradewind::stream {

// What the file holds.
struct ConsumerFile {
    std::map<std::string, Position> consumers;
    LogPoint durable;
};
std::string encode_consumer_file(const ConsumerFile& file, std::uint64_t stream_id);
// Nothing when damaged, or of another stream.
std::optional<ConsumerFile> decode_consumer_file(
    std::string_view text, std::uint64_t stream_id, int partition_count
);

// Any thread.
class Consumers {
public:
    Consumers(os::Filesystem& files, std::string path, std::uint64_t stream_id, ConsumerFile start);

    // `durable`: where the log stands; `now_us`: monotonic.
    // InvalidArgument: beyond the end, or not a name; ResourceExhausted: too many consumers.
    Result<void> commit(
        const std::string& name, Position position, const LogPoint& durable, std::int64_t now_us
    );
    std::optional<Position> committed(const std::string& name) const;
    // NotFound when there is none of that name.
    Result<void> forget(const std::string& name, const LogPoint& durable);
    // Writes down what is new, if anything is.
    Result<void> persist(const LogPoint& durable);

    std::map<std::string, Position> all() const;
    // The position that every consumer has reached; nothing without consumers.
    std::optional<Position> slowest() const;

private:
    Result<void> write(const LogPoint& durable);

    os::Filesystem& files_;
    const std::string path_;
    const std::uint64_t stream_id_;
    mutable std::mutex mutex_;  // guards file_
    ConsumerFile file_;
    // Held while the file is written, and taken before mutex_: readers of positions never wait for
    // the disk.
    std::mutex write_mutex_;
    bool changed_ = false;            // guarded by mutex_
    std::int64_t written_at_us_ = 0;  // guarded by mutex_
};

}  // namespace tradewind::stream
