#include "stream/segment_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "stream/segment_scan.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

SegmentStore::SegmentStore(
    os::Filesystem& files,
    StoreSettings settings,
    DamageLog& damage,
    std::vector<SegmentSummary> sealed,
    std::optional<ActiveSegment> active,
    LogPoint end
)
    : files_(files),
      settings_(std::move(settings)),
      damage_(damage),
      active_(std::move(active)),
      end_(std::move(end)) {
    for (SegmentSummary& summary : sealed) {
        sealed_.push_back(std::make_shared<const SegmentSummary>(std::move(summary)));
    }
}

SegmentIdentity SegmentStore::identity_of(std::uint64_t segment_id) const {
    return {settings_.stream_id, segment_id, settings_.partition_count};
}

void SegmentStore::begin_active(std::shared_ptr<os::File> file, const SegmentHeader& header) {
    SegmentSummary summary;
    summary.id = header.segment_id;
    summary.begin = summary.end = header.begin;
    summary.data_begin = summary.data_end = segment_header_bytes(settings_.partition_count);
    summary.file_bytes = summary.data_end;
    std::lock_guard lock(mutex_);
    CHECK(!active_);
    active_.emplace(ActiveSegment{
        std::move(file), Footer{std::move(summary), BlockIndex(settings_.partition_count), {}}
    });
}

void SegmentStore::publish(const BlockHeader& block, std::string_view keys) {
    {
        std::lock_guard lock(mutex_);
        CHECK(active_ && block.base == end_.position);
        CHECK(block.file_offset == active_->content.summary.data_end);
        active_->content.index.add(block);
        active_->content.keys += keys;
        extend(active_->content.summary, block);
        active_->content.summary.file_bytes = active_->content.summary.data_end;
        end_ = active_->content.summary.end;
    }
    durable_.notify_all();
}

void SegmentStore::end_active(std::uint64_t file_bytes) {
    std::lock_guard lock(mutex_);
    CHECK(active_);
    SegmentSummary summary = std::move(active_->content.summary);
    summary.file_bytes = file_bytes;
    active_.reset();
    // An empty one would be a hole in the order of times.
    if (!summary.has_records()) return;
    sealed_.push_back(std::make_shared<const SegmentSummary>(std::move(summary)));
}

void SegmentStore::raise_to(const LogPoint& end) {
    {
        std::lock_guard lock(mutex_);
        end_.raise_to(end);
        // The last segment counts up to where the log goes on, as recovery has it.
        if (!active_ && !sealed_.empty()) {
            SegmentSummary last = *sealed_.back();
            last.end.raise_to(end);
            sealed_.back() = std::make_shared<const SegmentSummary>(std::move(last));
        }
    }
    durable_.notify_all();
}

void SegmentStore::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    durable_.notify_all();
}

LogPoint SegmentStore::first() const {
    std::lock_guard lock(mutex_);
    if (!sealed_.empty()) return sealed_.front()->begin;
    return active_ ? active_->content.summary.begin : end_;
}

LogPoint SegmentStore::end() const {
    std::lock_guard lock(mutex_);
    return end_;
}

bool SegmentStore::wait_for(Position position, std::int64_t timeout_us) {
    std::unique_lock lock(mutex_);
    durable_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return stopped_ || end_.position > position;
    });
    return end_.position > position;
}

template <typename Before, typename StartFor>
Result<std::optional<BlockSource>> SegmentStore::find(
    Before before, Choose choose, StartFor start_for
) {
    std::shared_ptr<const SegmentSummary> segment;
    {
        std::lock_guard lock(mutex_);
        const auto end_of_before = std::partition_point(
            sealed_.begin(), sealed_.end(), [&](const auto& sealed) { return before(*sealed); }
        );
        auto index = static_cast<std::size_t>(end_of_before - sealed_.begin());
        const bool all_sealed = index == sealed_.size();
        if (all_sealed && active_ && before(active_->content.summary)) ++index;
        if (choose == Choose::LastBefore && index > 0) --index;
        if (index >= sealed_.size()) {
            const bool has_active = active_ && index == sealed_.size();
            return has_active ? std::optional(active_source(start_for)) : std::nullopt;
        }
        segment = sealed_[index];
    }
    return sealed_source(*segment, start_for);
}

template <typename StartFor>
BlockSource SegmentStore::active_source(StartFor start_for) const {
    const SegmentSummary& summary = active_->content.summary;
    const std::uint64_t start = start_for(active_->content.index, summary.data_begin);
    return BlockSource{
        active_->file,
        segment_file_name(summary.id, segment_suffix),
        identity_of(summary.id),
        {start, summary.data_end - start}
    };
}

template <typename StartFor>
Result<std::optional<BlockSource>> SegmentStore::sealed_source(
    const SegmentSummary& segment, StartFor start_for
) {
    const Loaded loaded = TRY(load(segment));
    const std::uint64_t start = start_for(*loaded.index, segment.data_begin);
    return std::optional<BlockSource>(BlockSource{
        loaded.file,
        segment_file_name(segment.id, segment_suffix),
        identity_of(segment.id),
        {start, segment.data_end - start}
    });
}

