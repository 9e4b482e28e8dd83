// Metrics of ranked lists are those of their definitions, computed by hand.
#include "learn/ranking_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "os/random.h"

namespace tradewind::learn {
namespace {

constexpr double close = 1e-12;

TEST(RankValues, OfAListByHand) {
    // Hits at ranks 1 and 3 of four wanted; ideal: ranks 1 to 4, cut at 3: ranks 1 to 3.
    const std::vector<Item> ranked{10, 11, 12, 13, 14};
    const std::vector<Item> truth{12, 10, 14, 99};
    const RankingValues at3 = rank_values(ranked, truth, 3);
    EXPECT_NEAR(at3.recall, 0.5, close);
    EXPECT_NEAR(at3.precision, 2.0 / 3, close);
    EXPECT_NEAR(at3.f1, 2 * 0.5 * (2.0 / 3) / (0.5 + 2.0 / 3), close);
    EXPECT_EQ(at3.hit_rate, 1);
    const double gains = 1 + 1 / std::log2(4);
    const double ideal3 = 1 + 1 / std::log2(3) + 1 / std::log2(4);
    EXPECT_NEAR(at3.ndcg, gains / (ideal3 + 1 / std::log2(5)), close);
    EXPECT_NEAR(at3.ndcg_cut, gains / ideal3, close);
}

TEST(RankValues, CountKWhateverTheListsLength) {
    const std::vector<Item> ranked{1};
    const std::vector<Item> truth{1};
    const RankingValues at10 = rank_values(ranked, truth, 10);
    EXPECT_NEAR(at10.precision, 0.1, close);
    EXPECT_EQ(at10.recall, 1);
    EXPECT_EQ(at10.ndcg, 1);
    EXPECT_EQ(rank_values({}, truth, 10).f1, 0);
    EXPECT_EQ(rank_values(ranked, {}, 10).recall, 0);
}

TEST(RankValues, CountAnItemOnce) {
    const std::vector<Item> ranked{7, 7, 7};
    const std::vector<Item> truth{7, 7, 8};
    const RankingValues at3 = rank_values(ranked, truth, 3);
    EXPECT_NEAR(at3.recall, 0.5, close);
    EXPECT_NEAR(at3.precision, 1.0 / 3, close);
}

// A long list of a user who bought 10,000 items: sorted and searched, not compared pair by pair.
TEST(RankValues, TakeTenThousandItems) {
    std::vector<Item> all(10'000);
    std::iota(all.begin(), all.end(), 0u);
    const RankingValues values = rank_values(all, all, 10'000);
    EXPECT_EQ(values.recall, 1);
    EXPECT_NEAR(values.ndcg, 1, 1e-9);
}

TEST(RankingMean, PassesByUsersWithoutTruth) {
    RankingMean mean(2);
    mean.add(std::vector<Item>{1, 2}, std::vector<Item>{1});
    mean.add(std::vector<Item>{1, 2}, {});
    mean.add(std::vector<Item>{1, 2}, std::vector<Item>{5});
    EXPECT_EQ(mean.users(), 2u);
    EXPECT_NEAR(mean.mean().recall, 0.5, close);
    EXPECT_EQ(RankingMean(5).mean().ndcg, 0);
}

TEST(SplitRankingMean, TellsRepeatsFromFirstTimes) {
    SplitRankingMean split(2);
    const std::vector<Item> earlier{1, 4};
    split.add(std::vector<Item>{1, 2}, std::vector<Item>{2, 1, 3}, earlier);
    split.add(std::vector<Item>{1, 2}, std::vector<Item>{4}, earlier);
    EXPECT_EQ(split.all().users(), 2u);
    EXPECT_EQ(split.repeat().users(), 2u);
    EXPECT_EQ(split.explore().users(), 1u) << "the second bought nothing new";
    EXPECT_NEAR(split.all().mean().recall, (2.0 / 3 + 0) / 2, close);
    EXPECT_NEAR(split.repeat().mean().recall, 0.5, close);
    EXPECT_NEAR(split.explore().mean().recall, 0.5, close);
}

TEST(SetF1, OfSetsAndOfNothing) {
    const std::vector<Item> a{1, 2, 3};
    const std::vector<Item> b{3, 4};
    EXPECT_NEAR(set_f1(a, b), 2.0 / 5, close);
    EXPECT_EQ(set_f1({}, {}), 1) << "nothing was expected and nothing was bought";
    EXPECT_EQ(set_f1(a, {}), 0);
    EXPECT_EQ(set_f1({}, a), 0);
}

TEST(ListCounter, CountsItemsAndGroups) {
    ListCounter counter(4, {0, 0, 1, 1});
    counter.add(std::vector<Item>{0, 1, 2});  // pairs: one same, two different
    counter.add(std::vector<Item>{0});        // no pair
    const ListValues values = counter.values();
    EXPECT_EQ(values.lists, 2u);
    EXPECT_NEAR(values.coverage, 0.75, close);
    EXPECT_NEAR(values.diversity, 2.0 / 3, close);
    // Counts 0, 1, 1, 2: 2·(1·0 + 2·1 + 3·1 + 4·2) / (4·4) − 5/4.
    EXPECT_NEAR(values.gini, 2.0 * 13 / 16 - 1.25, close);
    EXPECT_EQ(ListCounter(0, {}).values().coverage, 0);
}

// Beside a count of all pairs, on seeded random lists.
TEST(ListCounter, DiversityIsThatOfAllPairs) {
    os::Random random(7);
    std::vector<std::uint32_t> groups(50);
    for (auto& group : groups) group = static_cast<std::uint32_t>(random.below(6));
    for (int round = 0; round < 20; ++round) {
        std::vector<Item> list(50);
        std::iota(list.begin(), list.end(), 0u);
        list.resize(2 + random.below(40));
        double different = 0;
        double pairs = 0;
        for (std::size_t i = 0; i < list.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                different += groups[list[i]] != groups[list[j]] ? 1 : 0;
                ++pairs;
            }
        ListCounter counter(50, groups);
        counter.add(list);
        EXPECT_NEAR(counter.values().diversity, different / pairs, close);
    }
}

}  // namespace
}  // namespace tradewind::learn
