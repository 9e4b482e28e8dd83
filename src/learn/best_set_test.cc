// The best set beside all sets and all outcomes, tried one by one.
#include "learn/best_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "os/random.h"

namespace tradewind::learn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

double chance_of(const std::vector<float>& p, unsigned outcome) {
    double chance = 1;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const auto here = static_cast<double>(p[i]);
        chance *= (outcome >> i & 1) != 0 ? here : 1 - here;
    }
    return chance;
}

double expected_f1(const std::vector<float>& p, unsigned set) {
    double sum = 0;
    for (unsigned outcome = 0; outcome < 1u << p.size(); ++outcome) {
        const int both = std::popcount(set & outcome);
        const int sizes = std::popcount(set) + std::popcount(outcome);
        sum += chance_of(p, outcome) * (sizes == 0 ? 1.0 : 2.0 * both / sizes);
    }
    return sum;
}

TEST(BestSet, IsTheBestOfAll) {
    os::Random random(11);
    for (int round = 0; round < 60; ++round) {
        std::vector<float> p(1 + random.below(7));
        const double most = random.chance(0.5) ? 1 : 0.2;
        for (float& x : p) x = static_cast<float>(random.uniform() * most);
        double best = 0;
        for (unsigned set = 0; set < 1u << p.size(); ++set)
            best = std::max(best, expected_f1(p, set));
        const BestSet found = best_set(p);
        EXPECT_NEAR(found.expected_f1, best, 1e-9);
        unsigned chosen = 0;
        for (const auto place : found.chosen) chosen |= 1u << place;
        EXPECT_NEAR(expected_f1(p, chosen), best, 1e-9);
    }
}

TEST(BestSet, OfOneLikelyAndOneUnlikely) {
    // {0}: 0.9·0.9 + 0.9·0.1·2/3 = 0.87; both: 0.9·0.1 + (0.9·0.9 + 0.1·0.1)·2/3 = 0.637.
    const std::vector<float> p{0.9f, 0.1f};
    const BestSet set = best_set(p);
    EXPECT_THAT(set.chosen, ElementsAre(0));
    EXPECT_NEAR(set.expected_f1, 0.87, 1e-6);
}

TEST(BestSet, MayBeEmpty) {
    EXPECT_THAT(best_set({}).chosen, IsEmpty());
    EXPECT_EQ(best_set({}).expected_f1, 1);
    const std::vector<float> unlikely{0.01f, 0.02f};
    EXPECT_THAT(best_set(unlikely).chosen, IsEmpty());
    EXPECT_NEAR(best_set(unlikely).expected_f1, 0.99 * 0.98, 1e-6);
}

TEST(BestSet, HeedsWhatIsKnownOfTheEmptyBasket) {
    const std::vector<float> p{0.6f};
    EXPECT_THAT(best_set(p).chosen, ElementsAre(0));
    EXPECT_NEAR(best_set(p, {.empty_probability = 0.3}).expected_f1, 0.7, 1e-6);
    const BestSet set = best_set(p, {.empty_probability = 0.8});
    EXPECT_THAT(set.chosen, IsEmpty());
    EXPECT_NEAR(set.expected_f1, 0.8, 1e-9);
}

TEST(BestSet, TakesCertaintiesAndWhatIsNoProbability) {
    const std::vector<float> p{NAN, 1, -3, 7, 0};
    const BestSet set = best_set(p);
    EXPECT_THAT(set.chosen, ElementsAre(1, 3));
    EXPECT_NEAR(set.expected_f1, 1, 1e-12);
    EXPECT_THAT(best_set(std::vector<float>{NAN, 0}).chosen, IsEmpty());
}

TEST(BestSet, IsBoundedInSizeAndTime) {
    const std::vector<float> p(10'000, 0.5f);
    const BestSet set = best_set(p, {.size_max = 20, .empty_probability = {}});
    EXPECT_EQ(set.chosen.size(), 20u);
    EXPECT_NEAR(set.expected_f1, 2 * 10.0 / 5020, 1e-4);
}

}  // namespace
}  // namespace tradewind::learn
