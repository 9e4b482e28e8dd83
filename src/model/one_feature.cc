#include "model/one_feature.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradewind::model {

namespace {

constexpr std::size_t groups_max = 10;

double share_of_label(const LabelledColumn& from, const std::vector<std::size_t>& rows) {
    double positive = 0;
    for (const std::size_t row : rows) positive += from.labels[row];
    return rows.empty() ? 0 : positive / static_cast<double>(rows.size());
}

}  // namespace

OneFeature::OneFeature(const LabelledColumn& from, bool rising) : rising_(rising) {
    std::vector<std::size_t> known;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < from.values.size(); ++i)
        (std::isnan(from.values[i]) ? unknown : known).push_back(i);
    unknown_ = share_of_label(from, unknown);
    std::ranges::sort(known, [&](std::size_t a, std::size_t b) {
        return from.values[a] < from.values[b];
    });
    add_groups(from, known);
}

// A group ends where a value does: equal values are equally probable.
void OneFeature::add_groups(const LabelledColumn& from, const std::vector<std::size_t>& sorted) {
    const std::size_t count = sorted.size();
    const auto value = [&](std::size_t at) { return from.values[sorted[at]]; };
    std::size_t begin = 0;
    for (std::size_t g = 0; g < groups_max && begin < count; ++g) {
        std::size_t end = std::max(begin + 1, (g + 1) * count / groups_max);
        while (end < count && value(end) == value(end - 1)) ++end;
        const std::vector<std::size_t> rows(
            sorted.begin() + static_cast<long>(begin), sorted.begin() + static_cast<long>(end)
        );
        ends_.push_back(value(end - 1));
        shares_.push_back(share_of_label(from, rows));
        begin = end;
    }
}

Scored OneFeature::score(const std::vector<float>& values) const {
    Scored scored;
    for (const float value : values) {
        const bool known = !std::isnan(value);
        // What is not known is the least, for sorting too.
        const float least = -std::numeric_limits<float>::infinity();
        scored.ranking.push_back(!known ? least : rising_ ? value : -value);
        scored.probabilities.push_back(static_cast<float>(known ? share_of(value) : unknown_));
    }
    return scored;
}

double OneFeature::share_of(float value) const {
    if (shares_.empty()) return unknown_;  // no row learnt from had a value
    const auto group = std::ranges::lower_bound(ends_, value) - ends_.begin();
    return shares_[std::min(static_cast<std::size_t>(group), shares_.size() - 1)];
}

}  // namespace tradewind::model
