// Walks the blocks of one segment from front to back and finds its way again after damaged bytes:
// the next place where a header's magic, checksum, identity and own offset are all right.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/filesystem.h"
#include "stream/block_format.h"

namespace tradewind::stream {

// One thread at a time.
class BlockScanner {
public:
    // From `begin` (where a block starts) to `end` of the file.
    BlockScanner(
        os::File& file, SegmentIdentity identity, ByteRange range, std::size_t chunk_bytes
    );

    enum class Step {
        Block,   // header() and, when wanted, body()
        Damage,  // damage(): bytes before the next sound block
        Tail,    // damage(): the bytes to the end, in which no sound block begins
        End,
    };
    using Wanted = std::function<bool(const BlockHeader&)>;
    // A block that is not `wanted` is stepped over by its header alone, without reading its body.
    Result<Step> next(const Wanted& wanted);
    // Every block, bodies verified.
    Result<Step> next() { return next(nullptr); }

    const BlockHeader& header() const { return header_; }
    std::string_view body() const { return body_; }
    // What the body's bytes live in.
    std::shared_ptr<const std::string> memory() const { return chunk_; }
    ByteRange damage() const { return damage_; }

private:
    // Bytes at the offset: `size` of them, fewer only at the end of the range.
    Result<std::string_view> view(std::uint64_t offset, std::uint64_t size);
    Result<std::optional<BlockHeader>> header_at(std::uint64_t offset);
    // Reads the body into body_; false when it does not pass.
    Result<bool> read_body(const BlockHeader& header);
    // Where the magic next stands at or after `from`; the end when nowhere.
    Result<std::uint64_t> find_magic(std::uint64_t from);

    os::File& file_;
    SegmentIdentity identity_;
    std::uint64_t offset_;
    std::uint64_t end_;
    std::size_t chunk_bytes_;
    std::shared_ptr<const std::string> chunk_;
    std::uint64_t chunk_offset_ = 0;
    BlockHeader header_;
    std::string_view body_;
    ByteRange damage_;
};

// Of these bytes of the file, how many there are up to the last one that is not zero.
Result<std::uint64_t> bytes_before_zeros(os::File& file, ByteRange range);

}  // namespace tradewind::stream
