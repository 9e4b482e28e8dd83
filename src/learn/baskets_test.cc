// Baskets hold what was put in, and cut off what comes last; wrong orders are refused.
#include "learn/baskets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tradewind::learn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Item> list(std::span<const Item> items) {
    return {items.begin(), items.end()};
}

// Users 0 and 2 have baskets, 1 and 3 have none.
Baskets some() {
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{5, 2}, 1));
    MUST(builder.add(0, std::vector<Item>{2}, 4));
    MUST(builder.add(2, std::vector<Item>{7, 7, 1}, 2));
    return std::move(builder).finish(4);
}

TEST(Baskets, AreFoundByUser) {
    const Baskets baskets = some();
    EXPECT_EQ(baskets.user_count(), 4u);
    EXPECT_EQ(baskets.item_count(), 8u);
    EXPECT_EQ(baskets.basket_count(), 3u);
    EXPECT_EQ(baskets.line_count(), 6u);
    EXPECT_EQ(baskets.baskets_of(0), 2u);
    EXPECT_EQ(baskets.baskets_of(1), 0u);
    EXPECT_EQ(baskets.baskets_of(3), 0u);
    EXPECT_THAT(list(baskets.items(0)), ElementsAre(5, 2));
    EXPECT_THAT(list(baskets.items_of(0)), ElementsAre(5, 2, 2));
    EXPECT_THAT(list(baskets.items_of(1)), IsEmpty());
    EXPECT_THAT(list(baskets.items_of(2)), ElementsAre(7, 7, 1));
    EXPECT_EQ(baskets.day(1), 4);
}

TEST(Baskets, WithoutTheLastAreWhatWasKnownBefore) {
    const Baskets baskets = some();
    const Baskets before = baskets.without_last(1);
    EXPECT_EQ(before.user_count(), 4u);
    EXPECT_EQ(before.item_count(), 8u) << "items keep their codes";
    EXPECT_THAT(list(before.items_of(0)), ElementsAre(5, 2));
    EXPECT_THAT(list(before.items_of(2)), IsEmpty());
    EXPECT_EQ(baskets.without_last(9).basket_count(), 0u);
    EXPECT_EQ(baskets.without_last(0).line_count(), baskets.line_count());
}

TEST(Baskets, OfSomeUsersAreNumberedAnew) {
    const std::vector<std::uint8_t> keep{0, 1, 1, 0};
    const Baskets some_users = some().of_users(keep);
    EXPECT_EQ(some_users.user_count(), 2u);
    EXPECT_THAT(list(some_users.items_of(0)), IsEmpty());
    EXPECT_THAT(list(some_users.items_of(1)), ElementsAre(7, 7, 1));
}

TEST(Baskets, MayBeEmpty) {
    const Baskets none;
    EXPECT_EQ(none.user_count(), 0u);
    EXPECT_EQ(none.basket_count(), 0u);
    EXPECT_EQ(BasketsBuilder().finish().user_count(), 0u);
    EXPECT_EQ(BasketsBuilder().finish(3, 5).user_count(), 3u);
    BasketsBuilder builder;
    MUST(builder.add(0, {}));
    EXPECT_EQ(std::move(builder).finish().basket_count(), 1u) << "a basket without items is one";
}

TEST(Baskets, RefuseWhatIsOutOfOrder) {
    BasketsBuilder builder;
    MUST(builder.add(3, std::vector<Item>{1}, 5));
    EXPECT_EQ(builder.add(2, {}).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(builder.add(3, {}, 4).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(builder.add(4, {}, NAN).error().code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(builder.add(4, {}, 1).ok()) << "another user begins at any day";
}

TEST(KeepBest, OrdersEqualScoresByCode) {
    std::vector<ScoredItem> items{{3, 1}, {1, 2}, {2, 1}, {9, 5}};
    keep_best(items, 3);
    EXPECT_THAT(items, ElementsAre(ScoredItem{9, 5}, ScoredItem{1, 2}, ScoredItem{2, 1}));
    keep_best(items, 10);
    EXPECT_EQ(items.size(), 3u);
}

}  // namespace
}  // namespace tradewind::learn
