// Bits in words, the lowest first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tradewind {

inline bool bit_set(const std::uint64_t* bits, std::size_t at) {
    return (bits[at / 64] >> (at % 64) & 1) != 0;
}

// The first `count` of them.
inline bool all_set(const std::uint64_t* bits, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 64) {
        const std::uint64_t asked =
            count - at >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (count - at)) - 1;
        if ((bits[at / 64] & asked) != asked) return false;
    }
    return true;
}

}  // namespace tradewind
