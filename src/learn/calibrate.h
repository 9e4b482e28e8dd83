// Makes probabilities of scores: of all rows that get 0.3, three in ten shall be of label 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace tradewind::learn {

// Either a rising line through points (isotonic: as close to the labels as a rising line can be,
// flat before the first and behind the last point), or a logistic curve of the score's logit
// (Platt: two numbers, for few rows). Immutable; any thread.
class Calibration {
public:
    struct Point {
        float score = 0;
        float probability = 0;
        bool operator==(const Point&) const = default;
    };
    struct Curve {
        double slope = 1;
        double shift = 0;
    };
    // The identity.
    Calibration() = default;
    // InvalidArgument: points that do not rise, or are outside of 0 to 1.
    static Result<Calibration> of_points(std::vector<Point> points);
    static Calibration of_curve(Curve curve);

    float operator()(float score) const;
    const std::vector<Point>& points() const { return points_; }
    const Curve& curve() const { return curve_; }
    bool is_curve() const { return points_.empty(); }

private:
    std::vector<Point> points_;
    Curve curve_;
};

// Labels 0 and 1 of scores between 0 and 1, which should not be those that trained the scores.
// InvalidArgument: no rows, different lengths, values out of range.
Result<Calibration> fit_isotonic(
    std::span<const float> scores, std::span<const std::uint8_t> labels
);
Result<Calibration> fit_platt(std::span<const float> scores, std::span<const std::uint8_t> labels);

}  // namespace tradewind::learn
