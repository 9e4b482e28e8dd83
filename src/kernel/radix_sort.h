// Sorts words by some of their bits, digit by digit.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradewind::kernel {

using Word = std::uint64_t;

// How many bits hold the values 0 to `max`.
inline int bits_for(std::uint64_t max) {
    int bits = 0;
    while (max >> bits != 0 && bits < 64) ++bits;
    return bits;
}

// By bits [low, high), equal ones in the order in which they come. `spare` is scratch space that
// keeps its memory from call to call.
inline void sort_by_bits(std::vector<Word>& words, std::vector<Word>& spare, int low, int high) {
    constexpr int digit_bits = 11;
    constexpr std::size_t digits = std::size_t{1} << digit_bits;
    spare.resize(words.size());
    for (int shift = low; shift < high; shift += digit_bits) {
        const Word mask = (Word{1} << std::min(digit_bits, high - shift)) - 1;
        std::array<std::uint32_t, digits> starts{};
        for (const Word word : words) ++starts[word >> shift & mask];
        std::uint32_t sum = 0;
        for (std::uint32_t& start : starts) {
            const std::uint32_t count = start;
            start = sum;
            sum += count;
        }
        for (const Word word : words) spare[starts[word >> shift & mask]++] = word;
        words.swap(spare);
    }
}

}  // namespace tradewind::kernel
