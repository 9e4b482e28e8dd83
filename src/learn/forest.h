// Trees laid out for walking through them: a node's children lie beside each other, and a leaf
// leads to itself, so that all rows take as many equal steps as the tree is deep. Of what a library
// trained; says nothing of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "learn/trees.h"

namespace tradewind::learn {

class Forest {
public:
    // `base`: what all rows have in common, before the logistic function.
    Forest(std::size_t columns, float base, bool logistic)
        : columns_(columns), base_(base), logistic_(logistic), gains_(columns) {}

    // A tree as nested JSON objects with nodeid, split (the column's number), split_condition, yes,
    // no, missing, gain, children, or leaf. Corruption: it is something else.
    Result<void> add(const json::Value& root);

    std::size_t columns() const { return columns_; }
    std::size_t tree_count() const { return trees_.size(); }
    // Of each column, its share of what all splits gained.
    std::vector<double> importance() const;

    float predict_row(std::span<const float> features) const;
    Result<void> predict(const FeatureBlock& rows, std::span<float> out, const Work& work) const;

private:
    struct Node {
        float threshold = 0;  // NaN: a leaf
        std::uint32_t left = 0;
        std::uint16_t column = 0;
        std::uint16_t missing_goes_right = 0;
        float value = 0;

        std::uint32_t next(float x) const {
            const bool right = (x >= threshold) | ((x != x) & (missing_goes_right != 0));
            return left + static_cast<std::uint32_t>(right);
        }
    };
    struct Tree {
        std::uint32_t root = 0;
        int depth = 0;
    };

    Result<void> fill(std::uint32_t at, const json::Value& from, int depth);
    Result<void> fill_split(std::uint32_t at, const json::Value& from, int depth);
    float outcome(float margin) const;
    void predict_tile(const FeatureBlock& rows, Span span, float* tile, std::span<float> out) const;

    std::size_t columns_;
    float base_;
    bool logistic_;
    std::vector<double> gains_;
    std::vector<Tree> trees_;
    std::vector<Node> nodes_;
};

}  // namespace tradewind::learn
