// Standards and axes by hand and beside scikit-learn.
#include "learn/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "os/random.h"

namespace tradewind::learn {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Standard, HasMeanZeroAndDeviationOne) {
    const Points points{3, {1, 5, 0.1, 3, 5, 0.1, 5, 5, 0.1}};
    const Standard standard = MUST(standard_of(points));
    EXPECT_THAT(standard.means, ElementsAre(3, 5, DoubleNear(0.1, 1e-15)));
    EXPECT_NEAR(standard.deviations[0], std::sqrt(8.0 / 3), 1e-12) << "of the population";
    const Points made = standard.apply(points);
    const double one = 2 / std::sqrt(8.0 / 3);
    EXPECT_THAT(
        made.values,
        ElementsAre(DoubleNear(-one, 1e-12), 0, 0, 0, 0, 0, DoubleNear(one, 1e-12), 0, 0)
    ) << "a column that is the same everywhere becomes 0";
}

TEST(Standard, RefusesWhatIsNoNumber) {
    EXPECT_FALSE(standard_of({}).ok());
    EXPECT_FALSE(standard_of({2, {}}).ok());
    EXPECT_FALSE(standard_of({2, {1, 2, 3}}).ok());
    EXPECT_FALSE(standard_of({2, {1, NAN}}).ok());
    EXPECT_FALSE(standard_of({1, {INFINITY}}).ok());
}

// Expected by PCA(2) of scikit-learn 1.9 on the same rows; our signs make the greatest part
// positive.
TEST(Pca2, IsThatOfScikitLearn) {
    const Points points{2, {0, 0, 0, 1, 1, 0, 5, 5, 5, 6, 6, 5, 10, 0}};
    const TwoAxes axes = MUST(pca2(points));
    EXPECT_THAT(
        axes.first, ElementsAre(DoubleNear(0.91950564, 1e-8), DoubleNear(0.39307681, 1e-8))
    );
    EXPECT_THAT(
        axes.second, ElementsAre(DoubleNear(-0.39307681, 1e-8), DoubleNear(0.91950564, 1e-8))
    );
    EXPECT_NEAR(axes.first_share, 0.7090425, 1e-7);
    EXPECT_NEAR(axes.second_share, 0.2909575, 1e-7);
    EXPECT_NEAR(axes.x[0], -4.50127972, 1e-8);
    EXPECT_NEAR(axes.y[1], 0.20257392, 1e-8);
}

// Whatever the rows: axes stand square, have length 1, and coordinates vary by their shares.
TEST(Pca2, HoldsForAnyRows) {
    os::Random random(4);
    Points points{5, {}};
    for (int i = 0; i < 200; ++i) {
        const double shared = random.uniform() * 10;
        for (int c = 0; c < 5; ++c) points.values.push_back(shared * c + random.uniform());
    }
    const TwoAxes axes = MUST(pca2(points));
    double square = 0, length = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        square += axes.first[i] * axes.second[i];
        length += axes.first[i] * axes.first[i];
    }
    for (std::size_t i = 0; i < points.rows(); ++i) {
        xx += axes.x[i] * axes.x[i];
        yy += axes.y[i] * axes.y[i];
        xy += axes.x[i] * axes.y[i];
    }
    EXPECT_NEAR(square, 0, 1e-9);
    EXPECT_NEAR(length, 1, 1e-9);
    EXPECT_NEAR(xy, 0, 1e-6);
    EXPECT_NEAR(xx / yy, axes.first_share / axes.second_share, 1e-6);
    EXPECT_GT(axes.first_share, 0.9);
}

TEST(Pca2, OfOneColumnAndOfOneRow) {
    const TwoAxes one = MUST(pca2({1, {1, 2, 3}}));
    EXPECT_THAT(one.x, ElementsAre(-1, 0, 1));
    EXPECT_THAT(one.y, ElementsAre(0, 0, 0));
    EXPECT_EQ(MUST(pca2({2, {1, 2}})).first_share, 0);
    EXPECT_FALSE(pca2({2, {1, NAN}}).ok());
}

}  // namespace
}  // namespace tradewind::learn
