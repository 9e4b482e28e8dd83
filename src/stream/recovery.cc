#include "stream/recovery.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "stream/segment_scan.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

constexpr const char* damaged_blocks = "damaged blocks";

// A segment's file as the folder lists it.
struct Found {
    std::uint64_t id = 0;
    std::string name;
    std::uint64_t bytes = 0;
    std::optional<SegmentOrigin> origin;  // nothing: its header is damaged
};

class Recovery {
public:
    Recovery(
        const StreamOptions& options,
        os::Filesystem& files,
        Timestamp now,
        DamageLog& damage,
        Losses& losses
    )
        : options_(options),
          files_(files),
          now_(now),
          damage_(damage),
          losses_(losses),
          small_files_(options, files, damage),
          keys_(options.idempotency_window_us, options.idempotency_keys_max) {}

    Result<RecoveredLog> run();

private:
    Result<void> list_folder();
    Result<void> recover_meta();
    Result<void> drop_foreign();
    Result<void> recover_small_files();
    Result<void> recover_sealed(const Found& found, std::optional<Position> next_begin);
    Result<void> recover_last(const Found& found);
    Result<void> resume(const Found& found, std::shared_ptr<os::File> file, ScanResult scan);
    Result<void> vouch_for(const SegmentSummary& summary);
    Result<void> save_consumers();
    Result<void> cut_tail(const Found& found, os::File& file, ScanResult& scan);
    Result<void> leave_active();
    Result<void> raise_to_mark();
    Result<void> check_partition_count();

    Result<ScanResult> scan(const Found& found, os::File& file, std::optional<Position> stop_at);
    // A segment that is written no more.
    Result<void> adopt(const SegmentSummary& summary, std::string_view keys);
    Result<void> take_in(const SegmentSummary& summary, std::string_view keys);
    Result<void> tell_of_gap_before(const SegmentSummary& summary);
    Position known_to() const;
    bool needs_keys_of(const SegmentSummary& summary) const;
    void close_gap(const LogPoint& next_begin);
    Result<void> remove(const std::string& name);
    SegmentIdentity identity_of(const Found& found) const {
        return {meta_.stream_id, found.id, meta_.partition_count};
    }
    std::string path_of(const std::string& name) const { return os::join(options_.folder, name); }

    const StreamOptions& options_;
    os::Filesystem& files_;
    const Timestamp now_;
    DamageLog& damage_;
    Losses& losses_;
    RecoveryFiles small_files_;

    std::vector<Found> found_;
    std::vector<std::uint64_t> keys_file_ids_;
    StreamMeta meta_;
    std::vector<SegmentSummary> sealed_;
    std::optional<ActiveSegment> active_;
    LogPoint end_;
    std::uint64_t next_segment_id_ = 0;
    Timestamp last_received_at_;
    KeyIndex keys_;
    std::vector<KeysFile> keys_files_;
    std::vector<std::uint64_t> unreadable_;
    RecoveryFiles::FoundKept kept_;
    ConsumerFile consumers_;
    bool consumers_lost_ = false;
    bool any_records_ = false;
};

Result<RecoveredLog> Recovery::run() {
    TRY(files_.create_folders(options_.folder));
    TRY(list_folder());
    TRY(recover_meta());
    TRY(drop_foreign());
    end_ = LogPoint::start(meta_.partition_count);
    TRY(recover_small_files());
    for (std::size_t i = 0; i < found_.size(); ++i) {
        const bool last = i + 1 == found_.size();
        if (last) {
            TRY(recover_last(found_[i]));
            break;
        }
        const auto& next = found_[i + 1].origin;
        TRY(recover_sealed(
            found_[i], next ? std::optional(next->header.begin.position) : std::nullopt
        ));
    }
    // After a kill between making a segment and syncing its folder, the name may not be on the
    // medium although it can be seen.
    TRY(files_.sync_folder(options_.folder));
    TRY(raise_to_mark());
    TRY(check_partition_count());
    keys_.expire(now_);
    return RecoveredLog{
        meta_,
        std::move(sealed_),
        std::move(active_),
        std::move(end_),
        next_segment_id_,
        std::move(unreadable_),
        last_received_at_,
        std::move(keys_),
        std::move(keys_files_),
        kept_,
        std::move(consumers_),
        consumers_lost_
    };
}

