#include "stream/segment_writer.h"

#include <algorithm>
#include <utility>

#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

Result<std::uint64_t> write_new_file(
    os::Filesystem& files,
    os::File& file,
    const SegmentWriter::Settings& settings,
    const std::string& header
) {
    const std::uint64_t room = std::min(preallocate_step_bytes, settings.segment_bytes_max);
    TRY(file.preallocate(std::max<std::uint64_t>(room, header.size())));
    TRY(file.write_at(0, header));
    TRY(file.sync());
    // Its blocks are only as durable as its name.
    TRY(files.sync_folder(settings.folder));
    return file.size();
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(
    os::Filesystem& files, const Settings& settings, const SegmentHeader& header
) {
    const std::string path =
        os::join(settings.folder, segment_file_name(header.segment_id, segment_suffix));
    std::shared_ptr<os::File> file = TRY(files.open(path, os::OpenMode::CreateNew));
    const std::string bytes = encode_segment_header(header, settings.stream_id);
    auto size = write_new_file(files, *file, settings, bytes);
    if (!size.ok()) {
        // Best effort: an empty segment that stays is swept at the next start.
        [[maybe_unused]] const auto removed = files.remove(path);
        return std::move(size).error();
    }
    const SegmentIdentity identity{
        settings.stream_id, header.segment_id, static_cast<int>(header.begin.offsets.size())
    };
    return std::make_unique<SegmentWriter>(
        std::move(file),
        identity,
        settings.segment_bytes_max,
        ByteRange{bytes.size(), *size - bytes.size()}
    );
}

SegmentWriter::SegmentWriter(
    std::shared_ptr<os::File> file,
    SegmentIdentity identity,
    std::uint64_t segment_bytes_max,
    ByteRange room
)
    : file_(std::move(file)),
      identity_(identity),
      segment_bytes_max_(segment_bytes_max),
      first_block_at_(segment_header_bytes(identity.partition_count)),
      offset_(room.offset),
      room_end_(room.end()) {}

bool SegmentWriter::takes(std::uint64_t block_bytes) const {
    return offset_ == first_block_at_ || offset_ + block_bytes <= segment_bytes_max_;
}

Result<void> SegmentWriter::make_room(std::uint64_t bytes) {
    const std::uint64_t need = offset_ + bytes;
    if (need <= room_end_) return {};
    const std::uint64_t wish =
        std::max(need, std::min(room_end_ + preallocate_step_bytes, segment_bytes_max_));
    auto set_aside = file_->preallocate(wish);
    if (set_aside.ok()) {
        room_end_ = wish;
        return {};
    }
    // The last bytes of a full disk still hold a block.
    if (set_aside.error().code() != ErrorCode::ResourceExhausted || wish == need) return set_aside;
    TRY(file_->preallocate(need));
    room_end_ = need;
    return {};
}

Result<void> SegmentWriter::write_durably(std::string_view block) {
    TRY(file_->write_at(offset_, block));
    TRY(file_->sync());
    offset_ += block.size();
    return {};
}

Result<void> SegmentWriter::seal(std::string_view footer) {
    TRY(file_->write_at(offset_, footer));
    TRY(file_->truncate(offset_ + footer.size()));
    return file_->sync();
}

Result<void> SegmentWriter::cut() {
    TRY(file_->truncate(offset_));
    room_end_ = offset_;
    return file_->sync();
}

}  // namespace tradewind::stream
