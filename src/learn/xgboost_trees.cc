// Trees that XGBoost trained: our own walk predicts, XGBoost itself explains.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>

#include "base/check.h"
#include "base/json.h"
#include "learn/forest.h"
#include "learn/trees.h"
#include "learn/xgboost_handles.h"

namespace tradewind::learn {

namespace {

// Rows for which contributions are computed at once; between them it can be called off.
constexpr std::size_t contribution_rows_at_once = 1024;

class BoostedTrees : public Trees {
public:
    BoostedTrees(Booster booster, std::vector<std::string> names, Forest forest)
        : names_(std::move(names)),
          forest_(std::move(forest)),
          importance_(forest_.importance()),
          booster_(std::move(booster)) {}

    const std::vector<std::string>& feature_names() const override { return names_; }
    std::size_t tree_count() const override { return forest_.tree_count(); }
    const std::vector<double>& importance() const override { return importance_; }
    Result<void> predict(const FeatureBlock& rows, std::span<float> out, const Work& work)
        const override {
        return forest_.predict(rows, out, work);
    }
    float predict_row(std::span<const float> features) const override {
        return forest_.predict_row(features);
    }
    Result<std::string> bytes() const override;
    Result<std::vector<float>> contributions(const FeatureBlock& rows, const Work& work)
        const override;

private:
    Result<void> add_contributions(const FeatureBlock& rows, std::vector<float>& out) const;

    const std::vector<std::string> names_;
    const Forest forest_;
    const std::vector<double> importance_;
    mutable std::mutex mutex_;  // XGBoost's handle gives results in memory of its own
    const Booster booster_;
};

Result<std::string> BoostedTrees::bytes() const {
    const std::lock_guard lock(mutex_);
    bst_ulong size = 0;
    const char* data = nullptr;
    TRY(called(
        XGBoosterSaveModelToBuffer(booster_.get(), R"({"format": "ubj"})", &size, &data),
        ErrorCode::Corruption,
        "cannot write the trees down"
    ));
    return std::string(data, size);
}

Result<std::vector<float>> BoostedTrees::contributions(const FeatureBlock& rows, const Work& work)
    const {
    CHECK(rows.rows == 0 || rows.columns == names_.size());
    std::vector<float> out;
    out.reserve(rows.rows * (names_.size() + 1));
    const std::lock_guard lock(mutex_);
    TRY(called(
        XGBoosterSetParam(booster_.get(), "nthread", std::to_string(work.threads).c_str()),
        ErrorCode::InvalidArgument,
        "cannot explain rows"
    ));
    for (std::size_t begin = 0; begin < rows.rows; begin += contribution_rows_at_once) {
        if (work.is_cancelled()) return Error(ErrorCode::Cancelled, "called off");
        FeatureBlock some = rows;
        some.values += begin * rows.row_stride;
        some.rows = std::min(contribution_rows_at_once, rows.rows - begin);
        TRY(add_contributions(some, out));
    }
    return out;
}

Result<void> BoostedTrees::add_contributions(const FeatureBlock& rows, std::vector<float>& out)
    const {
    constexpr auto wrong = ErrorCode::InvalidArgument;
    constexpr const char* doing = "cannot explain rows";
    DMatrixHandle handle = nullptr;
    const int made = XGDMatrixCreateFromDense(
        array_interface(rows).c_str(), R"({"missing": NaN, "nthread": 1})", &handle
    );
    const Matrix matrix(handle);
    TRY(called(made, wrong, doing));
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    constexpr const char* config =
        R"({"type": 2, "training": false, "iteration_begin": 0, "iteration_end": 0,
            "strict_shape": false})";
    TRY(called(
        XGBoosterPredictFromDMatrix(
            booster_.get(), matrix.get(), config, &shape, &dimensions, &values
        ),
        wrong,
        doing
    ));
    CHECK(dimensions == 2 && shape[0] == rows.rows && shape[1] == names_.size() + 1);
    out.insert(out.end(), values, values + rows.rows * (names_.size() + 1));
    return {};
}

