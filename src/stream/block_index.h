// Where to begin looking in a segment: one entry every index_gap_bytes of blocks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "stream/block_format.h"

namespace tradewind::stream {

class BlockIndex {
public:
    explicit BlockIndex(int partition_count)
        : partition_count_(static_cast<std::size_t>(partition_count)) {}

    // In the order of the file.
    void add(const BlockHeader& header);
    std::size_t size() const { return entries_.size(); }

    // File offset of a block that lies before, or is, the first one that holds anything at or after
    // what is looked for; `fallback` when the index knows none.
    std::uint64_t start_for(Position position, std::uint64_t fallback) const;
    std::uint64_t start_for(PartitionId partition, Offset offset, std::uint64_t fallback) const;
    std::uint64_t start_for(Timestamp received_at, std::uint64_t fallback) const;

    void encode(std::string& out) const;
    // False when the bytes make no sense.
    bool decode(std::string_view bytes);

private:
    struct Entry {
        std::uint64_t file_offset = 0;
        Position base;
        Timestamp first_received_at;
    };
    Offset offset_of(std::size_t entry, PartitionId partition) const {
        return offsets_[entry * partition_count_ + static_cast<std::size_t>(partition.value)];
    }

    std::size_t partition_count_;
    std::vector<Entry> entries_;
    std::vector<Offset> offsets_;  // per entry, by partition
};

}  // namespace tradewind::stream
