#include "stream/segmented_stream.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "stream/block_scanner.h"
#include "stream/recovery_files.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

// How long an idle committer sleeps at most; it is woken when there is something to do.
constexpr std::int64_t idle_wait_us = 60'000'000;

Result<void> check_options(const StreamOptions& options) {
    // It becomes part of file names in the quarantine folder.
    if (options.name.empty() || options.name.find('/') != std::string::npos) {
        return Error(ErrorCode::InvalidArgument, "'" + options.name + "' is no stream's name")
            .with_detail("A name is not empty and has no '/'.");
    }
    if (options.partition_count < 1 || options.partition_count > limits::partitions_max) {
        return Error(ErrorCode::InvalidArgument, "a stream cannot have that many partitions")
            .with_detail(
                std::to_string(options.partition_count) + " were asked for, 1 to " +
                std::to_string(limits::partitions_max) + " are possible."
            );
    }
    return {};
}

Error stopping() {
    return Error(ErrorCode::Unavailable, "the stream is stopping")
        .with_hint("Send again once the server is back; with the same idempotency key, if any.");
}

Error log_stopped(const Error& cause) {
    return Error(ErrorCode::Unavailable, "the stream stopped after a failed write")
        .with_detail(cause.describe() + (cause.describe().ends_with('.') ? "" : "."))
        .with_hint(
            "Whether the records are stored is not known: send again with the same idempotency "
            "key. "
            "The stream tries every second to go on by itself; check the disk if it does not."
        );
}

}  // namespace

struct SegmentedStream::Parts {
    StreamOptions options;
    os::Filesystem& files;
    os::Clock& clock;
    StreamMetrics metrics;
    std::unique_ptr<DamageLog> damage;
    std::unique_ptr<Losses> losses;
    RecoveredLog log;
};

Result<std::unique_ptr<Stream>> SegmentedStream::open(
    StreamOptions options,
    const std::string& quarantine_folder,
    os::Filesystem& files,
    os::Clock& clock,
    MetricsRegistry& metrics
) {
    TRY(check_options(options));
    StreamMetrics shown(metrics, options.name);
    auto damage = std::make_unique<DamageLog>(files, quarantine_folder, options.name, shown.damage);
    auto losses = std::make_unique<Losses>(
        files, Losses::Place{losses_path(options.folder), quarantine_folder, options.name}, *damage
    );
    auto log = TRY(recover_log(options, files, clock.now(), *damage, *losses));
    Parts parts{
        std::move(options),
        files,
        clock,
        shown,
        std::move(damage),
        std::move(losses),
        std::move(log)
    };
    // The constructor is private: no make_unique.
    return std::unique_ptr<Stream>(new SegmentedStream(std::move(parts)));
}

SegmentedStream::SegmentedStream(Parts parts)
    : options_(std::move(parts.options)),
      files_(parts.files),
      clock_(parts.clock),
      meta_(parts.log.meta),
      metrics_(parts.metrics),
      damage_(std::move(parts.damage)),
      losses_(std::move(parts.losses)),
      store_(
          files_,
          {options_.folder, meta_.stream_id, meta_.partition_count},
          *damage_,
          std::move(parts.log.sealed),
          parts.log.active,
          parts.log.end
      ),
      queue_(
          {meta_.partition_count, options_.append_queue_bytes_max, parts.log.last_received_at},
          std::move(parts.log.keys),
          clock_,
          metrics_.queued_bytes
      ),
      consumers_(
          files_, consumers_path(options_.folder), meta_.stream_id, std::move(parts.log.consumers)
      ),
      consumers_lost_(parts.log.consumers_lost),
      next_segment_id_(parts.log.next_segment_id),
      unreadable_(std::move(parts.log.unreadable)),
      keys_files_(std::move(parts.log.keys_files)),
      kept_(parts.log.kept),
      disk_checked_at_us_(clock_.monotonic_us()) {
    if (parts.log.active) {
        const SegmentSummary& active = parts.log.active->content.summary;
        writer_ = std::make_unique<SegmentWriter>(
            parts.log.active->file,
            SegmentIdentity{meta_.stream_id, active.id, meta_.partition_count},
            options_.segment_bytes_max,
            ByteRange{active.data_end, active.file_bytes - active.data_end}
        );
    }
    [[maybe_unused]] const auto room = check_disk();
    show_size();
    if (options_.own_committer) committer_ = std::thread([this] { run_committer(); });
}

SegmentedStream::~SegmentedStream() {
    if (options_.own_committer) {
        [[maybe_unused]] const auto stopped = stop();
        return;
    }
    // Whoever commits by hand has not done so: as if the process had been killed.
    queue_.fail_all(stopping());
}

void SegmentedStream::append(const AppendRequest& request, Done done) {
    // While there is too little room somebody has to look whether that is still so.
    if (disk_low_) check_disk_if_due();
    queue_.append(request, std::move(done));
}

void SegmentedStream::find_answer(
    std::string_view idempotency_key, std::string_view body_hash, Done done
) {
    queue_.find_answer(idempotency_key, body_hash, std::move(done));
}

void SegmentedStream::run_committer() {
    while (!stopping_) {
        const bool retrying = [&] {
            std::lock_guard lock(commit_mutex_);
            return log_failure_.has_value();
        }();
        if (!queue_.wait(retrying ? recovery_retry_us : idle_wait_us) && !retrying) continue;
        std::lock_guard lock(commit_mutex_);
        // Failures are answered, logged and counted where they arise.
        [[maybe_unused]] const auto committed = commit_all();
    }
}

