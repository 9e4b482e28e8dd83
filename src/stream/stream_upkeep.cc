// What keeps the embedded stream within its bounds: consumers, retention, free room.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "stream/retention.h"
#include "stream/segmented_stream.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

Error too_little_room(std::uint64_t free, std::uint64_t reserve) {
    return Error(ErrorCode::Unavailable, "the disk reserve is reached")
        .with_detail(
            format_bytes(static_cast<std::int64_t>(free)) + " are free, " +
            format_bytes(static_cast<std::int64_t>(reserve)) + " are kept for deliveries."
        )
        .with_hint(
            "Make room on the disk, or lower disk.reserve; what is stored goes on being delivered."
        );
}

Error raised_too_late(Position position, Position end) {
    return Error(ErrorCode::Conflict, "records were appended where others are missing")
        .with_detail(
            "Position " + std::to_string(position.value) + " was taken before, the log's end is " +
            std::to_string(end.value) + "."
        )
        .with_hint("Start again: the log's end is raised before anything is appended.");
}

}  // namespace

Result<void> SegmentedStream::commit(const std::string& consumer, Position position) {
    return consumers_.commit(consumer, position, store_.end(), clock_.monotonic_us());
}

std::optional<Position> SegmentedStream::committed(const std::string& consumer) {
    return consumers_.committed(consumer);
}

// Which partitions the lost records stood in is not known: each may have had all of them.
Result<void> SegmentedStream::raise_to(Position position) {
    std::lock_guard lock(commit_mutex_);
    const LogPoint end = store_.end();
    if (position <= end.position) return {};
    if (appended_) return raised_too_late(position, end.position);
    const std::int64_t lost = position.value - end.position.value;
    LogPoint raised{position, end.offsets};
    for (Offset& offset : raised.offsets) offset = offset + lost;
    // Durable before anything is appended: the next start must not go back behind it.
    TRY(consumers_.persist(raised));
    // The log goes on in a segment that begins behind the gap: that tells later starts of it.
    if (writer_) TRY(leave_segment());
    store_.raise_to(raised);
    metrics_.durable_position.set(position.value);
    return losses_->found(
        {end.position, position + -1},
        "",
        " are missing at the end of the log, although a sink has taken them"
    );
}

Result<void> SegmentedStream::forget(const std::string& consumer) {
    return consumers_.forget(consumer, store_.end());
}

Result<int> SegmentedStream::apply_retention() {
    std::lock_guard lock(retention_mutex_);
    TRY(sweep_keys_files());
    const std::vector<SegmentSummary> sealed = store_.sealed();
    TRY(write_down_kept_keys(sealed));
    if (consumers_lost_) return 0;
    const std::size_t count = deletable_segments(
        sealed, store_.totals().bytes, consumers_.slowest(), options_, clock_.now()
    );
    if (count == 0) return 0;
    // After a crash no consumer may seem to be behind what is gone.
    TRY(consumers_.persist(store_.end()));
    // Nor may what it gives up pass for lost.
    TRY(losses_->raise_floor(sealed[count - 1].end.position));
    for (std::size_t i = 0; i < count; ++i) TRY(delete_oldest(sealed[i]));
    show_size();
    log::info(
        "old segments deleted",
        {{"stream", options_.name},
         {"count", count},
         {"first_position", static_cast<long long>(store_.first().position.value)}}
    );
    return static_cast<int>(count);
}

Result<void> SegmentedStream::delete_oldest(const SegmentSummary& segment) {
    const KeysFile left_behind{segment.id, segment.last_received_at};
    if (clock_.now().micros - segment.last_received_at.micros <= options_.idempotency_window_us) {
        const std::string keys = TRY(store_.keys_of(segment));
        if (!keys.empty()) {
            TRY(write_keys_file(files_, options_.folder, left_behind, keys));
            keys_files_.push_back(left_behind);
        }
    }
    TRY(delete_unreadable(segment.id));
    store_.drop_oldest();
    TRY(files_.remove(os::join(options_.folder, segment_file_name(segment.id, segment_suffix))));
    // One by one: else a crash could bring an older one back without its successor.
    return files_.sync_folder(options_.folder);
}

// Once it seems readable again, a segment before those that are gone would open a gap.
Result<void> SegmentedStream::delete_unreadable(std::uint64_t below_segment) {
    while (!unreadable_.empty() && unreadable_.front() < below_segment) {
        const std::string name = segment_file_name(unreadable_.front(), segment_suffix);
        TRY(files_.remove(os::join(options_.folder, name)));
        TRY(files_.sync_folder(options_.folder));
        unreadable_.erase(unreadable_.begin());
    }
    return {};
}

Result<void> SegmentedStream::sweep_keys_files() {
    const std::int64_t window_begin_us = clock_.now().micros - options_.idempotency_window_us;
    while (!keys_files_.empty() && keys_files_.front().last_received_at.micros < window_begin_us) {
        const std::string name = segment_file_name(keys_files_.front().segment_id, keys_suffix);
        TRY(files_.remove(os::join(options_.folder, name)));
        keys_files_.erase(keys_files_.begin());
    }
    return {};
}

// Before the segments go that hold them. What is kept in memory has the keys of all sealed
// segments, and each of them once.
Result<void> SegmentedStream::write_down_kept_keys(const std::vector<SegmentSummary>& sealed) {
    if (sealed.empty() || sealed.back().id < kept_.below_segment) return {};
    KeptKeysFile file{sealed.back().id + 1, queue_.kept_keys()};
    const bool nothing_new = file.keys.size() == kept_.bytes;
    if (nothing_new && file.below_segment < kept_.below_segment + kept_keys_lag_max) return {};
    TRY(stream::write_kept_keys(files_, options_.folder, file));
    kept_ = {file.below_segment, file.keys.size()};
    return {};
}

void SegmentedStream::check_disk_if_due() {
    const std::int64_t now_us = clock_.monotonic_us();
    std::int64_t checked_at_us = disk_checked_at_us_;
    if (now_us - checked_at_us < disk_check_every_us) return;
    // Of several threads one looks.
    if (!disk_checked_at_us_.compare_exchange_strong(checked_at_us, now_us)) return;
    // The gate is set; what is queued already goes on into the room that is set aside.
    [[maybe_unused]] const auto room = check_disk();
}

Result<void> SegmentedStream::check_disk() {
    const auto free = files_.free_bytes(options_.folder);
    // Who cannot ask finds out when room is set aside.
    if (!free.ok()) return {};
    const bool low = *free < options_.disk_reserve_bytes;
    std::optional<Error> reason;
    if (low) reason = too_little_room(*free, options_.disk_reserve_bytes);
    queue_.set_gate(AppendQueue::Gate::DiskLow, reason);
    if (low != disk_low_.exchange(low)) {
        log::warn(
            low ? "disk reserve reached, appends are refused" : "there is room again",
            {{"stream", options_.name}, {"free_bytes", static_cast<unsigned long>(*free)}}
        );
    }
    return low ? Result<void>(std::move(*reason)) : Result<void>();
}

void SegmentedStream::show_size() {
    const SegmentStore::Totals totals = store_.totals();
    metrics_.segments.set(totals.segment_count);
    metrics_.bytes.set(static_cast<std::int64_t>(totals.bytes));
}

}  // namespace tradewind::stream
