// Small dense linear algebra.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tradewind::learn {

// A direction of length 1, and how much rows vary in it.
struct Axis {
    double variance = 0;
    std::vector<double> direction;
};
// Of a symmetric matrix of n rows: the greatest variance first; the greatest part of each direction
// is positive.
std::vector<Axis> axes_of(std::span<const double> matrix, std::size_t n);

}  // namespace tradewind::learn
