// The baseline of one feature.
#include "model/one_feature.h"

#include <gmock/gmock.h>

#include <limits>

namespace tradewind::model {
namespace {

using testing::ElementsAre;

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

// A feature that no row learnt from knows has no groups: later values are as those without one.
TEST(OneFeature, NothingKnown) {
    const OneFeature one({{unknown, unknown}, {1, 0}, 1}, true);
    EXPECT_THAT(one.score({3, unknown}).probabilities, ElementsAre(0.5F, 0.5F));
    EXPECT_THAT(OneFeature({}, true).score({3}).probabilities, ElementsAre(0.0F));
}

// Equal values are in one group however many there are: a quarter of the ones, all of the twos.
TEST(OneFeature, EqualValuesStayTogether) {
    LabelledColumn from;
    for (int i = 0; i < 20; ++i) {
        from.values.push_back(i < 16 ? 1 : 2);
        from.labels.push_back(i < 4 || i >= 16 ? 1 : 0);
    }
    const Scored scored = OneFeature(from, false).score({0, 1, 2, 9});
    EXPECT_THAT(scored.probabilities, ElementsAre(0.25F, 0.25F, 1, 1));
    EXPECT_THAT(scored.ranking, ElementsAre(0, -1, -2, -9));
}

}  // namespace
}  // namespace tradewind::model
