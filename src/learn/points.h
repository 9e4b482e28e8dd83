// Rows of numbers, as clusters and axes are found in.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace tradewind::learn {

// Row by row.
struct Points {
    std::size_t columns = 0;
    std::vector<double> values;

    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const double> row(std::size_t at) const {
        return std::span(values).subspan(at * columns, columns);
    }
    void add(std::span<const double> row) { values.insert(values.end(), row.begin(), row.end()); }
};

// How columns were brought to the mean 0 and the (population) deviation 1; a column that is the
// same in all rows becomes 0.
struct Standard {
    std::vector<double> means;
    std::vector<double> deviations;

    Points apply(const Points& points) const;
};
// InvalidArgument: no rows, a value that is no number or infinite, rows of different lengths.
Result<Standard> standard_of(const Points& points);

double squared_distance(std::span<const double> a, std::span<const double> b);

// The two directions in which rows differ most, for a picture of them. Signs are such that the
// greatest part of each axis is positive.
struct TwoAxes {
    std::vector<double> first;   // by column; of length 1
    std::vector<double> second;  // 0 where there is one column only
    std::vector<double> means;   // of columns
    double first_share = 0;      // of all variance
    double second_share = 0;
    std::vector<double> x;  // by row
    std::vector<double> y;
};
Result<TwoAxes> pca2(const Points& points);

}  // namespace tradewind::learn
