#include "contract/name_index.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "base/text.h"

namespace tradewind::contract {

namespace {

template <typename T>
std::uint64_t load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

// The first and the last eight bytes (overlapping in short names), letters as if lower-case.
struct Ends {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};
Ends ends_of(std::string_view name) {
    constexpr std::uint64_t lower_bits = 0x2020'2020'2020'2020;
    const char* at = name.data();
    const std::size_t size = name.size();
    Ends ends;
    if (size >= 8) {
        ends = {load<std::uint64_t>(at), load<std::uint64_t>(at + size - 8)};
    } else if (size >= 4) {
        ends = {load<std::uint32_t>(at), load<std::uint32_t>(at + size - 4)};
    } else if (size > 0) {
        ends = {load<std::uint8_t>(at), load<std::uint8_t>(at + size / 2) << 8};
        ends.last |= load<std::uint8_t>(at + size - 1);
    }
    return {ends.first | lower_bits, ends.last | lower_bits};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_lowered(std::string_view name, std::string_view lowered) {
    if (name.size() != lowered.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (lower(name[i]) != lowered[i]) return false;
    }
    return true;
}

}  // namespace

NameIndex::NameIndex(const std::vector<Entry>& names) {
    slots_.resize(std::bit_ceil(names.size() * 4 + 1));
    constexpr std::uint64_t seeds_tried = 64;
    std::uint64_t best_seed = 0;
    std::size_t best = names.size() + 1;
    for (seed_ = 0; seed_ < seeds_tried && best > 0; ++seed_) {
        const std::size_t collisions = fill(names);
        if (collisions >= best) continue;
        best = collisions;
        best_seed = seed_;
    }
    seed_ = best_seed;
    fill(names);
}

// How many names did not find their own slot free.
std::size_t NameIndex::fill(const std::vector<Entry>& names) {
    for (Slot& slot : slots_) slot = Slot{};
    std::size_t collisions = 0;
    for (const Entry& entry : names) {
        std::size_t at = slot_of(entry.name);
        if (slots_[at].field >= 0) ++collisions;
        while (slots_[at].field >= 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = Slot{to_lower_ascii(entry.name), entry.field};
    }
    return collisions;
}

std::size_t NameIndex::slot_of(std::string_view name) const {
    const Ends ends = ends_of(name);
    std::uint64_t hash = (ends.first ^ (seed_ * 0x9e37'79b9'7f4a'7c15)) * 0xff51'afd7'ed55'8ccd;
    hash ^= hash >> 32;
    hash = (hash ^ ends.last ^ name.size()) * 0xc4ce'b9fe'1a85'ec53;
    return (hash >> 32) & (slots_.size() - 1);
}

int NameIndex::find(std::string_view name) const {
    for (std::size_t at = slot_of(name);; at = (at + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[at];
        if (slot.field < 0) return -1;  // three quarters of the slots are free: the loop ends
        if (equals_lowered(name, slot.lowered)) return slot.field;
    }
}

int NameMemory::find(std::string_view name, std::size_t place) {
    if (place >= places_max || name.size() > name_bytes_max) return index_.find(name);
    Seen& seen = seen_[place];
    if (seen.set && seen.size == name.size() &&
        std::memcmp(seen.bytes, name.data(), name.size()) == 0) {
        return seen.field;
    }
    seen.field = index_.find(name);
    seen.size = static_cast<std::uint8_t>(name.size());
    name.copy(seen.bytes, name.size());
    seen.set = true;
    return seen.field;
}

}  // namespace tradewind::contract
