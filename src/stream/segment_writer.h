// The one segment that is being written. Room is set aside before a block is written, so that a
// full disk is met before anything of a block stands in the file. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/filesystem.h"
#include "stream/segment_format.h"

namespace tradewind::stream {

class SegmentWriter {
public:
    struct Settings {
        std::string folder;
        std::uint64_t stream_id = 0;
        std::uint64_t segment_bytes_max = 0;
    };

    // Makes the file and its name durable; on failure nothing is left behind, as far as possible.
    static Result<std::unique_ptr<SegmentWriter>> create(
        os::Filesystem& files, const Settings& settings, const SegmentHeader& header
    );
    // Goes on behind `data_end` of a segment that is there; `room_end`: its size.
    SegmentWriter(
        std::shared_ptr<os::File> file,
        SegmentIdentity identity,
        std::uint64_t segment_bytes_max,
        ByteRange room
    );

    const SegmentIdentity& identity() const { return identity_; }
    std::shared_ptr<os::File> file() const { return file_; }
    // Where the next block goes.
    std::uint64_t offset() const { return offset_; }
    // A segment takes at least one block, however large.
    bool takes(std::uint64_t block_bytes) const;
    bool has_room(std::uint64_t bytes) const { return offset_ + bytes <= room_end_; }
    // ResourceExhausted: the disk is full and nothing has changed.
    Result<void> make_room(std::uint64_t bytes);
    // On the medium when this returns ok. After a failure nothing is known of the bytes at
    // offset().
    Result<void> write_durably(std::string_view block);
    // Writes the footer and gives the rest of the room back; no block can follow.
    Result<void> seal(std::string_view footer);
    // Cuts everything from offset() on, durably.
    Result<void> cut();

private:
    std::shared_ptr<os::File> file_;
    SegmentIdentity identity_;
    std::uint64_t segment_bytes_max_;
    std::uint64_t first_block_at_;
    std::uint64_t offset_;
    std::uint64_t room_end_;
};

}  // namespace tradewind::stream
