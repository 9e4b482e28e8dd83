// Draws that come out the same on every machine: integers and tables only, no floating point.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "os/random.h"

namespace tradewind::generate {

// Spreads every bit of the number over all of them: seeds of neighbours have nothing in common.
// Sebastiano Vigna's splitmix64.
inline std::uint64_t mix(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

// The seed of one of many independent parts; `kind` keeps parts of different kinds apart.
inline std::uint64_t part_seed(std::uint64_t seed, std::uint64_t kind, std::uint64_t part) {
    return mix(mix(mix(seed) ^ kind) ^ part);
}

// True `n` times in a thousand.
inline bool permille(os::Random& random, std::uint64_t n) {
    return random.below(1000) < n;
}

template <typename T, std::size_t N>
const T& pick(os::Random& random, const std::array<T, N>& from) {
    return from[random.below(N)];
}

// A value of the distribution whose N evenly spaced quantiles are given. Between two of them values
// are spread evenly, except in the last stretch, where few are large (the share to the eighth
// power).
template <std::size_t N>
std::int64_t draw_quantile(os::Random& random, const std::array<std::int64_t, N>& quantiles) {
    const std::uint64_t at = random.below((N - 1) << 16);
    const std::size_t below = at >> 16;
    std::uint64_t share = at & 0xffff;
    if (below == N - 2) {
        for (int i = 0; i < 3; ++i) share = (share * share) >> 16;
    }
    const std::int64_t width = quantiles[below + 1] - quantiles[below];
    return quantiles[below] + ((width * static_cast<std::int64_t>(share) + 0x8000) >> 16);
}

// Draws indexes in proportion to their weights.
class Weighted {
public:
    void add(std::uint64_t weight) { sums_.push_back((sums_.empty() ? 0 : sums_.back()) + weight); }
    std::size_t size() const { return sums_.size(); }

    std::size_t draw(os::Random& random) const {
        CHECK(!sums_.empty() && sums_.back() > 0);
        const std::uint64_t at = random.below(sums_.back());
        return static_cast<std::size_t>(
            std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin()
        );
    }

private:
    std::vector<std::uint64_t> sums_;
};

// Zipf-Mandelbrot with exponent 1: the k-th of `count` weighs 1 / (k + shift).
inline Weighted zipf(std::size_t count, std::uint64_t shift) {
    Weighted weighted;
    for (std::size_t k = 0; k < count; ++k) {
        weighted.add((std::uint64_t{1} << 40) / (k + 1 + shift));
    }
    return weighted;
}

template <typename T>
void shuffle(os::Random& random, std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
        std::swap(items[i - 1], items[random.below(i)]);
    }
}

}  // namespace tradewind::generate