// What the booster says of itself: base score and objective.
Result<json::Value> config_of(const Booster& booster) {
    bst_ulong size = 0;
    const char* text = nullptr;
    TRY(called(
        XGBoosterSaveJsonConfig(booster.get(), &size, &text),
        ErrorCode::Corruption,
        "cannot read the trees"
    ));
    return json::parse(std::string_view(text, size));
}

Result<Forest> empty_forest(const Booster& booster, std::size_t columns) {
    const json::Value config = TRY(config_of(booster));
    const json::Value* learner = config.find("learner");
    const json::Value* shared = learner ? learner->find("learner_model_param") : nullptr;
    const json::Value* objective = learner ? learner->find("objective") : nullptr;
    if (shared == nullptr || objective == nullptr)
        return Error(ErrorCode::Corruption, "the trees do not say what they are for");
    const bool logistic = objective->text_or("name", "") == "binary:logistic";
    const std::string base_text = shared->text_or("base_score", "");
    double base = 0;
    const auto parsed =
        std::from_chars(base_text.data(), base_text.data() + base_text.size(), base);
    if (parsed.ec != std::errc())
        return Error(ErrorCode::Corruption, "the trees do not say where they begin");
    if (logistic) base = -std::log(1 / base - 1);
    return Forest(columns, static_cast<float>(base), logistic);
}

// Its trees as JSON, with the columns' numbers for names.
Result<Forest> forest_of(const Booster& booster, std::size_t columns) {
    Forest forest = TRY(empty_forest(booster, columns));
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < columns; ++i) numbers.push_back(std::to_string(i));
    std::vector<const char*> names;
    for (const std::string& number : numbers) names.push_back(number.c_str());
    std::vector<const char*> types(columns, "q");
    bst_ulong count = 0;
    const char** trees = nullptr;
    TRY(called(
        XGBoosterDumpModelExWithFeatures(
            booster.get(),
            static_cast<int>(columns),
            names.data(),
            types.data(),
            1,
            "json",
            &count,
            &trees
        ),
        ErrorCode::Corruption,
        "cannot read the trees"
    ));
    for (bst_ulong i = 0; i < count; ++i) TRY(forest.add(TRY(json::parse(trees[i]))));
    return forest;
}

Result<std::vector<std::string>> names_of(const Booster& booster) {
    bst_ulong count = 0;
    bst_ulong columns = 0;
    const char** texts = nullptr;
    constexpr auto bad = ErrorCode::Corruption;
    constexpr const char* doing = "cannot read the trees";
    TRY(called(XGBoosterGetNumFeature(booster.get(), &columns), bad, doing));
    TRY(called(
        XGBoosterGetStrFeatureInfo(booster.get(), "feature_name", &count, &texts), bad, doing
    ));
    std::vector<std::string> names(texts, texts + count);
    for (std::size_t i = names.size(); i < columns; ++i) names.push_back("f" + std::to_string(i));
    return names;
}

}  // namespace

Result<std::unique_ptr<Trees>> make_trees(Booster booster) {
    std::vector<std::string> names = TRY(names_of(booster));
    Forest forest = TRY(forest_of(booster, names.size()));
    return std::unique_ptr<Trees>(
        std::make_unique<BoostedTrees>(std::move(booster), std::move(names), std::move(forest))
    );
}

Result<std::unique_ptr<Trees>> load_trees(std::string_view bytes) {
    be_quiet();
    Booster booster = TRY(new_booster({}));
    TRY(called(
        XGBoosterLoadModelFromBuffer(booster.get(), bytes.data(), bytes.size()),
        ErrorCode::Corruption,
        "these are not the bytes of trees"
    ));
    return make_trees(std::move(booster));
}

}  // namespace tradewind::learn
