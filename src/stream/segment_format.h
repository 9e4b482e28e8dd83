// A segment: one file of the log. It begins with a header, goes on with blocks, and once sealed
// ends in a footer that spares the next start from scanning it. docs/on_disk/stream.md has the
// grammar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/block_format.h"
#include "stream/block_index.h"
#include "stream/log_point.h"

namespace tradewind::stream {

constexpr std::string_view segment_suffix = ".segment";
constexpr std::string_view keys_suffix = ".keys";

// "000000000007.segment"
std::string segment_file_name(std::uint64_t segment_id, std::string_view suffix);
// The number in such a name; nothing for any other name.
std::optional<std::uint64_t> segment_id_of(std::string_view file_name, std::string_view suffix);

struct SegmentHeader {
    std::uint64_t segment_id = 0;
    LogPoint begin;
    Timestamp created_at;
};

std::size_t segment_header_bytes(int partition_count);
std::string encode_segment_header(const SegmentHeader& header, std::uint64_t stream_id);

// What a segment's file says of the stream it belongs to, before anything else is known.
struct SegmentOrigin {
    std::uint64_t stream_id = 0;
    int partition_count = 0;
    SegmentHeader header;
};
// Nothing when the header is damaged or cut short. InvalidArgument: written by a newer version.
Result<std::optional<SegmentOrigin>> read_segment_header(os::File& file);

// What is known of a segment without reading its blocks.
struct SegmentSummary {
    std::uint64_t id = 0;
    LogPoint begin;
    LogPoint end;
    Timestamp first_received_at;  // of its records, when it has any
    Timestamp last_received_at;
    std::int64_t accepted_count = 0;
    std::uint64_t data_begin = 0;  // where the first block stands
    std::uint64_t data_end = 0;    // behind the last block
    std::uint64_t file_bytes = 0;  // that it takes on the disk

    bool has_records() const { return end.position > begin.position; }
    ByteRange data() const { return {data_begin, data_end - data_begin}; }
};

// The summary with one more block at its end.
void extend(SegmentSummary& summary, const BlockHeader& block);

struct Footer {
    SegmentSummary summary;
    BlockIndex index;
    std::string keys;  // encoded StoredAnswers
};

std::string encode_footer(const Footer& footer, const SegmentIdentity& identity);

struct FooterParts {
    bool index = false;
    bool keys = false;
};
// Nothing when there is no sound footer at the end of the file. Parts not asked for stay empty.
Result<std::optional<Footer>> read_footer(
    os::File& file, const SegmentIdentity& identity, FooterParts parts
);
// Whether a footer was begun at that place (sound or not).
Result<bool> footer_begins_at(os::File& file, std::uint64_t offset);

}  // namespace tradewind::stream
