// Trains trees by XGBoost, round by round.
#include <array>
#include <charconv>
#include <limits>
#include <set>

#include "learn/trees.h"
#include "learn/xgboost_feed.h"
#include "learn/xgboost_handles.h"

namespace tradewind::learn {

namespace {

std::string text_of(double value) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

Result<void> configure(const Booster& booster, const TreeOptions& options) {
    const bool logistic = options.goal == TreeGoal::Probability;
    const std::pair<const char*, std::string> parameters[] = {
        {"verbosity", "0"},
        {"booster", "gbtree"},
        {"tree_method", "hist"},
        {"objective", logistic ? "binary:logistic" : "reg:squarederror"},
        {"eval_metric", logistic ? "logloss" : "rmse"},
        {"nthread", std::to_string(options.work.threads)},
        {"seed", std::to_string(options.seed % (1u << 31))},
        {"max_depth", std::to_string(options.depth)},
        {"max_bin", std::to_string(options.bins)},
        {"eta", text_of(options.learning_rate)},
        {"min_child_weight", text_of(options.min_child_weight)},
        {"gamma", text_of(options.min_split_loss)},
        {"subsample", text_of(options.row_share)},
        {"colsample_bytree", text_of(options.column_share)},
        {"alpha", text_of(options.l1)},
        {"lambda", text_of(options.l2)},
        {"scale_pos_weight", text_of(options.positive_weight)},
    };
    for (const auto& [name, value] : parameters)
        TRY(called(
            XGBoosterSetParam(booster.get(), name, value.c_str()),
            ErrorCode::InvalidArgument,
            "cannot train trees with these options"
        ));
    return {};
}

// The loss stands behind the last colon: "[7]\tvalidation-logloss:0.2519".
Result<double> validation_loss(const Booster& booster, const Matrix& matrix, int round) {
    DMatrixHandle handles[] = {matrix.get()};
    const char* names[] = {"validation"};
    const char* text = nullptr;
    TRY(called(
        XGBoosterEvalOneIter(booster.get(), round, handles, names, 1, &text),
        ErrorCode::InvalidArgument,
        "cannot judge the trees"
    ));
    const std::string_view line(text);
    double loss = 0;
    const char* begin = line.data() + line.rfind(':') + 1;
    const auto parsed = std::from_chars(begin, line.data() + line.size(), loss);
    if (parsed.ec != std::errc())
        return Error(ErrorCode::InvalidArgument, "the trees have no loss")
            .with_detail("XGBoost says: " + std::string(line));
    return loss;
}

// Trains round by round; gives how many rounds are kept.
Result<int> boost(
    const Booster& booster,
    const Matrix& training,
    const Matrix& validation,
    const TreeOptions& options
) {
    double least = std::numeric_limits<double>::infinity();
    int best = options.rounds;
    for (int round = 0; round < options.rounds; ++round) {
        if (options.work.is_cancelled()) return Error(ErrorCode::Cancelled, "called off");
        TRY(called(
            XGBoosterUpdateOneIter(booster.get(), round, training.get()),
            ErrorCode::InvalidArgument,
            "cannot train trees"
        ));
        TreeRound done{.round = round + 1, .validation_loss = std::nullopt};
        if (validation) done.validation_loss = TRY(validation_loss(booster, validation, round));
        if (options.on_round) options.on_round(done);
        if (!validation || options.patience_rounds == 0) continue;
        if (*done.validation_loss < least) {
            least = *done.validation_loss;
            best = round + 1;
        }
        if (round + 1 - best >= options.patience_rounds) break;
    }
    return best;
}

Result<Booster> first_rounds(Booster booster, int rounds) {
    int all = 0;
    constexpr auto wrong = ErrorCode::InvalidArgument;
    TRY(called(XGBoosterBoostedRounds(booster.get(), &all), wrong, "cannot cut trees"));
    if (rounds >= all) return booster;
    BoosterHandle handle = nullptr;
    const int cut = XGBoosterSlice(booster.get(), 0, rounds, 1, &handle);
    Booster out(handle);
    TRY(called(cut, wrong, "cannot cut trees"));
    return out;
}

Result<void> check_options(const TreeOptions& options, bool validation) {
    const auto& names = options.feature_names;
    const auto share = [](double value) { return value > 0 && value <= 1; };
    const char* problem = nullptr;
    if (names.empty() || names.size() > std::numeric_limits<std::uint16_t>::max())
        problem = "There must be 1 to 65,535 features.";
    if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
        problem = "Two features have one name.";
    if (options.rounds < 1 || options.rounds > 100'000) problem = "Rounds are 1 to 100,000.";
    if (options.depth < 1 || options.depth > 24) problem = "Depth is 1 to 24.";
    if (options.bins < 2 || options.bins > 4096) problem = "Bins are 2 to 4,096.";
    if (!(options.learning_rate > 0 && options.learning_rate <= 1))
        problem = "The learning rate is above 0, at most 1.";
    if (!share(options.row_share) || !share(options.column_share))
        problem = "Shares of rows and columns are above 0, at most 1.";
    if (options.patience_rounds > 0 && !validation)
        problem = "To end early there must be rows for validation.";
    if (problem == nullptr) return {};
    return Error(ErrorCode::InvalidArgument, "trees cannot be trained like this")
        .with_detail(problem);
}

}  // namespace

Result<std::unique_ptr<Trees>> train_trees(
    FeatureSource& training, FeatureSource* validation, const TreeOptions& options
) {
    be_quiet();
    TRY(check_options(options, validation != nullptr));
    Feed feed(training, options);
    const Matrix rows = TRY(feed.matrix(nullptr));
    if (feed.one_label_only())
        return Error(ErrorCode::InvalidArgument, "all rows have the same label")
            .with_hint("There is nothing to tell apart: train on a longer time or more users.");
    Matrix judged;
    if (validation != nullptr) judged = TRY(Feed(*validation, options).matrix(&rows));
    std::vector<DMatrixHandle> matrices{rows.get()};
    if (judged) matrices.push_back(judged.get());
    Booster booster = TRY(new_booster(matrices));
    TRY(configure(booster, options));
    const int kept = TRY(boost(booster, rows, judged, options));
    booster = TRY(first_rounds(std::move(booster), kept));
    TRY(name_features(booster, options.feature_names));
    return make_trees(std::move(booster));
}

}  // namespace tradewind::learn
