#include "stream/block_scanner.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

BlockScanner::BlockScanner(
    os::File& file, SegmentIdentity identity, ByteRange range, std::size_t chunk_bytes
)
    : file_(file),
      identity_(identity),
      offset_(range.offset),
      end_(range.end()),
      chunk_bytes_(chunk_bytes) {}

Result<BlockScanner::Step> BlockScanner::next(const Wanted& wanted) {
    const std::uint64_t from = offset_;
    while (offset_ < end_) {
        auto header = TRY(header_at(offset_));
        if (!header) {
            offset_ = TRY(find_magic(offset_ + 1));
            continue;
        }
        body_ = {};
        const bool sound = (wanted && !wanted(*header)) || TRY(read_body(*header));
        if (!sound) {
            offset_ += header->total_bytes();
            continue;
        }
        damage_ = {from, offset_ - from};
        // The block itself comes with the next call.
        if (damage_.bytes > 0) return Step::Damage;
        offset_ += header->total_bytes();
        header_ = std::move(*header);
        return Step::Block;
    }
    damage_ = {from, end_ - std::min(from, end_)};
    return damage_.bytes > 0 ? Step::Tail : Step::End;
}

Result<std::string_view> BlockScanner::view(std::uint64_t offset, std::uint64_t size) {
    size = std::min(size, end_ - offset);
    const bool loaded =
        chunk_ && offset >= chunk_offset_ && offset + size <= chunk_offset_ + chunk_->size();
    if (!loaded) {
        const std::uint64_t wish =
            std::min(std::max<std::uint64_t>(size, chunk_bytes_), end_ - offset);
        chunk_ = std::make_shared<const std::string>(
            TRY(file_.read_at(offset, static_cast<std::size_t>(wish)))
        );
        chunk_offset_ = offset;
    }
    return std::string_view(*chunk_).substr(
        static_cast<std::size_t>(offset - chunk_offset_), static_cast<std::size_t>(size)
    );
}

Result<std::optional<BlockHeader>> BlockScanner::header_at(std::uint64_t offset) {
    const std::string_view bytes = TRY(view(offset, block_header_bytes(identity_.partition_count)));
    auto header = decode_block_header(bytes, identity_, offset);
    // A block that would reach past the end was never written whole.
    if (header && header->total_bytes() > end_ - offset) header.reset();
    return header;
}

Result<bool> BlockScanner::read_body(const BlockHeader& header) {
    const std::string_view block = TRY(view(header.file_offset, header.total_bytes()));
    if (block.size() < header.total_bytes()) return false;
    body_ = block.substr(block.size() - header.body_bytes);
    return crc32c(body_) == header.body_crc;
}

Result<std::uint64_t> BlockScanner::find_magic(std::uint64_t from) {
    while (from + block_magic.size() <= end_) {
        if (TRY(view(from, block_magic.size())).size() < block_magic.size()) break;
        const std::string_view rest =
            std::string_view(*chunk_).substr(static_cast<std::size_t>(from - chunk_offset_));
        const std::size_t found = rest.find(block_magic);
        if (found != std::string_view::npos) return from + found;
        // The magic may begin in the last bytes and end in the next chunk.
        from += rest.size() - (block_magic.size() - 1);
    }
    return end_;
}

Result<std::uint64_t> bytes_before_zeros(os::File& file, ByteRange range) {
    std::uint64_t end = range.end();
    while (end > range.offset) {
        const std::uint64_t size = std::min<std::uint64_t>(end - range.offset, read_chunk_bytes);
        const std::string bytes = TRY(file.read_at(end - size, static_cast<std::size_t>(size)));
        const std::size_t last = bytes.find_last_not_of('\0');
        if (last != std::string::npos) return end - size + last + 1 - range.offset;
        end -= size;
    }
    return 0;
}

}  // namespace tradewind::stream
