#include "learn/probability_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "base/check.h"

namespace tradewind::learn {

namespace {

Result<void> check_rows(std::span<const float> rows, std::span<const std::uint8_t> labels) {
    if (rows.size() != labels.size())
        return Error(ErrorCode::InvalidArgument, "not as many labels as probabilities");
    if (rows.empty()) return Error(ErrorCode::InvalidArgument, "no row to judge by");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!(rows[i] >= 0 && rows[i] <= 1))
            return Error(ErrorCode::InvalidArgument, "a probability is not between 0 and 1")
                .with_detail("Row " + std::to_string(i) + ".");
        if (labels[i] > 1)
            return Error(ErrorCode::InvalidArgument, "a label is neither 0 nor 1")
                .with_detail("Row " + std::to_string(i) + ".");
    }
    return {};
}

std::vector<CalibrationBin> fill_bins(
    std::span<const float> rows, std::span<const std::uint8_t> labels, std::size_t count
) {
    const auto n = static_cast<double>(count);
    std::vector<CalibrationBin> bins(count);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto at = static_cast<std::size_t>(static_cast<double>(rows[i]) * n);
        CalibrationBin& bin = bins[std::min(at, count - 1)];
        ++bin.count;
        bin.predicted += static_cast<double>(rows[i]);
        bin.happened += labels[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
        bins[i].begin = static_cast<double>(i) / n;
        bins[i].end = static_cast<double>(i + 1) / n;
        if (bins[i].count == 0) continue;
        bins[i].predicted /= static_cast<double>(bins[i].count);
        bins[i].happened /= static_cast<double>(bins[i].count);
    }
    return bins;
}

}  // namespace

std::optional<double> area_under_curve(
    std::span<const float> scores, std::span<const std::uint8_t> labels
) {
    CHECK(scores.size() == labels.size());
    const auto value = [scores](std::uint32_t row) {
        return std::isnan(scores[row]) ? -std::numeric_limits<float>::infinity() : scores[row];
    };
    std::vector<std::uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, value);
    double below = 0;  // negatives under the present score
    double positives = 0;
    double area = 0;
    for (std::size_t i = 0; i < order.size();) {
        double tied_positives = 0;
        double tied_negatives = 0;
        const float score = value(order[i]);
        for (; i < order.size() && value(order[i]) == score; ++i)
            ++(labels[order[i]] != 0 ? tied_positives : tied_negatives);
        area += tied_positives * (below + tied_negatives / 2);
        below += tied_negatives;
        positives += tied_positives;
    }
    if (positives == 0 || below == 0) return std::nullopt;
    return area / (positives * below);
}

Result<ProbabilityValues> probability_values(
    std::span<const float> probabilities, std::span<const std::uint8_t> labels, std::size_t bins
) {
    TRY(check_rows(probabilities, labels));
    ProbabilityValues out;
    out.count = labels.size();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto p = static_cast<double>(probabilities[i]);
        const double likely = std::clamp(p, log_loss_clip, 1 - log_loss_clip);
        out.positive_rate += labels[i];
        out.brier += (p - labels[i]) * (p - labels[i]);
        out.log_loss -= std::log(labels[i] != 0 ? likely : 1 - likely);
    }
    const auto n = static_cast<double>(labels.size());
    out.positive_rate /= n;
    out.brier /= n;
    out.log_loss /= n;
    out.auc = area_under_curve(probabilities, labels);
    out.bins = fill_bins(probabilities, labels, std::max<std::size_t>(bins, 1));
    for (const CalibrationBin& bin : out.bins)
        out.calibration_error +=
            std::abs(bin.predicted - bin.happened) * static_cast<double>(bin.count) / n;
    return out;
}

}  // namespace tradewind::learn