Result<std::size_t> SegmentedStream::commit_pending() {
    std::lock_guard lock(commit_mutex_);
    return commit_all();
}

Result<std::size_t> SegmentedStream::commit_all() {
    if (log_failure_) TRY(recover());
    std::size_t done = 0;
    while (auto block = queue_.take()) {
        const std::size_t requests = block->requests().size();
        TRY(commit_block(std::move(block)));
        done += requests;
    }
    return done;
}

Result<void> SegmentedStream::commit_block(std::unique_ptr<PendingBlock> block) {
    check_disk_if_due();
    auto prepared = prepare_segment(block->block_bytes());
    if (!prepared.ok()) {
        fail_commit(std::move(block), prepared.error());
        return prepared;
    }
    auto written = write_block(*block);
    if (!written.ok()) {
        stop_log(written.error());
        fail_commit(std::move(block), *log_failure_);
        return written;
    }
    appended_ = true;
    const std::string keys = encode_keys(*block);
    store_.publish(block->header(), keys);
    metrics_.durable_position.set(block->header().end().value);
    queue_.complete(std::move(block), keys);
    return {};
}

Result<void> SegmentedStream::write_block(PendingBlock& block) {
    const std::string_view bytes =
        block.complete(writer_->identity(), writer_->offset(), store_.end());
    const std::int64_t start_us = clock_.monotonic_us();
    TRY(writer_->write_durably(bytes));
    metrics_.sync_time.observe_us(clock_.monotonic_us() - start_us);
    metrics_.blocks.add();
    metrics_.appended_bytes.add(static_cast<std::int64_t>(bytes.size()));
    metrics_.appended_records.add(block.record_count());
    return {};
}

Result<void> SegmentedStream::prepare_segment(std::uint64_t block_bytes) {
    if (writer_ && !writer_->takes(block_bytes)) TRY(seal_segment());
    if (!writer_) TRY(create_segment());
    if (writer_->has_room(block_bytes)) return {};
    TRY(check_disk());
    return writer_->make_room(block_bytes);
}

Result<void> SegmentedStream::seal_segment() {
    const std::string footer = encode_footer(store_.active_content(), writer_->identity());
    // A full disk is met here, before anything has changed.
    TRY(writer_->make_room(footer.size()));
    auto sealed = writer_->seal(footer);
    if (!sealed.ok()) {
        stop_log(sealed.error());
        return *log_failure_;
    }
    store_.end_active(writer_->offset() + footer.size());
    writer_.reset();
    show_size();
    return {};
}

Result<void> SegmentedStream::create_segment() {
    TRY(check_disk());
    const SegmentHeader header{next_segment_id_++, store_.end(), clock_.now()};
    writer_ = TRY(SegmentWriter::create(
        files_, {options_.folder, meta_.stream_id, options_.segment_bytes_max}, header
    ));
    store_.begin_active(writer_->file(), header);
    show_size();
    return {};
}

void SegmentedStream::fail_commit(std::unique_ptr<PendingBlock> block, const Error& error) {
    metrics_.failures.add();
    log::warn("group commit failed", {{"stream", options_.name}, {"error", error.describe()}});
    queue_.fail(std::move(block), error);
    queue_.fail_all(error);
}

void SegmentedStream::stop_log(const Error& error) {
    log_failure_ = log_stopped(error);
    queue_.set_gate(AppendQueue::Gate::Failed, log_failure_);
    log::error(
        "log stopped after a failed write", {{"stream", options_.name}, {"error", error.describe()}}
    );
}

// A failed sync is never repeated: the system may have dropped the pages and call the next sync a
// success. The truth is what was synced before. Reading the rest back would prove nothing, it may
// come from the cache only; nobody was told that it is there, so that it is saved, cut off durably,
// and the log goes on in a new file.
Result<void> SegmentedStream::recover() {
    const std::uint64_t size = TRY(writer_->file()->size());
    const ByteRange beyond{writer_->offset(), size - std::min(size, writer_->offset())};
    const std::uint64_t left = TRY(bytes_before_zeros(*writer_->file(), beyond));
    const std::string name = segment_file_name(writer_->identity().segment_id, segment_suffix);
    if (left > 0) {
        TRY(damage_->save_before_cut(
            *writer_->file(), name, {beyond.offset, left}, "not synced, never acknowledged"
        ));
    }
    TRY(leave_segment());
    log_failure_.reset();
    queue_.set_gate(AppendQueue::Gate::Failed, std::nullopt);
    log::info("log goes on after a failed write", {{"stream", options_.name}});
    return {};
}

Result<void> SegmentedStream::leave_segment() {
    TRY(writer_->cut());
    store_.end_active(writer_->offset());
    writer_.reset();
    return {};
}

Result<void> SegmentedStream::stop() {
    queue_.set_gate(AppendQueue::Gate::Stopping, stopping());
    stopping_ = true;
    queue_.wake();
    if (committer_.joinable()) committer_.join();
    store_.stop();
    std::lock_guard lock(commit_mutex_);
    if (std::exchange(stopped_, true)) return {};
    TRY(commit_all());
    return consumers_.persist(store_.end());
}

}  // namespace tradewind::stream
