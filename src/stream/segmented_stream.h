// The embedded stream: requests are queued, one committer at a time turns what waits into a block,
// writes it, syncs it, and only then shows it to readers and answers.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "stream/append_queue.h"
#include "stream/consumers.h"
#include "stream/damage_log.h"
#include "stream/losses.h"
#include "stream/recovery.h"
#include "stream/recovery_files.h"
#include "stream/segment_store.h"
#include "stream/segment_writer.h"
#include "stream/stream.h"
#include "stream/stream_metrics.h"

namespace tradewind::stream {

class SegmentedStream : public Stream {
public:
    static Result<std::unique_ptr<Stream>> open(
        StreamOptions options,
        const std::string& quarantine_folder,
        os::Filesystem& files,
        os::Clock& clock,
        MetricsRegistry& metrics
    );
    ~SegmentedStream() override;

    void append(const AppendRequest& request, Done done) override;
    void find_answer(std::string_view idempotency_key, std::string_view body_hash, Done done)
        override;
    Result<std::size_t> commit_pending() override;
    Result<ReadBatch> read(Position from, ReadLimits limits) override;
    Result<ReadBatch> read_partition(PartitionId partition, Offset from, ReadLimits limits)
        override;
    Result<Offset> offset_at(PartitionId partition, Timestamp at) override;
    bool wait_for(Position position, std::int64_t timeout_us) override;
    Result<void> commit(const std::string& consumer, Position position) override;
    std::optional<Position> committed(const std::string& consumer) override;
    Result<void> raise_to(Position position) override;
    Result<void> forget(const std::string& consumer) override;
    Result<int> apply_retention() override;
    StreamInfo info() override;
    PartitionId partition_of(std::string_view key) const override;
    Result<void> verify() override;
    Result<void> stop() override;

private:
    struct Parts;  // what open() has put together
    explicit SegmentedStream(Parts parts);

    // --- The committer's work; all under commit_mutex_.
    void run_committer();
    Result<std::size_t> commit_all();
    Result<void> commit_block(std::unique_ptr<PendingBlock> block);
    // An active segment that takes that many bytes and has room for them. Nothing of a block has
    // been written when it fails.
    Result<void> prepare_segment(std::uint64_t block_bytes);
    Result<void> seal_segment();
    Result<void> create_segment();
    Result<void> write_block(PendingBlock& block);
    void fail_commit(std::unique_ptr<PendingBlock> block, const Error& error);
    // Closes the log after a write or sync of which nothing is known.
    void stop_log(const Error& error);
    Result<void> recover();
    // Ends the active segment behind its last block, without a footer.
    Result<void> leave_segment();

    // --- Free room; any thread.
    void check_disk_if_due();
    // Unavailable below the reserve; new appends are refused then.
    Result<void> check_disk();

    // --- Retention; under retention_mutex_.
    Result<void> delete_oldest(const SegmentSummary& segment);
    Result<void> delete_unreadable(std::uint64_t below_segment);
    Result<void> sweep_keys_files();
    Result<void> write_down_kept_keys(const std::vector<SegmentSummary>& sealed);

    Result<void> check_partition(PartitionId partition) const;
    void show_size();

    const StreamOptions options_;
    os::Filesystem& files_;
    os::Clock& clock_;
    const StreamMeta meta_;
    StreamMetrics metrics_;
    std::unique_ptr<DamageLog> damage_;
    std::unique_ptr<Losses> losses_;
    SegmentStore store_;
    AppendQueue queue_;
    Consumers consumers_;
    const bool consumers_lost_;

    std::mutex commit_mutex_;  // one committer at a time; guards what follows
    std::unique_ptr<SegmentWriter> writer_;
    std::uint64_t next_segment_id_;
    std::optional<Error> log_failure_;
    bool stopped_ = false;
    bool appended_ = false;  // since the opening

    std::mutex retention_mutex_;             // one retention at a time; guards what follows
    std::vector<std::uint64_t> unreadable_;  // left alone until retention passes them
    std::vector<KeysFile> keys_files_;
    RecoveryFiles::FoundKept kept_;  // what the file of kept keys holds

    std::atomic<bool> disk_low_{false};
    std::atomic<std::int64_t> disk_checked_at_us_;

    std::atomic<bool> stopping_{false};
    std::thread committer_;  // last: it uses all the others
};

}  // namespace tradewind::stream
