// Metrics of probabilities are those of their definitions, by hand and beside a count of all pairs.
#include "learn/probability_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "os/random.h"

namespace tradewind::learn {
namespace {

TEST(ProbabilityValues, ByHand) {
    const std::vector<float> p{0.25f, 0.75f, 0.75f, 1.0f};
    const std::vector<std::uint8_t> labels{0, 1, 0, 1};
    const ProbabilityValues values = MUST(probability_values(p, labels, 4));
    EXPECT_EQ(values.count, 4u);
    EXPECT_EQ(values.positive_rate, 0.5);
    EXPECT_NEAR(values.brier, (0.0625 + 0.0625 + 0.5625 + 0) / 4, 1e-12);
    EXPECT_NEAR(values.log_loss, -(2 * std::log(0.75) + std::log(0.25)) / 4, 1e-6);
    EXPECT_NEAR(*values.auc, 3.5 / 4, 1e-12) << "the tie counts half";
    ASSERT_EQ(values.bins.size(), 4u);
    EXPECT_EQ(values.bins[0].count, 0u);
    EXPECT_EQ(values.bins[1].count, 1u);
    EXPECT_EQ(values.bins[3].count, 3u) << "1 belongs to the last bin";
    EXPECT_NEAR(values.bins[3].happened, 2.0 / 3, 1e-12);
    EXPECT_NEAR(values.calibration_error, 0.25 / 4 + std::abs(2.5 / 3 - 2.0 / 3) * 0.75, 1e-7);
}

TEST(ProbabilityValues, OfOneLabelHaveNoAuc) {
    const std::vector<float> p{0, 1};
    EXPECT_FALSE(MUST(probability_values(p, std::vector<std::uint8_t>{1, 1})).auc.has_value());
    EXPECT_TRUE(std::isfinite(MUST(probability_values(p, std::vector<std::uint8_t>{1, 0})).log_loss)
    ) << "a certain mistake is not infinite";
}

TEST(ProbabilityValues, RefuseWhatIsNone) {
    const std::vector<std::uint8_t> labels{1, 0};
    const auto code = [&labels](std::vector<float> p) {
        return probability_values(p, labels).error().code();
    };
    EXPECT_EQ(code({0.5f}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({0.5f, NAN}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({0.5f, 1.5f}), ErrorCode::InvalidArgument);
    EXPECT_FALSE(probability_values({}, {}).ok());
    EXPECT_FALSE(probability_values(std::vector<float>{1}, std::vector<std::uint8_t>{2}).ok());
}

TEST(AreaUnderCurve, IsTheShareOfPairsInOrder) {
    os::Random random(3);
    for (int round = 0; round < 20; ++round) {
        std::vector<float> scores(60);
        std::vector<std::uint8_t> labels(60);
        for (std::size_t i = 0; i < 60; ++i) {
            scores[i] = static_cast<float>(random.below(8));
            labels[i] = random.chance(0.3) ? 1 : 0;
        }
        labels[0] = 1;
        labels[1] = 0;
        double right = 0;
        double pairs = 0;
        for (std::size_t i = 0; i < 60; ++i)
            for (std::size_t j = 0; j < 60; ++j) {
                if (labels[i] != 1 || labels[j] != 0) continue;
                pairs += 1;
                right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        EXPECT_NEAR(*area_under_curve(scores, labels), right / pairs, 1e-12);
    }
}

TEST(AreaUnderCurve, TakesWhatIsNoNumberForTheLeast) {
    const std::vector<float> scores{NAN, 1, 2};
    EXPECT_EQ(area_under_curve(scores, std::vector<std::uint8_t>{0, 1, 1}), 1.0);
}

}  // namespace
}  // namespace tradewind::learn
