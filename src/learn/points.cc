#include "learn/points.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"
#include "learn/dense.h"

namespace tradewind::learn {

namespace {

Result<void> check(const Points& points) {
    if (points.rows() == 0) return Error(ErrorCode::InvalidArgument, "there are no rows");
    if (points.values.size() % points.columns != 0)
        return Error(ErrorCode::InvalidArgument, "rows have different lengths");
    for (std::size_t i = 0; i < points.values.size(); ++i)
        if (!std::isfinite(points.values[i]))
            return Error(ErrorCode::InvalidArgument, "a value is no number")
                .with_detail(
                    "Row " + std::to_string(i / points.columns) + ", column " +
                    std::to_string(i % points.columns) + "."
                );
    return {};
}

std::vector<double> means_of(const Points& points) {
    std::vector<double> means(points.columns);
    for (std::size_t i = 0; i < points.values.size(); ++i)
        means[i % points.columns] += points.values[i];
    for (double& mean : means) mean /= static_cast<double>(points.rows());
    return means;
}

double product(std::span<const double> row, std::span<const double> means, const Axis& axis) {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += (row[i] - means[i]) * axis.direction[i];
    return sum;
}

}  // namespace

double squared_distance(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

Result<Standard> standard_of(const Points& points) {
    TRY(check(points));
    Standard out{means_of(points), std::vector<double>(points.columns)};
    for (std::size_t i = 0; i < points.values.size(); ++i) {
        const double difference = points.values[i] - out.means[i % points.columns];
        out.deviations[i % points.columns] += difference * difference;
    }
    for (double& sum : out.deviations) sum = std::sqrt(sum / static_cast<double>(points.rows()));
    return out;
}

// A deviation that is nothing but rounding of the mean is none.
Points Standard::apply(const Points& points) const {
    CHECK(points.columns == means.size());
    constexpr double rounding = 1e-12;
    Points out = points;
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        const std::size_t column = i % out.columns;
        const bool same = deviations[column] <= rounding * std::abs(means[column]);
        out.values[i] = same ? 0 : (out.values[i] - means[column]) / deviations[column];
    }
    return out;
}

Result<TwoAxes> pca2(const Points& points) {
    TRY(check(points));
    const std::size_t n = points.columns;
    TwoAxes out;
    out.means = means_of(points);
    std::vector<double> covariance(n * n);
    for (std::size_t row = 0; row < points.rows(); ++row)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < n; ++k)
                covariance[i * n + k] += (points.row(row)[i] - out.means[i]) *
                                         (points.row(row)[k] - out.means[k]) /
                                         static_cast<double>(points.rows());
    std::vector<Axis> axes = axes_of(covariance, n);
    double total = 0;
    for (const Axis& axis : axes) total += axis.variance;
    axes.resize(2, Axis{0, std::vector<double>(n)});
    out.first = axes[0].direction;
    out.second = axes[1].direction;
    if (total > 0) {
        out.first_share = axes[0].variance / total;
        out.second_share = axes[1].variance / total;
    }
    for (std::size_t row = 0; row < points.rows(); ++row) {
        out.x.push_back(product(points.row(row), out.means, axes[0]));
        out.y.push_back(product(points.row(row), out.means, axes[1]));
    }
    return out;
}

}  // namespace tradewind::learn
