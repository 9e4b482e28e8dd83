#include "stream/block_index.h"

#include <algorithm>

#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

// Of `count` entries, the first `from_front` lie before what is looked for; begin at the last one.
template <typename Entries>
std::uint64_t last_before(const Entries& entries, std::size_t from_front, std::uint64_t fallback) {
    return from_front == 0 ? fallback : entries[from_front - 1].file_offset;
}

}  // namespace

void BlockIndex::add(const BlockHeader& header) {
    if (!entries_.empty() && header.file_offset - entries_.back().file_offset < index_gap_bytes) {
        return;
    }
    entries_.push_back({header.file_offset, header.base, header.first_received_at});
    for (const PartitionSlice& slice : header.partitions) offsets_.push_back(slice.base);
}

std::uint64_t BlockIndex::start_for(Position position, std::uint64_t fallback) const {
    const auto after = std::partition_point(entries_.begin(), entries_.end(), [&](const Entry& e) {
        return e.base <= position;
    });
    return last_before(entries_, static_cast<std::size_t>(after - entries_.begin()), fallback);
}

std::uint64_t BlockIndex::start_for(PartitionId partition, Offset offset, std::uint64_t fallback)
    const {
    std::size_t low = 0;
    std::size_t high = entries_.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (offset_of(middle, partition) <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return last_before(entries_, low, fallback);
}

std::uint64_t BlockIndex::start_for(Timestamp received_at, std::uint64_t fallback) const {
    // Strictly before: the block ahead of an entry may still end with the very same time.
    const auto after = std::partition_point(entries_.begin(), entries_.end(), [&](const Entry& e) {
        return e.first_received_at < received_at;
    });
    return last_before(entries_, static_cast<std::size_t>(after - entries_.begin()), fallback);
}

void BlockIndex::encode(std::string& out) const {
    put_varint(out, entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        put_fixed<std::uint64_t>(out, entries_[i].file_offset);
        put_fixed<std::int64_t>(out, entries_[i].base.value);
        put_fixed<std::int64_t>(out, entries_[i].first_received_at.micros);
        for (std::size_t p = 0; p < partition_count_; ++p) {
            put_fixed<std::int64_t>(out, offsets_[i * partition_count_ + p].value);
        }
    }
}

bool BlockIndex::decode(std::string_view bytes) {
    entries_.clear();
    offsets_.clear();
    ByteReader in(bytes);
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        Entry entry;
        entry.file_offset = in.fixed<std::uint64_t>();
        entry.base = Position(in.fixed<std::int64_t>());
        entry.first_received_at = Timestamp{in.fixed<std::int64_t>()};
        entries_.push_back(entry);
        for (std::size_t p = 0; p < partition_count_; ++p) {
            offsets_.push_back(Offset(in.fixed<std::int64_t>()));
        }
    }
    return in.ok() && in.at_end();
}

}  // namespace tradewind::stream
