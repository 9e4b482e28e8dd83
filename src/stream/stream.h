// A stream: a durable, ordered, partitioned log of records. `append` answers only once the records
// are on the medium; consumers read by position and say how far they are done.
//
// Addresses: (partition, offset) is a record's public address; a consumer's cursor is one position
// in the whole stream. Records of one key are in one partition, in the order they were appended.
// Rejected records (refused at the door under on_invalid=deadletter) stand in the same log, with
// kind = Rejected and a partition/offset of their own kind: they take a position, but no offset.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/metrics.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::stream {

struct StreamOptions {
    std::string name;
    std::string folder;       // its own, e.g. data/stream/online_retail
    int partition_count = 4;  // fixed once records exist
    std::uint64_t segment_bytes_max = 64u << 20;
    std::uint64_t append_queue_bytes_max = 64u
                                           << 20;  // waiting for the committer; then Unavailable
    std::int64_t idempotency_window_us = 24LL * 3600 * 1'000'000;
    std::size_t idempotency_keys_max = 1'000'000;
    std::int64_t retention_age_us = 7LL * 24 * 3600 * 1'000'000;
    std::uint64_t retention_bytes_max = 0;  // 0: no limit by size
    std::uint64_t disk_reserve_bytes = 256u
                                       << 20;  // less free than this: append answers Unavailable
    // False: no thread of its own; somebody calls commit_pending() (simulations).
    bool own_committer = true;
};

enum class RecordKind : std::uint8_t { Accepted = 0, Rejected = 1 };

// One record on its way in. Views need to live only during the call of append.
struct NewRecord {
    RecordKind kind = RecordKind::Accepted;
    std::string_view key;     // decides the partition; empty is a key like any other
    std::string_view value;   // the bytes as received
    std::string_view reason;  // Rejected: why, for people
    std::string_view
        reason_type;         // Rejected: error type in snake_case (a folder's name in raw/errors)
    std::int64_t index = 0;  // its place in the request, from 0
};

// A request whose key begins so is answered once for ever, not only within the window.
constexpr std::string_view kept_key_prefix = "dl:";

struct AppendRequest {
    std::vector<NewRecord> records;
    std::string_view idempotency_key;  // empty: none
    std::string_view body_hash;        // of the request's body; with a key only
};

struct PartitionRange {
    PartitionId partition;
    Offset first;
    Offset last;  // inclusive
};

struct AppendAnswer {
    std::int64_t accepted = 0;
    std::int64_t rejected = 0;
    std::vector<PartitionRange>
        offsets;            // by partition; not necessarily all of one request adjacent
    bool repeated = false;  // the stored answer of an earlier request with this key
};

// A record as it is read back. Views live as long as the ReadBatch.
struct Record {
    Position position;
    RecordKind kind = RecordKind::Accepted;
    PartitionId partition;
    Offset offset;  // Accepted only
    Timestamp received_at;
    std::string_view key;
    std::string_view value;
    std::string_view reason;
    std::string_view reason_type;
    std::string_view
        request_id;  // of its block's request, for the dead letter's id: stable for ever
    std::int64_t index = 0;
};

struct ReadBatch {
    std::vector<Record> records;
    Position next;                       // where the next read begins
    std::shared_ptr<const void> memory;  // owns what the records' views point into
};

struct ReadLimits {
    std::size_t records_max = 50'000;
    std::size_t bytes_max = 8u << 20;
};

struct PartitionInfo {
    PartitionId partition;
    Offset first;  // oldest still there
    Offset next;   // of the next record
};

struct ConsumerInfo {
    std::string name;
    Position committed;
    std::int64_t lag = 0;  // records still to read
};

struct StreamInfo {
    std::string name;
    std::int64_t record_count = 0;  // accepted ones still there
    std::uint64_t bytes = 0;
    int segment_count = 0;
    Position first;
    Position next;  // durable end
    std::vector<PartitionInfo> partitions;
    std::vector<ConsumerInfo> consumers;
    // Damage found so far, one line each ("segment 3: 512 bytes at 8192 quarantined in …").
    std::vector<std::string> damage;
};

// All methods: any thread.
class Stream {
public:
    virtual ~Stream() = default;