Result<std::optional<BlockSource>> SegmentStore::source_for(Position position) {
    return find(
        [&](const SegmentSummary& segment) { return segment.begin.position <= position; },
        Choose::LastBefore,
        [&](const BlockIndex& index, std::uint64_t begin) {
            return index.start_for(position, begin);
        }
    );
}

Result<std::optional<BlockSource>> SegmentStore::source_for(PartitionId partition, Offset offset) {
    return find(
        [&](const SegmentSummary& segment) { return segment.begin.offset(partition) <= offset; },
        Choose::LastBefore,
        [&](const BlockIndex& index, std::uint64_t begin) {
            return index.start_for(partition, offset, begin);
        }
    );
}

Result<std::optional<BlockSource>> SegmentStore::source_for(Timestamp received_at) {
    return find(
        [&](const SegmentSummary& segment) {
            return segment.has_records() && segment.first_received_at < received_at;
        },
        Choose::LastBefore,
        [&](const BlockIndex& index, std::uint64_t begin) {
            return index.start_for(received_at, begin);
        }
    );
}

Result<std::optional<BlockSource>> SegmentStore::source_after(std::uint64_t segment_id) {
    return find(
        [&](const SegmentSummary& segment) { return segment.id <= segment_id; },
        Choose::FirstAfter,
        [](const BlockIndex&, std::uint64_t begin) { return begin; }
    );
}

SegmentStore::Totals SegmentStore::totals() const {
    std::lock_guard lock(mutex_);
    Totals totals;
    const auto add = [&](const SegmentSummary& segment) {
        totals.accepted_count += segment.accepted_count;
        totals.bytes += segment.file_bytes;
        totals.segment_count += 1;
    };
    for (const auto& segment : sealed_) add(*segment);
    if (active_) add(active_->content.summary);
    return totals;
}

std::vector<SegmentSummary> SegmentStore::sealed() const {
    std::lock_guard lock(mutex_);
    std::vector<SegmentSummary> copies;
    for (const auto& segment : sealed_) copies.push_back(*segment);
    return copies;
}

Result<std::string> SegmentStore::keys_of(const SegmentSummary& segment) {
    const std::string name = segment_file_name(segment.id, segment_suffix);
    auto file = TRY(files_.open(os::join(settings_.folder, name), os::OpenMode::Read));
    return TRY(read_content(*file, segment, {.index = false, .keys = true}))
    .keys;
}

Result<std::vector<std::string>> SegmentStore::verify_footers() {
    std::vector<std::string> lines;
    for (const SegmentSummary& segment : sealed()) {
        const std::string name = segment_file_name(segment.id, segment_suffix);
        auto file = files_.open(os::join(settings_.folder, name), os::OpenMode::Read);
        if (!file.ok() && file.error().code() == ErrorCode::NotFound && !holds(segment.id)) {
            continue;  // retention was faster
        }
        if (!file.ok()) return std::move(file).error();
        const auto footer =
            TRY(read_footer(**file, identity_of(segment.id), {.index = true, .keys = true}));
        // Without any footer the file ends with its last block.
        if (!footer && TRY((*file)->size()) > segment.data_end) {
            lines.push_back(name + ": damaged footer at " + std::to_string(segment.data_end));
        }
    }
    return lines;
}

bool SegmentStore::holds(std::uint64_t segment_id) const {
    std::lock_guard lock(mutex_);
    return std::any_of(sealed_.begin(), sealed_.end(), [&](const auto& segment) {
        return segment->id == segment_id;
    });
}

void SegmentStore::drop_oldest() {
    std::shared_ptr<const SegmentSummary> oldest;
    {
        std::lock_guard lock(mutex_);
        CHECK(!sealed_.empty());
        oldest = sealed_.front();
        sealed_.erase(sealed_.begin());
    }
    std::lock_guard lock(loaded_mutex_);
    loaded_.remove_if([&](const Loaded& loaded) { return loaded.id == oldest->id; });
}

Result<SegmentStore::Loaded> SegmentStore::load(const SegmentSummary& segment) {
    std::lock_guard lock(loaded_mutex_);
    const auto found = std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& loaded) {
        return loaded.id == segment.id;
    });
    if (found != loaded_.end()) {
        loaded_.splice(loaded_.begin(), loaded_, found);
        return loaded_.front();
    }
    const std::string name = segment_file_name(segment.id, segment_suffix);
    Loaded loaded;
    loaded.id = segment.id;
    loaded.file = TRY(files_.open(os::join(settings_.folder, name), os::OpenMode::Read));
    Footer content = TRY(read_content(*loaded.file, segment, {.index = true, .keys = false}));
    loaded.index = std::make_shared<const BlockIndex>(std::move(content.index));
    loaded_.push_front(loaded);
    if (loaded_.size() > loaded_segments_max) loaded_.pop_back();
    return loaded;
}

Result<Footer> SegmentStore::read_content(
    os::File& file, const SegmentSummary& segment, FooterParts parts
) {
    auto footer = TRY(read_footer(file, identity_of(segment.id), parts));
    if (footer) return std::move(*footer);
    // No footer, or a damaged one (told of when it was first met): its blocks know the same.
    ScanRequest request;
    request.identity = identity_of(segment.id);
    request.range = segment.data();
    request.begin = segment.begin;
    return TRY(scan_segment(file, request))
    .content;
}

}  // namespace tradewind::stream
