// What is popular, what a user buys most and what he bought last, on baskets small enough to count.
#include "learn/baselines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tradewind::learn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Baskets that hold items: 0: 1, 1: 3, 2: 2, 3: 1, 4: 2.
Baskets some() {
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{1, 1, 3}, 0));
    MUST(builder.add(0, std::vector<Item>{1, 2}, 10));
    MUST(builder.add(0, std::vector<Item>{4, 2, 4}, 20));
    MUST(builder.add(1, std::vector<Item>{4, 1}, 20));
    MUST(builder.add(2, std::vector<Item>{0}, 20));
    return std::move(builder).finish(4, 6);
}

std::vector<Item> codes(const std::vector<ScoredItem>& list) {
    std::vector<Item> out;
    for (const ScoredItem& item : list) out.push_back(item.item);
    return out;
}

TEST(Popular, CountsBasketsNotLines) {
    const Popular popular(some());
    EXPECT_THAT(popular.scores(), ElementsAre(1, 3, 2, 1, 2, 0));
    EXPECT_THAT(codes(popular.top(9)), ElementsAre(1, 2, 4, 0, 3)) << "never bought: not listed";
    EXPECT_THAT(codes(popular.top(2, std::vector<Item>{1, 4})), ElementsAre(2, 0));
    EXPECT_EQ(Popular(popular.scores()).top(3), popular.top(3));
}

TEST(Popular, HalvesOldBaskets) {
    const Popular popular(some(), 10);
    EXPECT_FLOAT_EQ(popular.scores()[3], 0.25f);
    EXPECT_FLOAT_EQ(popular.scores()[1], 0.25f + 0.5f + 1);
    EXPECT_FLOAT_EQ(popular.scores()[0], 1);
}

TEST(Popular, OfNothingIsNothing) {
    EXPECT_THAT(Popular(Baskets()).top(5), IsEmpty());
    std::vector<ScoredItem> list;
    Popular(Baskets()).fill(list, 5);
    EXPECT_THAT(list, IsEmpty());
}

TEST(UserTop, OrdersByBasketsThenByTheLastThenByPopularity) {
    const Baskets baskets = some();
    const Popular popular(baskets);
    // 2 and 1: two baskets, 2 the later; 4: one, the last; 3: one, the first. Then popular: 0.
    const auto all = user_top(baskets, popular, 0, 9);
    EXPECT_THAT(codes(all), ElementsAre(2, 1, 4, 3, 0));
    EXPECT_EQ(all[0].score, 2);
    EXPECT_LT(all[4].score, 1);
    EXPECT_THAT(codes(user_top(baskets, popular, 0, 3)), ElementsAre(2, 1, 4));
    EXPECT_THAT(codes(user_top(baskets, popular, 1, 9, Candidates::Bought)), ElementsAre(1, 4));
    EXPECT_THAT(codes(user_top(baskets, popular, 1, 9, Candidates::New)), ElementsAre(2, 0, 3));
}

TEST(UserTop, OfAUserWithoutHistoryIsWhatIsPopular) {
    const Baskets baskets = some();
    const Popular popular(baskets);
    EXPECT_EQ(codes(user_top(baskets, popular, 3, 4)), codes(popular.top(4)));
    EXPECT_THAT(user_top(baskets, popular, 3, 4, Candidates::Bought), IsEmpty());
}

TEST(LastBasket, IsInTheOrderOfItsCart) {
    const Baskets baskets = some();
    EXPECT_THAT(codes(last_basket(baskets, 0, 9)), ElementsAre(4, 2));
    EXPECT_THAT(codes(last_basket(baskets, 0, 1)), ElementsAre(4));
    EXPECT_THAT(last_basket(baskets, 3, 9), IsEmpty());
}

TEST(LastBasket, OfTenThousandItems) {
    std::vector<Item> items(10'000);
    std::iota(items.rbegin(), items.rend(), 0u);
    BasketsBuilder builder;
    MUST(builder.add(0, items));
    const Baskets baskets = std::move(builder).finish();
    EXPECT_EQ(codes(last_basket(baskets, 0, 10'000)), items);
    EXPECT_EQ(user_top(baskets, Popular(baskets), 0, 10'000).size(), 10'000u);
}

}  // namespace
}  // namespace tradewind::learn