Result<void> Recovery::list_folder() {
    for (const os::FileInfo& info : TRY(files_.list(options_.folder))) {
        if (const auto keys_id = segment_id_of(info.name, keys_suffix)) {
            keys_file_ids_.push_back(*keys_id);
        }
        const auto id = segment_id_of(info.name, segment_suffix);
        if (!id || info.folder) continue;
        next_segment_id_ = *id + 1;
        auto file = TRY(files_.open(path_of(info.name), os::OpenMode::Read));
        auto origin = TRY(read_segment_header(*file));
        found_.push_back({*id, info.name, info.size, std::move(origin)});
    }
    return {};
}

Result<void> Recovery::recover_meta() {
    RecoveryFiles::Segments segments;
    segments.any = !found_.empty();
    const auto known = std::find_if(found_.begin(), found_.end(), [](const Found& found) {
        return found.origin.has_value();
    });
    if (known != found_.end()) {
        segments.known = StreamMeta{known->origin->stream_id, known->origin->partition_count, now_};
    }
    meta_ = TRY(small_files_.meta(segments, now_));
    return {};
}

// Files of another stream that somebody put here: told of, and left alone.
Result<void> Recovery::drop_foreign() {
    const auto foreign = [&](const Found& found) {
        return found.origin && (found.origin->stream_id != meta_.stream_id ||
                                found.origin->partition_count != meta_.partition_count ||
                                found.origin->header.segment_id != found.id);
    };
    for (const Found& found : found_) {
        if (foreign(found)) damage_.tell(found.name + ": belongs to another stream, not read");
    }
    std::erase_if(found_, foreign);
    return {};
}

Result<void> Recovery::recover_small_files() {
    auto found = TRY(small_files_.consumers(meta_));
    consumers_ = std::move(found.file);
    consumers_lost_ = found.lost;
    losses_.begin_with(TRY(small_files_.losses(meta_)), meta_.stream_id);
    keys_files_ = TRY(small_files_.keys(keys_file_ids_, keys_));
    kept_ = TRY(small_files_.kept(keys_));
    // The files of keys name segments that may all be gone, by retention or by a crash: a new
    // segment under such an id would pass for one whose keys are written down.
    next_segment_id_ = std::max(next_segment_id_, kept_.below_segment);
    for (const std::uint64_t id : keys_file_ids_)
        next_segment_id_ = std::max(next_segment_id_, id + 1);
    return {};
}

Result<ScanResult> Recovery::scan(
    const Found& found, os::File& file, std::optional<Position> stop_at
) {
    // Behind a damaged header the scan finds the first block by itself.
    const std::uint64_t begin = found.origin ? segment_header_bytes(meta_.partition_count) : 0;
    ScanRequest request;
    request.identity = identity_of(found);
    request.range = {begin, found.bytes - std::min(begin, found.bytes)};
    request.begin = found.origin ? found.origin->header.begin : end_;
    request.begin_guessed = !found.origin;
    request.stop_at = stop_at;
    ScanResult result = TRY(scan_segment(file, request));
    for (const ByteRange range : result.damage)
        damage_.quarantine(file, found.name, range, damaged_blocks);
    return result;
}

