#include "learn/xgboost_feed.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tradewind::learn {

namespace {

bool has_infinity(const FeatureBlock& block) {
    const bool by_row = block.column_stride <= block.row_stride;
    const std::size_t outer = by_row ? block.rows : block.columns;
    const std::size_t inner = by_row ? block.columns : block.rows;
    for (std::size_t i = 0; i < outer; ++i) {
        const float* values = block.values + i * (by_row ? block.row_stride : block.column_stride);
        const std::size_t step = by_row ? block.column_stride : block.row_stride;
        bool found = false;
        for (std::size_t k = 0; k < inner; ++k) found |= std::isinf(values[k * step]);
        if (found) return true;
    }
    return false;
}

}  // namespace

Result<void> Feed::judge(const LabelledBlock& block) {
    constexpr auto wrong = ErrorCode::InvalidArgument;
    if (block.features.columns != options_.feature_names.size())
        return Error(wrong, "rows have not as many columns as features have names")
            .with_detail(
                std::to_string(block.features.columns) + " columns, " +
                std::to_string(options_.feature_names.size()) + " names."
            );
    if (has_infinity(block.features))
        return Error(wrong, "a feature's value is infinite")
            .with_hint("Divide by nullif(…, 0): what is not known may be null.");
    for (std::size_t i = 0; i < block.features.rows; ++i) {
        const float label = block.labels[i];
        const bool possible = options_.goal == TreeGoal::Probability ? label == 0 || label == 1
                                                                     : std::isfinite(label);
        if (!possible)
            return Error(wrong, "a label is out of range")
                .with_detail("Row " + std::to_string(rows_ + i) + ".")
                .with_hint("Labels of probabilities are 0 and 1; no label is null.");
        least_label_ = std::min(least_label_, label);
        greatest_label_ = std::max(greatest_label_, label);
    }
    rows_ += block.features.rows;
    return {};
}

}  // namespace tradewind::learn
