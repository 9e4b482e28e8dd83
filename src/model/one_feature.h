// The baseline of classify that has one feature: a value is as probable as values like it were.
#pragma once

#include <vector>

#include "model/classify.h"

namespace tradewind::model {

// How a model orders the rows, and what it says of each.
struct Scored {
    std::vector<float> ranking;
    std::vector<float> probabilities;
};

// A feature's value to the share of label 1 among rows learnt from with values like it, in up to
// ten groups about as large as each other, equal values in one; those without a value are one more.
class OneFeature {
public:
    // `rising`: greater values rank higher.
    OneFeature(const LabelledColumn& from, bool rising);
    Scored score(const std::vector<float>& values) const;

private:
    void add_groups(const LabelledColumn& from, const std::vector<std::size_t>& sorted);
    double share_of(float value) const;

    const bool rising_;
    double unknown_ = 0;
    std::vector<float> ends_;  // the greatest value of each group
    std::vector<double> shares_;
};

}  // namespace tradewind::model
