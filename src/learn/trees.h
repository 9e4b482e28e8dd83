// Gradient-boosted trees: from rows of features to the probability of label 1, or to a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learn/work.h"

namespace tradewind::learn {

// Rows that somebody else owns: feature c of row r is values[r * row_stride + c * column_stride].
// Row by row: strides are `columns` and 1; column by column: 1 and `rows`. NaN: not known. Training
// takes 1 byte a value when no value of a table is NaN, about 5 when one is.
struct FeatureBlock {
    const float* values = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t row_stride = 0;
    std::size_t column_stride = 1;

    static FeatureBlock by_row(const float* values, std::size_t rows, std::size_t columns) {
        return {values, rows, columns, columns, 1};
    }
    static FeatureBlock by_column(const float* values, std::size_t rows, std::size_t columns) {
        return {values, rows, columns, 1, rows};
    }
    float at(std::size_t row, std::size_t column) const {
        return values[row * row_stride + column * column_stride];
    }
};
struct LabelledBlock {
    FeatureBlock features;
    const float* labels = nullptr;
    const float* weights = nullptr;  // nullptr: all 1
};

// Gives rows block by block, the same ones each time. Training reads them about four times and
// keeps them binned: nobody holds all of them as floats unless the source does.
class FeatureSource {
public:
    virtual ~FeatureSource() = default;
    virtual Result<void> rewind() = 0;
    // The next rows, which stay where they are until the next call; none: the end.
    virtual Result<std::optional<LabelledBlock>> next() = 0;
};

// One block in memory as a source.
class BlockSource : public FeatureSource {
public:
    explicit BlockSource(LabelledBlock block) : block_(block) {}
    Result<void> rewind() override {
        given_ = false;
        return {};
    }
    Result<std::optional<LabelledBlock>> next() override {
        if (given_) return std::optional<LabelledBlock>();
        given_ = true;
        return std::optional(block_);
    }

private:
    LabelledBlock block_;
    bool given_ = false;
};

enum class TreeGoal {
    Probability,  // labels 0 and 1; logistic loss
    Value,        // any label; squared error
};

struct TreeRound {
    int round = 0;                          // from 1
    std::optional<double> validation_loss;  // log loss, or root of the mean squared error
};

struct TreeOptions {
    TreeGoal goal = TreeGoal::Probability;
    std::vector<std::string> feature_names;  // one for each column, different
    int rounds = 200;
    int depth = 6;
    double learning_rate = 0.1;
    double min_child_weight = 1;
    double min_split_loss = 0;
    double row_share = 1;     // of each tree's rows
    double column_share = 1;  // of each tree's columns
    double l1 = 0;
    double l2 = 1;
    int bins = 256;  // of each feature, at most
    double positive_weight = 1;
    // Ends when the validation loss has not become less for so many rounds, and keeps the rounds up
    // to the best; 0: all rounds are kept. Needs a validation source.
    int patience_rounds = 0;
    std::uint64_t seed = 1;
    Work work;
    std::function<void(const TreeRound&)> on_round;  // after each; may be empty
};

// Trained trees. Immutable; any thread.
class Trees {
public:
    virtual ~Trees() = default;
    virtual const std::vector<std::string>& feature_names() const = 0;
    virtual std::size_t tree_count() const = 0;
    // What load_trees() takes: XGBoost's own format (UBJSON), readable by its other tools.
    virtual Result<std::string> bytes() const = 0;

    // Probabilities (or values) of each row, the same as XGBoost's within 1e-6. CHECKs the count of
    // columns and that `out` has a place for each row. Cancelled: `out` is worth nothing.
    virtual Result<void> predict(
        const FeatureBlock& rows, std::span<float> out, const Work& work = {.threads = 1}
    ) const = 0;
    // Of one row, microseconds.
    virtual float predict_row(std::span<const float> features) const = 0;

    // What each feature contributes to each row's outcome (SHAP values), before the logistic
    // function: columns + 1 values a row, the last one what all rows have in common; their sum is
    // the outcome. Exact, about a millisecond a row.
    virtual Result<std::vector<float>> contributions(
        const FeatureBlock& rows, const Work& work = {.threads = 1}
    ) const = 0;
    // Of each feature, its share of what all splits gained: which ones matter.
    virtual const std::vector<double>& importance() const = 0;
};

// InvalidArgument: no rows, columns that do not fit the names, a label or a value that is infinite
// (or, of labels, no number), labels beyond 0 and 1 where probabilities are wanted or all the same,
// options out of range. Errors of the sources pass through.
Result<std::unique_ptr<Trees>> train_trees(
    FeatureSource& training, FeatureSource* validation, const TreeOptions& options
);
// Corruption: these are not the bytes of trees.
Result<std::unique_ptr<Trees>> load_trees(std::string_view bytes);

}  // namespace tradewind::learn
