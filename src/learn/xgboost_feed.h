// Rows on their way into XGBoost, which pulls them out of a source, several times.
#pragma once

#include <cstddef>
#include <limits>

#include "base/result.h"
#include "learn/trees.h"
#include "learn/xgboost_handles.h"

namespace tradewind::learn {

// Rows are judged when they come for the first time.
class Feed {
public:
    Feed(FeatureSource& source, const TreeOptions& options) : source_(source), options_(options) {}

    // Rows binned; by the bins of `like` where it is given.
    Result<Matrix> matrix(const Matrix* like) {
        DMatrixHandle proxy = nullptr;
        TRY(called(XGProxyDMatrixCreate(&proxy), ErrorCode::InvalidArgument, "cannot take rows"));
        proxy_ = Matrix(proxy);
        TRY(source_.rewind());
        const std::string config =
            "{\"missing\": NaN, \"nthread\": " + std::to_string(options_.work.threads) +
            ", \"max_bin\": " + std::to_string(options_.bins) + "}";
        DMatrixHandle made = nullptr;
        const int outcome = XGQuantileDMatrixCreateFromCallback(
            this, proxy_.get(), like ? like->get() : nullptr, &rewind, &next, config.c_str(), &made
        );
        Matrix matrix(made);
        if (!problem_.ok()) return std::move(problem_).error();
        if (rows_ == 0) return Error(ErrorCode::InvalidArgument, "there is no row to learn from");
        TRY(called(outcome, ErrorCode::InvalidArgument, "cannot take rows"));
        return matrix;
    }
    bool one_label_only() const { return rows_ > 0 && least_label_ == greatest_label_; }

private:
    static void rewind(DataIterHandle self) { static_cast<Feed*>(self)->begin_again(); }
    static int next(DataIterHandle self) { return static_cast<Feed*>(self)->give() ? 1 : 0; }

    void begin_again() {
        first_pass_ = first_pass_ && rows_ == 0;
        if (problem_.ok()) problem_ = source_.rewind();
    }
    bool give() {
        if (!problem_.ok()) return false;
        auto given = give_next();
        if (!given.ok()) problem_ = std::move(given).error();
        return problem_.ok() && *given;
    }
    Result<bool> give_next() {
        if (options_.work.is_cancelled()) return Error(ErrorCode::Cancelled, "called off");
        auto block = TRY(source_.next());
        while (block && block->features.rows == 0) block = TRY(source_.next());
        if (!block) return false;
        if (first_pass_) TRY(judge(*block));
        const std::string rows = array_interface(block->features);
        const auto count = static_cast<bst_ulong>(block->features.rows);
        constexpr auto wrong = ErrorCode::InvalidArgument;
        TRY(called(XGProxyDMatrixSetDataDense(proxy_.get(), rows.c_str()), wrong, "bad rows"));
        TRY(called(
            XGDMatrixSetFloatInfo(proxy_.get(), "label", block->labels, count), wrong, "bad labels"
        ));
        if (block->weights != nullptr)
            TRY(called(
                XGDMatrixSetFloatInfo(proxy_.get(), "weight", block->weights, count),
                wrong,
                "bad weights"
            ));
        return true;
    }
    Result<void> judge(const LabelledBlock& block);

    FeatureSource& source_;
    const TreeOptions& options_;
    Matrix proxy_;
    Result<void> problem_;
    bool first_pass_ = true;
    std::size_t rows_ = 0;
    float least_label_ = std::numeric_limits<float>::infinity();
    float greatest_label_ = -std::numeric_limits<float>::infinity();
};

}  // namespace tradewind::learn