    using Done = std::function<void(Result<AppendAnswer>)>;
    // Calls `done` exactly once, from the committer's thread (or this one, on refusal or a stored
    // answer), after the records are durable. Errors: Conflict — the key was used with another
    // body; Unavailable — queue full, disk reserve reached, stopping, or the log stopped after a
    // failed sync; ResourceExhausted — no more keys can be kept for ever; Io.
    virtual void append(const AppendRequest& request, Done done) = 0;
    // The answer that a request with this key was given, or will be: as append would answer its
    // repetition, but nothing is ever appended. NotFound: the key is free.
    virtual void find_answer(
        std::string_view idempotency_key, std::string_view body_hash, Done done
    ) = 0;
    // append, waiting. Not from the committer's thread.
    Result<AppendAnswer> append_and_wait(const AppendRequest& request);
    // Without own committer: writes and syncs what is pending, calls the answers. Returns requests
    // done.
    virtual Result<std::size_t> commit_pending() = 0;

    // Durable records from a position on, in order; empty at the end. Damaged blocks are skipped
    // (quarantined and reported), so positions may jump. NotFound: older than what is retained
    // (the error's detail names the oldest position).
    virtual Result<ReadBatch> read(Position from, ReadLimits limits) = 0;
    // Accepted records of one partition from an offset on.
    virtual Result<ReadBatch> read_partition(
        PartitionId partition, Offset from, ReadLimits limits
    ) = 0;
    // Offset of the partition's first record received at or after the time (its next offset when
    // none).
    virtual Result<Offset> offset_at(PartitionId partition, Timestamp at) = 0;
    // Waits until something durable lies at or after `position`, the stream is stopping, or the
    // time is up. True: there is something to read.
    virtual bool wait_for(Position position, std::int64_t timeout_us) = 0;

    // A consumer exists from its first commit on (durably), and holds back retention until
    // forgotten.
    virtual Result<void> commit(const std::string& consumer, Position position) = 0;
    virtual std::optional<Position> committed(const std::string& consumer) = 0;
    // Called by a consumer that, before anything is appended, holds what the log lost at its end:
    // the log goes on from `position`, and no number below it, nor an offset that may have stood
    // there, is given again. The gap is durable, and told of as damage now and at each start while
    // the records before it are kept. Nothing happens when the log reaches that far. Errors:
    // Conflict — records were appended since the opening; Io. A stream that is not kept on a disk
    // refuses.
    virtual Result<void> raise_to(Position position);
    virtual Result<void> forget(const std::string& consumer) = 0;

    // Deletes sealed segments that every consumer has passed and retention gives up.
    virtual Result<int> apply_retention() = 0;
    virtual StreamInfo info() = 0;
    // The durable end, as info().next but cheap: sinks ask for it all the time.
    virtual Position next() { return info().next; }
    virtual PartitionId partition_of(std::string_view key) const = 0;
    // Re-reads every block on disk; Corruption with a list when something is damaged, or positions
    // are missing whose note (see find_missing) is still there.
    virtual Result<void> verify() = 0;

    // Refuses new appends, commits what is pending, seals nothing; then the object may go.
    virtual Result<void> stop() = 0;
};

// Opens or creates; recovers: cuts a torn tail (keeping its bytes in quarantine), rebuilds the
// idempotency keys of the window. `quarantine_folder` takes damaged bytes.
// Errors: Io, InvalidArgument (partition_count differs from what is there).
Result<std::unique_ptr<Stream>> open_stream(
    StreamOptions options,
    const std::string& quarantine_folder,
    os::Filesystem& files,
    os::Clock& clock,
    MetricsRegistry& metrics
);

// Numbers of records that were given out and whose records are gone.
struct Missing {
    std::string stream;
    Position first;
    Position last;     // inclusive
    std::string path;  // of the note in the quarantine folder; whoever has seen to it removes it
};
// By name. Reads only; streams may be open.
std::vector<Missing> find_missing(os::Filesystem& files, const std::string& quarantine_folder);

// InvalidArgument: open_stream would refuse the number of partitions, since records with another
// one are there. Reads only; the stream may be open. What cannot be read is not refused.
Result<void> check_partitions(const StreamOptions& options, os::Filesystem& files);

}  // namespace tradewind::stream
