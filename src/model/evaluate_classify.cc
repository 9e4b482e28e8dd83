// classify on the rows that are held out: the newest. Beside it two baselines of the same run: what
// all rows have in common, and the one feature that tells the label best among those learnt from.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "model/classify.h"
#include "model/evaluation.h"
#include "model/feature_rows.h"

namespace tradewind::model {

namespace {

constexpr double top_share = 0.1;
constexpr std::size_t groups = 10;

// How a model orders the rows, and what it says of each.
struct Scored {
    std::vector<float> ranking;
    std::vector<float> probabilities;
};

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

// A feature's value to the share of label 1 among rows learnt from with values like it, in ten
// groups as large as each other; those without a value are one more.
class OneFeature {
public:
    OneFeature(const LabelledColumn& from, bool rising) : rising_(rising) {
        std::vector<std::size_t> known;
        double unknown = 0;
        double unknown_positive = 0;
        for (std::size_t i = 0; i < from.values.size(); ++i) {
            if (!std::isnan(from.values[i])) {
                known.push_back(i);
                continue;
            }
            unknown += 1;
            unknown_positive += from.labels[i];
        }
        unknown_ = unknown > 0 ? unknown_positive / unknown : 0;
        std::ranges::sort(known, [&](std::size_t a, std::size_t b) {
            return from.values[a] < from.values[b];
        });
        for (std::size_t g = 0; g < groups && !known.empty(); ++g) {
            const std::size_t begin = g * known.size() / groups;
            const std::size_t end = std::max(begin + 1, (g + 1) * known.size() / groups);
            double positive = 0;
            for (std::size_t i = begin; i < end; ++i) positive += from.labels[known[i]];
            ends_.push_back(from.values[known[end - 1]]);
            shares_.push_back(positive / static_cast<double>(end - begin));
        }
    }

    Scored score(const LabelledColumn& rows) const {
        Scored scored;
        for (const float value : rows.values) {
            const bool known = !std::isnan(value);
            scored.ranking.push_back(known && !rising_ ? -value : value);
            scored.probabilities.push_back(static_cast<float>(known ? share_of(value) : unknown_));
        }
        // What is not known is the least, for sorting too.
        for (float& one : scored.ranking)
            if (std::isnan(one)) one = -std::numeric_limits<float>::infinity();
        return scored;
    }

private:
    double share_of(float value) const {
        const auto group = std::ranges::lower_bound(ends_, value) - ends_.begin();
        return shares_[std::min(static_cast<std::size_t>(group), shares_.size() - 1)];
    }

    const bool rising_;
    double unknown_ = 0;
    std::vector<float> ends_;
    std::vector<double> shares_;
};

struct Best {
    std::string column;
    double auc = 0.5;
};

Result<Best> best_feature(const Training& training, const std::vector<std::string>& columns) {
    Best best{columns.front()};
    for (const std::string& column : columns) {
        const auto read =
            TRY(read_column(training.tables.work(), training.spec, column, Part::Learn));
        const auto auc = learn::area_under_curve(read.values, read.labels);
        if (!auc || std::abs(*auc - 0.5) <= std::abs(best.auc - 0.5)) continue;
        best = {column, *auc};
    }
    return best;
}

Result<Scored> score_held_out(const Training& training, const BuyAgain& model) {
    LabelledRows rows(
        training.tables.work(), labelled_rows_sql(training.spec, model.columns, Part::HeldOut)
    );
    Scored scored;
    while (const auto block = TRY(rows.next())) {
        const std::size_t at = scored.ranking.size();
        scored.ranking.resize(at + block->features.rows);
        const auto out = std::span(scored.ranking).subspan(at);
        TRY(model.trees->predict(block->features, out, training.work));
        for (const float raw : out) scored.probabilities.push_back(model.probability(raw));
    }
    return scored;
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
    const LabelledColumn held = TRY(read_column(work, training.spec, best.column, Part::HeldOut));
    const std::size_t count = held.labels.size();
    if (past.labels.empty() || held.positive == 0 || held.positive == count) {
        return Error(
                   ErrorCode::Conflict,
                   "the rows held out of " + training.spec.rows->table.text() +
                       " have the same label, or there are none"
        )
            .with_hint("Hold more out (hold_out:), or bring more data in.");
    }
    const Scored own = TRY(score_held_out(training, model));
    Scored rate;
    rate.ranking.assign(count, 0.0F);
    rate.probabilities.assign(
        count,
        static_cast<float>(
            static_cast<double>(past.positive) / static_cast<double>(past.labels.size())
        )
    );
    Report report = json::Value::object();
    report.set("rows", static_cast<std::int64_t>(count));
    report.set("positive_rows", static_cast<std::int64_t>(held.positive));
    report.set("held_out_from", TRY(held_out_from(work, training.spec)));
    report.set("one_feature", best.column);
    report.set("metrics", TRY(metrics_of(own, held.labels, training.spec)));
    json::Value& baselines = report.set("baselines", json::Value::object());
    baselines.set("base_rate", TRY(metrics_of(rate, held.labels, training.spec)));
    const Scored one = OneFeature(past, best.auc >= 0.5).score(held);
    baselines.set("one_feature", TRY(metrics_of(one, held.labels, training.spec)));
    report.set(
        "probabilities", to_json(TRY(learn::probability_values(own.probabilities, held.labels)))
    );
    return report;
}

}  // namespace tradewind::model
