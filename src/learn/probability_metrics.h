// How good probabilities are, beside what happened (labels 0 and 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace tradewind::learn {

// Those that were predicted in [begin, end); the last bin holds 1 too.
struct CalibrationBin {
    double begin = 0;
    double end = 0;
    std::uint64_t count = 0;
    double predicted = 0;  // mean
    double happened = 0;   // share of label 1
};

struct ProbabilityValues {
    std::uint64_t count = 0;
    double positive_rate = 0;
    double brier = 0;     // mean of (probability - label)²
    double log_loss = 0;  // mean, natural logarithm; probabilities within `log_loss_clip` of 0, 1
    std::optional<double> auc;         // ties count half; none when all labels are the same
    double calibration_error = 0;      // mean of |predicted - happened| over bins, by their counts
    std::vector<CalibrationBin> bins;  // of equal width; empty ones included
};

// A single certain mistake must not make the whole infinite.
inline constexpr double log_loss_clip = 1e-7;

// InvalidArgument: different lengths, no row, a probability outside of 0 to 1, a label that is not
// 0 or 1.
Result<ProbabilityValues> probability_values(
    std::span<const float> probabilities,
    std::span<const std::uint8_t> labels,
    std::size_t bins = 10
);

// Area under the ROC curve of any scores; ties count half, what is no number is the least. None
// when all labels are the same.
std::optional<double> area_under_curve(
    std::span<const float> scores, std::span<const std::uint8_t> labels
);

}  // namespace tradewind::learn
