// Which of several likely items to name, so that the set agrees best with what will be bought.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tradewind::learn {

struct BestSetOptions {
    // No larger set is looked at.
    std::size_t size_max = 200;
    // That nothing will be bought, where that is known better than by the product of all (1 - p).
    std::optional<double> empty_probability = std::nullopt;
};

struct BestSet {
    std::vector<std::uint32_t> chosen;  // places in the probabilities, the most likely first
    double expected_f1 = 0;
};

// Beyond this many, the least likely are taken for impossible: time grows with the square.
inline constexpr std::size_t best_set_items_max = 20'000;

// The set with the greatest expected F1, exactly, when items are bought independently with these
// (calibrated) probabilities: it is always the k most likely ones, k from 0 (Ye, Chai, Lee, Chieu,
// "Optimizing F-Measure: A Tale of Two Approaches", 2012). F1 of two empty sets is 1. What is not a
// number above 0 counts as 0, above 1 as 1. A thousand items take about a millisecond.
BestSet best_set(std::span<const float> probabilities, const BestSetOptions& options = {});

}  // namespace tradewind::learn
