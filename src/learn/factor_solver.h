// The tight loops of factorising: rows of floats whose length is a multiple of `lane_count`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learn/work.h"

namespace tradewind::learn {

inline constexpr std::size_t lane_count = 8;
inline constexpr std::size_t factors_max = 512;

inline std::size_t padded(std::size_t factors) {
    return (factors + lane_count - 1) / lane_count * lane_count;
}

// One side's known pairs with rows of the other.
struct SparseRow {
    const std::uint32_t* others = nullptr;
    const float* weights = nullptr;
    std::size_t count = 0;
};

// What a row's factors are solved by.
struct FactorProblem {
    std::size_t stride = 0;
    const float* others = nullptr;    // factors of the other side
    const float* products = nullptr;  // their products: stride * stride
    float regularisation = 0;
    float alpha = 0;
    int steps = 0;
};

// Sum of row' * row over all rows. Does not depend on the threads.
Result<std::vector<float>> gram(std::span<const float> rows, std::size_t stride, const Work& work);

// Brings `x` nearer to the least of its squares.
void solve(const FactorProblem& problem, const SparseRow& row, float* x);

float dot(const float* a, const float* b, std::size_t stride);

}  // namespace tradewind::learn
