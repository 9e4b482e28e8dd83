// What was worked out for each user beforehand: the best items, each with what speaks for it.
// Looked up in memory, kept as one file of a version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tradewind::model {

struct ListEntry {
    std::uint32_t item = 0;
    float score = 0;
    float value = 0;           // what the reason speaks of
    std::uint32_t reason = 0;  // its number; what it says is the model's business
};

class Lists {
public:
    Lists() = default;
    // One after the other, by their codes.
    void add(std::span<const ListEntry> list);
    std::size_t users() const { return first_.size() - 1; }
    std::size_t entries() const { return entries_.size(); }
    std::span<const ListEntry> of(std::uint32_t user) const;

    std::string to_bytes() const;
    // Corruption: these are not the bytes of lists, or an item is not below `items`.
    static Result<Lists> from_bytes(std::string_view bytes, std::size_t items);

private:
    std::vector<std::uint64_t> first_{0};
    std::vector<ListEntry> entries_;
};

}  // namespace tradewind::model