Result<void> Recovery::recover_sealed(const Found& found, std::optional<Position> next_begin) {
    auto file = TRY(files_.open(path_of(found.name), os::OpenMode::Read));
    auto footer = TRY(read_footer(*file, identity_of(found), {}));
    if (footer && needs_keys_of(footer->summary)) {
        footer = TRY(read_footer(*file, identity_of(found), {.index = false, .keys = true}));
    }
    if (footer) {
        return adopt(footer->summary, footer->keys);
    }
    const ScanResult scanned = TRY(scan(found, *file, next_begin));
    // A stream that went on after a failed sync cut the segment behind its last block and gave it
    // no footer; anything that stands there is damage.
    const std::uint64_t left = TRY(bytes_before_zeros(*file, scanned.tail));
    const bool footer_begun = TRY(footer_begins_at(*file, scanned.tail.offset));
    if (left > 0) {
        damage_.quarantine(
            *file,
            found.name,
            {scanned.tail.offset, left},
            footer_begun ? "damaged footer, segment scanned" : damaged_blocks
        );
    }
    if (scanned.content.summary.has_records()) {
        TRY(adopt(scanned.content.summary, scanned.content.keys));
    } else if (left == 0 && scanned.damage.empty()) {
        // Made, but the stream could not go on in it.
        TRY(remove(found.name));
    } else {
        unreadable_.push_back(found.id);
    }
    return {};
}

Result<void> Recovery::recover_last(const Found& found) {
    std::shared_ptr<os::File> file = TRY(files_.open(path_of(found.name), os::OpenMode::ReadWrite));
    auto footer = TRY(read_footer(*file, identity_of(found), {.index = false, .keys = true}));
    if (footer) {
        const std::uint64_t end = footer->summary.data_end;
        TRY(vouch_for(footer->summary));
        TRY(write_anew(*file, {end, found.bytes - end}));
        return adopt(footer->summary, footer->keys);
    }
    ScanResult scanned = TRY(scan(found, *file, std::nullopt));
    if (!found.origin && !scanned.content.summary.has_records()) {
        // Not even its header was written whole: nothing in it was ever acknowledged.
        const std::uint64_t left = TRY(bytes_before_zeros(*file, {0, found.bytes}));
        if (left > 0) {
            TRY(damage_.save_before_cut(
                *file, found.name, {0, left}, "segment that was never begun"
            ));
        }
        file.reset();
        return remove(found.name);
    }
    TRY(cut_tail(found, *file, scanned));
    return resume(found, std::move(file), std::move(scanned));
}

// While a footer is written anew it may be torn; the mark keeps what it knew, so that a damaged
// block before it does not pass for a torn tail.
Result<void> Recovery::vouch_for(const SegmentSummary& summary) {
    if (consumers_lost_ || consumers_.durable.position >= summary.end.position) return {};
    consumers_.durable.raise_to(summary.end);
    return save_consumers();
}

Result<void> Recovery::save_consumers() {
    return os::write_file_atomic(
        files_, consumers_path(options_.folder), encode_consumer_file(consumers_, meta_.stream_id)
    );
}

// What follows the last sound block is the block that was being written when the program ended, and
// nobody was told that it is there. Unless the mark knows better: then it is damage.
Result<void> Recovery::cut_tail(const Found& found, os::File& file, ScanResult& scan) {
    const std::uint64_t left = TRY(bytes_before_zeros(file, scan.tail));
    if (left > 0) {
        const bool torn = scan.content.summary.end.position >= consumers_.durable.position;
        TRY(damage_.save_before_cut(
            file,
            found.name,
            {scan.tail.offset, left},
            torn ? "torn tail, never acknowledged" : damaged_blocks
        ));
        TRY(file.truncate(scan.tail.offset));
        scan.content.summary.file_bytes = scan.tail.offset;
    }
    // All before the last block was synced before that was begun.
    return write_anew(file, scan.last_block);
}

Result<void> Recovery::resume(const Found& found, std::shared_ptr<os::File> file, ScanResult scan) {
    SegmentSummary& summary = scan.content.summary;
    if (!found.origin) {
        // Its header is damaged: its records are served, but it is not written to any more.
        summary.file_bytes = summary.data_end;
        return adopt(summary, scan.content.keys);
    }
    TRY(take_in(summary, scan.content.keys));
    active_.emplace(ActiveSegment{std::move(file), std::move(scan.content)});
    // It had been left without a footer, after a failed write: the file of kept keys counts it as
    // ended, keys that came to it now would be missed.
    return found.id < kept_.below_segment ? leave_active() : Result<void>();
}

