#include "learn/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace tradewind::learn {

namespace {

constexpr double logit_clip = 1e-7;
constexpr int newton_steps_max = 100;
constexpr double newton_done = 1e-10;

double logit(float score) {
    const double p = std::clamp(static_cast<double>(score), logit_clip, 1 - logit_clip);
    return std::log(p / (1 - p));
}

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

Result<void> check(std::span<const float> scores, std::span<const std::uint8_t> labels) {
    const auto wrong = [](const char* what) {
        return Error(ErrorCode::InvalidArgument, "cannot calibrate").with_detail(what);
    };
    if (scores.size() != labels.size()) return wrong("There are not as many labels as scores.");
    if (scores.empty()) return wrong("There is no row.");
    if (!std::ranges::all_of(scores, [](float x) { return x >= 0 && x <= 1; }))
        return wrong("A score is not between 0 and 1.");
    if (!std::ranges::all_of(labels, [](std::uint8_t x) { return x <= 1; }))
        return wrong("A label is neither 0 nor 1.");
    return {};
}

// Neighbouring scores that have one probability.
struct Pool {
    float first = 0;
    float last = 0;
    double weight = 0;
    double positives = 0;

    double mean() const { return positives / weight; }
};

// Pools of equal scores, upwards.
std::vector<Pool> equal_scores(
    std::span<const float> scores, std::span<const std::uint8_t> labels
) {
    std::vector<std::uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, [scores](std::uint32_t row) { return scores[row]; });
    std::vector<Pool> out;
    for (const std::uint32_t row : order) {
        const float score = scores[row];
        if (out.empty() || out.back().last != score) out.push_back({score, score, 0, 0});
        out.back().weight += 1;
        out.back().positives += labels[row];
    }
    return out;
}

// Newton's method with steps that are halved until they help. Labels are drawn in a little, as
// Platt does, so that a perfect separation does not lead to infinity.
class PlattFit {
public:
    PlattFit(std::span<const float> scores, std::span<const std::uint8_t> labels) {
        const auto positives = static_cast<double>(std::ranges::count(labels, 1));
        const double negatives = static_cast<double>(labels.size()) - positives;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            logits_.push_back(logit(scores[i]));
            targets_.push_back(
                labels[i] != 0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)
            );
        }
        curve_ = {0, std::log((positives + 1) / (negatives + 1))};
    }

    Calibration::Curve solve() {
        double now = loss(curve_);
        for (int step = 0; step < newton_steps_max; ++step) {
            const double then = descend(now);
            const bool done = now - then < newton_done * std::abs(now);
            now = then;
            if (done) break;
        }
        return curve_;
    }

private:
    double loss(Calibration::Curve curve) const {
        double sum = 0;
        for (std::size_t i = 0; i < logits_.size(); ++i) {
            const double x = curve.slope * logits_[i] + curve.shift;
            sum += x >= 0 ? (1 - targets_[i]) * x + std::log1p(std::exp(-x))
                          : -targets_[i] * x + std::log1p(std::exp(x));
        }
        return sum;
    }
    // The step that Newton's method takes.
    Calibration::Curve step() const {
        double g0 = 0, g1 = 0, h00 = newton_done, h01 = 0, h11 = newton_done;
        for (std::size_t i = 0; i < logits_.size(); ++i) {
            const double x = logits_[i];
            const double p = sigmoid(curve_.slope * x + curve_.shift);
            g0 += (p - targets_[i]) * x;
            g1 += p - targets_[i];
            h00 += p * (1 - p) * x * x;
            h01 += p * (1 - p) * x;
            h11 += p * (1 - p);
        }
        const double determinant = h00 * h11 - h01 * h01;
        return {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
    }
    // Goes down from the loss `now`; the loss that is reached.
    double descend(double now) {
        const Calibration::Curve full = step();
        for (double size = 1; size > newton_done; size /= 2) {
            const Calibration::Curve next{
                curve_.slope - size * full.slope, curve_.shift - size * full.shift
            };
            const double then = loss(next);
            if (then > now) continue;
            curve_ = next;
            return then;
        }
        return now;
    }

    std::vector<double> logits_;
    std::vector<double> targets_;
    Calibration::Curve curve_;
};

}  // namespace

Result<Calibration> Calibration::of_points(std::vector<Point> points) {
    const auto possible = [](float x) { return x >= 0 && x <= 1; };
    bool good = !points.empty();
    for (std::size_t i = 0; i < points.size(); ++i) {
        good = good && possible(points[i].score) && possible(points[i].probability);
        if (i > 0)
            good = good && points[i - 1].score < points[i].score &&
                   points[i - 1].probability <= points[i].probability;
    }
    if (!good) return Error(ErrorCode::InvalidArgument, "points of a calibration do not rise");
    Calibration out;
    out.points_ = std::move(points);
    return out;
}

Calibration Calibration::of_curve(Curve curve) {
    Calibration out;
    out.curve_ = curve;
    return out;
}

float Calibration::operator()(float score) const {
    if (is_curve()) return static_cast<float>(sigmoid(curve_.slope * logit(score) + curve_.shift));
    const auto right = std::ranges::lower_bound(points_, score, {}, &Point::score);
    if (right == points_.begin()) return points_.front().probability;
    if (right == points_.end()) return points_.back().probability;
    const Point& left = *(right - 1);
    const float share = (score - left.score) / (right->score - left.score);
    return left.probability + share * (right->probability - left.probability);
}

// Pool adjacent violators: pools that fall are joined with the one before, until none falls.
Result<Calibration> fit_isotonic(
    std::span<const float> scores, std::span<const std::uint8_t> labels
) {
    TRY(check(scores, labels));
    std::vector<Pool> rising;
    for (Pool pool : equal_scores(scores, labels)) {
        while (!rising.empty() && rising.back().mean() >= pool.mean()) {
            pool.first = rising.back().first;
            pool.weight += rising.back().weight;
            pool.positives += rising.back().positives;
            rising.pop_back();
        }
        rising.push_back(pool);
    }
    std::vector<Calibration::Point> points;
    for (const Pool& pool : rising) {
        const auto probability = static_cast<float>(pool.mean());
        points.push_back({pool.first, probability});
        if (pool.last > pool.first) points.push_back({pool.last, probability});
    }
    return Calibration::of_points(std::move(points));
}

Result<Calibration> fit_platt(std::span<const float> scores, std::span<const std::uint8_t> labels) {
    TRY(check(scores, labels));
    return Calibration::of_curve(PlattFit(scores, labels).solve());
}

}  // namespace tradewind::learn
