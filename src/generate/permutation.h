// An order of the numbers below a bound that looks random and needs no table.
#pragma once

#include <bit>
#include <cstdint>

#include "generate/chance.h"

namespace tradewind::generate {

// A Feistel network over the next even power of two; numbers that fall outside go round again
// (Black and Rogaway, "Ciphers with Arbitrary Finite Domains").
class Permutation {
public:
    Permutation(std::uint64_t count, std::uint64_t seed)
        : count_(count),
          half_bits_(static_cast<int>((std::bit_width(count > 1 ? count - 1 : 1) + 1) / 2)),
          half_mask_((std::uint64_t{1} << half_bits_) - 1),
          seed_(seed) {}

    // Of numbers below the count; no two have the same.
    std::uint64_t operator()(std::uint64_t number) const {
        do {
            number = once(number);
        } while (number >= count_);
        return number;
    }

private:
    static constexpr std::uint64_t round_count = 4;

    std::uint64_t once(std::uint64_t number) const {
        std::uint64_t left = number >> half_bits_;
        std::uint64_t right = number & half_mask_;
        for (std::uint64_t round = 0; round < round_count; ++round) {
            const std::uint64_t mixed = mix(seed_ ^ (right * round_count + round)) & half_mask_;
            const std::uint64_t next = left ^ mixed;
            left = right;
            right = next;
        }
        return (left << half_bits_) | right;
    }

    std::uint64_t count_;
    int half_bits_;
    std::uint64_t half_mask_;
    std::uint64_t seed_;
};

}  // namespace tradewind::generate