Result<void> Recovery::adopt(const SegmentSummary& summary, std::string_view keys) {
    TRY(take_in(summary, keys));
    sealed_.push_back(summary);
    return {};
}

Result<void> Recovery::take_in(const SegmentSummary& summary, std::string_view keys) {
    TRY(tell_of_gap_before(summary));
    close_gap(summary.begin);
    end_.raise_to(summary.end);
    if (!summary.has_records()) return {};
    any_records_ = true;
    last_received_at_ = std::max(last_received_at_, summary.last_received_at);
    keys_.add_encoded(keys);
    return {};
}

// Up to where all is there, or was given up by retention.
Position Recovery::known_to() const {
    return any_records_ ? end_.position : std::max(end_.position, *losses_.floor());
}

Result<void> Recovery::tell_of_gap_before(const SegmentSummary& summary) {
    // The first start that keeps count takes the first segment for what retention left.
    if (!losses_.floor()) TRY(losses_.raise_floor(summary.begin.position));
    const Position from = known_to();
    if (summary.begin.position <= from) return {};
    return losses_.found(
        {from, summary.begin.position + -1},
        segment_file_name(summary.id, segment_suffix) + ": ",
        " before it are missing"
    );
}

// The last segment counts up to where the log goes on: a consumer that stands in a gap would fall
// out of the log if retention took the segment before it.
void Recovery::close_gap(const LogPoint& next_begin) {
    if (!sealed_.empty()) sealed_.back().end.raise_to(next_begin);
}

// The log goes on in a segment that begins behind the gap: that tells later starts of it.
Result<void> Recovery::leave_active() {
    if (!active_) return {};
    SegmentSummary last = std::move(active_->content.summary);
    TRY(active_->file->truncate(last.data_end));
    TRY(active_->file->sync());
    active_.reset();
    last.file_bytes = last.data_end;
    if (!last.has_records()) return remove(segment_file_name(last.id, segment_suffix));
    sealed_.push_back(std::move(last));
    return {};
}

Result<void> Recovery::raise_to_mark() {
    const LogPoint& mark = consumers_.durable;
    if (!losses_.floor()) TRY(losses_.raise_floor(Position(0)));
    if (end_.position < mark.position) TRY(leave_active());
    if (known_to() < mark.position) {
        const Gap gap{known_to(), mark.position + -1};
        TRY(losses_.found(gap, "", " are missing at the end of the log"));
    }
    if (!active_) close_gap(mark);
    // Numbers that were given out are never given out again.
    end_.raise_to(mark);
    return {};
}

Result<void> Recovery::check_partition_count() {
    if (meta_.partition_count == options_.partition_count) return {};
    if (end_.position > Position(0)) return other_partitions(options_, meta_.partition_count);
    // Nothing stands in it yet: the new number is as good as the old one.
    if (active_) {
        const std::uint64_t id = active_->content.summary.id;
        active_.reset();
        TRY(remove(segment_file_name(id, segment_suffix)));
    }
    meta_.partition_count = options_.partition_count;
    end_ = consumers_.durable = LogPoint::start(meta_.partition_count);
    TRY(save_consumers());
    return os::write_file_atomic(files_, meta_path(options_.folder), encode_stream_meta(meta_));
}

bool Recovery::needs_keys_of(const SegmentSummary& summary) const {
    return summary.id >= kept_.below_segment ||
           summary.last_received_at.micros >= now_.micros - options_.idempotency_window_us;
}

Result<void> Recovery::remove(const std::string& name) {
    TRY(files_.remove(path_of(name)));
    return files_.sync_folder(options_.folder);
}

}  // namespace

Result<RecoveredLog> recover_log(
    const StreamOptions& options,
    os::Filesystem& files,
    Timestamp now,
    DamageLog& damage,
    Losses& losses
) {
    return Recovery(options, files, now, damage, losses).run();
}

}  // namespace tradewind::stream
