// Calibrations by hand, beside scikit-learn and beside what must hold of every one.
#include "learn/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "os/random.h"

namespace tradewind::learn {
namespace {

const std::vector<float> scores{0.1f, 0.2f, 0.3f, 0.35f, 0.5f, 0.6f, 0.7f, 0.9f};
const std::vector<std::uint8_t> labels{0, 1, 0, 0, 1, 0, 1, 1};

// Expected by IsotonicRegression(out_of_bounds="clip") of scikit-learn 1.9 on the same rows.
TEST(Isotonic, IsThatOfScikitLearn) {
    const Calibration made = MUST(fit_isotonic(scores, labels));
    const std::vector<std::pair<float, double>> expected{
        {0.05f, 0},
        {0.15f, 0.16666667},
        {0.25f, 0.33333333},
        {0.4f, 0.38888889},
        {0.55f, 0.5},
        {0.65f, 0.75},
        {0.8f, 1},
        {0.95f, 1},
    };
    for (const auto& [score, probability] : expected)
        EXPECT_NEAR(made(score), probability, 1e-6) << score;
}

// The least of sum(log(1 + e^z) - t z), z = slope · logit + shift, found by
// scipy.optimize.minimize.
TEST(Platt, IsTheLeastLoss) {
    const Calibration made = MUST(fit_platt(scores, labels));
    EXPECT_NEAR(made.curve().slope, 0.54098234, 1e-5);
    EXPECT_NEAR(made.curve().shift, 0.11563453, 1e-5);
}

TEST(Calibration, BringsScoresToWhatHappens) {
    os::Random random(5);
    std::vector<float> crooked;
    std::vector<std::uint8_t> happened;
    for (int i = 0; i < 20'000; ++i) {
        const double p = random.uniform();
        crooked.push_back(static_cast<float>(p * p * p));  // far too low
        happened.push_back(random.chance(p) ? 1 : 0);
    }
    for (const Calibration& made :
         {MUST(fit_isotonic(crooked, happened)), MUST(fit_platt(crooked, happened))})
        for (const double p : {0.2, 0.5, 0.8})
            EXPECT_NEAR(made(static_cast<float>(p * p * p)), p, 0.06);
}

TEST(Isotonic, Rises) {
    os::Random random(6);
    std::vector<float> any;
    std::vector<std::uint8_t> happened;
    for (int i = 0; i < 500; ++i) {
        any.push_back(static_cast<float>(random.below(50)) / 50);
        happened.push_back(random.chance(0.3) ? 1 : 0);
    }
    const Calibration made = MUST(fit_isotonic(any, happened));
    for (int i = 1; i <= 1000; ++i)
        EXPECT_LE(made(static_cast<float>(i - 1) / 1000), made(static_cast<float>(i) / 1000));
    EXPECT_EQ(MUST(Calibration::of_points(made.points())).points(), made.points());
}

TEST(Calibration, OfOneLabelAndOneRow) {
    const std::vector<float> one{0.4f};
    const std::vector<std::uint8_t> yes{1};
    EXPECT_EQ(MUST(fit_isotonic(one, yes))(0.1f), 1);
    const float platt = MUST(fit_platt(one, yes))(0.4f);
    EXPECT_TRUE(platt > 0.5f && platt < 1);
    EXPECT_TRUE(std::isfinite(MUST(fit_platt(scores, std::vector<std::uint8_t>(8, 0)))(0.5f)));
}

TEST(Platt, OfAPerfectSeparationIsFinite) {
    const std::vector<float> p{0, 0.1f, 0.9f, 1};
    const Calibration made = MUST(fit_platt(p, std::vector<std::uint8_t>{0, 0, 1, 1}));
    EXPECT_TRUE(std::isfinite(made.curve().slope) && made.curve().slope > 0);
    EXPECT_GT(made(1), made(0.9f));
}

TEST(Calibration, RefusesWhatIsNoScore) {
    EXPECT_FALSE(fit_isotonic({}, {}).ok());
    EXPECT_FALSE(fit_platt({}, {}).ok());
    EXPECT_FALSE(fit_isotonic(std::vector<float>{NAN}, std::vector<std::uint8_t>{1}).ok());
    EXPECT_FALSE(fit_isotonic(std::vector<float>{2}, std::vector<std::uint8_t>{1}).ok());
    EXPECT_FALSE(fit_platt(std::vector<float>{0.5f}, std::vector<std::uint8_t>{2}).ok());
    EXPECT_FALSE(fit_platt(std::vector<float>{0.5f}, std::vector<std::uint8_t>{1, 1}).ok());
    EXPECT_FALSE(Calibration::of_points({{0.5f, 0.5f}, {0.4f, 0.6f}}).ok());
    EXPECT_FALSE(Calibration::of_points({{0.4f, 0.5f}, {0.5f, 0.4f}}).ok());
    EXPECT_FALSE(Calibration::of_points({}).ok());
    EXPECT_EQ(Calibration()(0.25f), 0.25f) << "the identity";
}

}  // namespace
}  // namespace tradewind::learn
