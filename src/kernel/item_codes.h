// Numbers items in the order in which they come, and afterwards by their ids.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace tradewind::kernel {

class ItemCodes {
public:
    // The item's code; a new one gets the next.
    std::uint32_t code(std::int64_t id) {
        if (id >= 0 && static_cast<std::uint64_t>(id) < direct_max) {
            const auto at = static_cast<std::size_t>(id);
            if (at >= direct_.size()) direct_.resize(std::max(at + 1, 2 * direct_.size()));
            if (direct_[at] == 0) direct_[at] = add(id) + 1;
            return direct_[at] - 1;
        }
        const auto [place, fresh] = others_.try_emplace(id, 0);
        if (fresh) place->second = add(id);
        return place->second;
    }
    std::size_t size() const { return ids_.size(); }
    std::uint64_t bytes() const {
        constexpr std::uint64_t node_bytes = 40;
        return direct_.capacity() * sizeof(std::uint32_t) + ids_.capacity() * sizeof(std::int64_t) +
               others_.size() * node_bytes;
    }

    // By id from now on. Gives each code's place among the ids.
    std::vector<std::uint32_t> sort() {
        std::vector<std::uint32_t> codes(ids_.size());
        std::iota(codes.begin(), codes.end(), 0u);
        std::ranges::sort(codes, {}, [this](std::uint32_t code) { return ids_[code]; });
        std::vector<std::uint32_t> ranks(ids_.size());
        std::vector<std::int64_t> sorted(ids_.size());
        for (std::uint32_t rank = 0; rank < codes.size(); ++rank) {
            ranks[codes[rank]] = rank;
            sorted[rank] = ids_[codes[rank]];
        }
        ids_ = std::move(sorted);
        direct_ = {};
        others_ = {};
        return ranks;
    }
    // After sort().
    std::int64_t id(std::size_t rank) const { return ids_[rank]; }

private:
    static constexpr std::size_t direct_max = std::size_t{1} << 22;

    std::uint32_t add(std::int64_t id) {
        ids_.push_back(id);
        return static_cast<std::uint32_t>(ids_.size() - 1);
    }

    std::vector<std::uint32_t> direct_;  // code + 1 by id
    std::unordered_map<std::int64_t, std::uint32_t> others_;
    std::vector<std::int64_t> ids_;
};

}  // namespace tradewind::kernel
