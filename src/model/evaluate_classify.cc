// classify on the rows that are held out: the newest. Beside it two baselines of the same run: what
// all rows have in common, and the one feature that tells the label best among those learnt from.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "model/classify.h"
#include "model/evaluation.h"
#include "model/feature_rows.h"
#include "model/one_feature.h"

namespace tradewind::model {

namespace {

constexpr double top_share = 0.1;

// Of the rows with the highest scores, as many as the share: how many have label 1. Rows with one
// score are as good as each other: of a group that goes beyond the share, its part counts.
double positives_on_top(const std::vector<float>& scores, const std::vector<std::uint8_t>& labels) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    double left = std::ceil(top_share * static_cast<double>(scores.size()));
    double found = 0;
    for (std::size_t begin = 0; begin < order.size() && left > 0;) {
        std::size_t end = begin;
        double positive = 0;
        for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
            positive += labels[order[end]];
        const auto size = static_cast<double>(end - begin);
        found += positive * std::min(1.0, left / size);
        left -= size;
        begin = end;
    }
    return found;
}

double share(double part, double all) {
    return all > 0 ? part / all : 0;
}

// What "likely" is worth: of the rows above the threshold, and of those with label 1.
void add_likely(
    const Scored& scored,
    const std::vector<std::uint8_t>& labels,
    double threshold,
    json::Value& out
) {
    double likely = 0;
    double right = 0;
    double positive = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        positive += labels[i];
        if (!(static_cast<double>(scored.probabilities[i]) > threshold)) continue;
        likely += 1;
        right += labels[i];
    }
    out.set("precision", number(share(right, likely)));
    out.set("recall", number(share(right, positive)));
    out.set("f1", number(share(2 * right, likely + positive)));
}

Result<json::Value> metrics_of(
    const Scored& scored, const std::vector<std::uint8_t>& labels, const ModelSpec& spec
) {
    const auto values = TRY(learn::probability_values(scored.probabilities, labels));
    const auto auc = learn::area_under_curve(scored.ranking, labels);
    const double top = std::ceil(top_share * static_cast<double>(labels.size()));
    const double found = positives_on_top(scored.ranking, labels);
    const auto positive = static_cast<double>(std::ranges::count(labels, std::uint8_t{1}));
    json::Value out = json::Value::object();
    out.set("auc", auc ? number(*auc) : json::Value());
    out.set("precision@10%", number(share(found, top)));
    out.set("recall@10%", number(share(found, positive)));
    add_likely(scored, labels, spec.threshold, out);
    out.set("brier", number(values.brier));
    out.set("log_loss", number(values.log_loss));
    out.set("calibration_error", number(values.calibration_error));
    return out;
}

struct Best {
    std::string column;
    double auc = 0.5;
};

Result<Best> best_feature(const Training& training, const std::vector<std::string>& columns) {
    Best best{columns.front()};
    bool any = false;
    for (const std::string& column : columns) {
        const auto read =
            TRY(read_column(training.tables.work(), training.spec, column, Part::Learn));
        const bool known = std::ranges::any_of(read.values, [](float v) { return !std::isnan(v); });
        const auto auc = learn::area_under_curve(read.values, read.labels);
        if (!known || !auc) continue;
        if (any && std::abs(*auc - 0.5) <= std::abs(best.auc - 0.5)) continue;
        any = true;
        best = {column, *auc};
    }
    return best;
}

// Labels come with the scores: another statement may read the rows in another order.
struct HeldOut {
    Scored scored;
    std::vector<std::uint8_t> labels;
};

Result<HeldOut> score_held_out(const Training& training, const BuyAgain& model) {
    LabelledRows rows(
        training.tables.work(), labelled_rows_sql(training.spec, model.columns, Part::HeldOut)
    );
    HeldOut held;
    std::vector<float>& ranking = held.scored.ranking;
    while (const auto block = TRY(rows.next())) {
        const std::size_t at = ranking.size();
        ranking.resize(at + block->features.rows);
        const auto out = std::span(ranking).subspan(at);
        TRY(model.trees->predict(block->features, out, training.work));
        for (std::size_t i = 0; i < out.size(); ++i) {
            held.scored.probabilities.push_back(model.probability(out[i]));
            held.labels.push_back(block->labels[i] > 0 ? 1 : 0);
        }
    }
    return held;
}

// What all rows have in common.
Scored base_rate(const LabelledColumn& past, std::size_t count) {
    Scored rate;
    rate.ranking.assign(count, 0.0F);
    rate.probabilities.assign(
        count,
        static_cast<float>(
            static_cast<double>(past.positive) / static_cast<double>(past.labels.size())
        )
    );
    return rate;
}

}  // namespace

Result<void> check_trained_columns(const Training& training, const StoredVersion& version) {
    const auto now = TRY(number_columns(training.tables.work(), training.spec));
    const BuyAgain model = TRY(BuyAgain::from(version));
    for (const std::string& column : model.columns) {
        if (std::ranges::find(now, column) != now.end()) continue;
        return Error(
                   ErrorCode::Conflict,
                   "version " + std::to_string(version.number) + " was trained with the column " +
                       column + ", which " + training.spec.rows->table.text() + " has no more"
        )
            .with_hint("Train the model anew.");
    }
    return {};
}

Result<Report> evaluate_classify(const Training& training, const StoredVersion& version) {
    TRY(check_trained_columns(training, version));
    engine::Work& work = training.tables.work();
    const BuyAgain model = TRY(BuyAgain::from(version));
    const Best best = TRY(best_feature(training, model.columns));
    const LabelledColumn past = TRY(read_column(work, training.spec, best.column, Part::Learn));
    const HeldOut held = TRY(score_held_out(training, model));
    const std::size_t count = held.labels.size();
    const auto positive =
        static_cast<std::size_t>(std::ranges::count(held.labels, std::uint8_t{1}));
    if (past.labels.empty() || positive == 0 || positive == count) {
        return Error(
                   ErrorCode::Conflict,
                   "the rows held out of " + training.spec.rows->table.text() +
                       " have the same label, or there are none"
        )
            .with_hint("Hold more out (hold_out:), or bring more data in.");
    }
    Report report = json::Value::object();
    report.set("rows", static_cast<std::int64_t>(count));
    report.set("positive_rows", static_cast<std::int64_t>(positive));
    report.set("held_out_from", TRY(held_out_from(work, training.spec)));
    report.set("one_feature", best.column);
    report.set("metrics", TRY(metrics_of(held.scored, held.labels, training.spec)));
    json::Value& baselines = report.set("baselines", json::Value::object());
    baselines.set("base_rate", TRY(metrics_of(base_rate(past, count), held.labels, training.spec)));
    const auto later = TRY(read_column(work, training.spec, best.column, Part::HeldOut));
    const Scored one = OneFeature(past, best.auc >= 0.5).score(later.values);
    baselines.set("one_feature", TRY(metrics_of(one, later.labels, training.spec)));
    report.set(
        "probabilities",
        to_json(TRY(learn::probability_values(held.scored.probabilities, held.labels)))
    );
    return report;
}

}  // namespace tradewind::model
