// Where a log stands: the number that the next record gets, in the stream and in each partition.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"

namespace tradewind::stream {

struct LogPoint {
    Position position;
    std::vector<Offset> offsets;  // by partition

    static LogPoint start(int partition_count) {
        return {Position(0), std::vector<Offset>(static_cast<std::size_t>(partition_count))};
    }
    Offset offset(PartitionId partition) const {
        return offsets[static_cast<std::size_t>(partition.value)];
    }
    // Number by number the higher one: nothing that either knows of is given out again.
    void raise_to(const LogPoint& other) {
        position = std::max(position, other.position);
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            offsets[i] = std::max(offsets[i], other.offsets[i]);
        }
    }
    bool operator==(const LogPoint&) const = default;
};

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t end() const { return offset + bytes; }
};

// Part of the format on disk: records of one key stay in one partition for ever.
inline PartitionId partition_for(std::string_view key, int partition_count) {
    return PartitionId(
        static_cast<std::int32_t>(hash64(key) % static_cast<std::uint64_t>(partition_count))
    );
}

}  // namespace tradewind::stream
