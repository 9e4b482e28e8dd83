// TIFU-KNN beside a plain implementation with dense vectors that follows the paper.
#include "learn/tifu_knn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "learn/shops.h"

namespace tradewind::learn {
namespace {

using Dense = std::vector<double>;

// Groups by hand: the newest baskets first, until none is left.
Dense plain_vector(const Baskets& baskets, User user, const TifuKnnOptions& options) {
    Dense out(baskets.item_count());
    std::vector<Dense> groups;
    for (std::size_t end = baskets.end_basket(user); end > baskets.first_basket(user);) {
        Dense group(out.size());
        double size = 0;
        for (;
             end > baskets.first_basket(user) && size < static_cast<double>(options.group_baskets);
             ++size) {
            const auto items = baskets.items(--end);
            for (const Item item : std::set<Item>(items.begin(), items.end()))
                group[item] += std::pow(options.basket_decay, size);
        }
        for (double& x : group) x /= size;
        groups.push_back(group);
    }
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] += groups[g][i] * std::pow(options.group_decay, static_cast<double>(g)) /
                      static_cast<double>(groups.size());
    return out;
}

Dense plain_scores(const Baskets& baskets, User user, const TifuKnnOptions& options, double* gap) {
    std::vector<Dense> vectors;
    for (User u = 0; u < baskets.user_count(); ++u)
        vectors.push_back(plain_vector(baskets, u, options));
    std::vector<std::pair<double, User>> near;
    for (User u = 0; u < baskets.user_count(); ++u) {
        if (u == user || baskets.baskets_of(u) == 0) continue;
        double distance = 0;
        for (std::size_t i = 0; i < vectors[u].size(); ++i)
            distance += (vectors[u][i] - vectors[user][i]) * (vectors[u][i] - vectors[user][i]);
        near.emplace_back(distance, u);
    }
    std::ranges::sort(near);
    const std::size_t k = std::min(options.neighbours, near.size());
    *gap = k < near.size() ? near[k].first - near[k - 1].first : 1;
    Dense out(baskets.item_count());
    for (std::size_t i = 0; i < out.size(); ++i) {
        double mean = 0;
        for (std::size_t j = 0; j < k; ++j)
            mean += vectors[near[j].second][i] / static_cast<double>(k);
        out[i] = options.own_share * vectors[user][i] + (1 - options.own_share) * mean;
    }
    return out;
}

TEST(TifuKnn, IsWhatThePaperSays) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Baskets baskets = make_shop({}, seed);
        const TifuKnnOptions options{.neighbours = 7, .own_share = 0.7, .group_baskets = 3};
        const TifuKnn knn = MUST(TifuKnn::make(baskets, options, {}));
        for (User user = 0; user < baskets.user_count(); ++user) {
            if (baskets.baskets_of(user) == 0) continue;
            double gap = 0;
            const Dense scores = plain_scores(baskets, user, options, &gap);
            if (gap < 1e-6) continue;  // either neighbour is right
            const auto ranked = knn.rank(user, baskets.item_count());
            EXPECT_EQ(ranked.size(), std::ranges::count_if(scores, [](double x) {
                          return x > 1e-12;
                      }));
            for (const ScoredItem& item : ranked) EXPECT_NEAR(item.score, scores[item.item], 1e-6);
            EXPECT_TRUE(std::ranges::is_sorted(ranked, ranks_before));
        }
    }
}

TEST(TifuKnn, GivesBoughtOrNewItemsOnly) {
    const Baskets baskets = make_shop({}, 3);
    const TifuKnn knn = MUST(TifuKnn::make(baskets, {.neighbours = 10}, {}));
    for (User user = 0; user < baskets.user_count(); ++user) {
        const auto bought = distinct_items(baskets.items_of(user));
        for (const ScoredItem& item : knn.rank(user, 40, Candidates::Bought))
            EXPECT_TRUE(std::ranges::binary_search(bought, item.item));
        for (const ScoredItem& item : knn.rank(user, 40, Candidates::New))
            EXPECT_FALSE(std::ranges::binary_search(bought, item.item));
    }
}

TEST(TifuKnn, DoesNotDependOnThreads) {
    const Baskets baskets = make_shop({.users = 3000}, 4);
    const TifuKnn one = MUST(TifuKnn::make(baskets, {}, {.threads = 1}));
    const TifuKnn three = MUST(TifuKnn::make(baskets, {}, {.threads = 3}));
    for (const User user : {0u, 17u, 2999u}) EXPECT_EQ(one.rank(user, 20), three.rank(user, 20));
}

TEST(TifuKnn, OfOneUserAndOfNone) {
    BasketsBuilder builder;
    MUST(builder.add(1, std::vector<Item>{4, 2}));
    const Baskets one = std::move(builder).finish();
    const TifuKnn knn = MUST(TifuKnn::make(one, {}, {}));
    EXPECT_THAT(knn.rank(0, 5), testing::IsEmpty());
    EXPECT_THAT(knn.rank(1, 5), testing::SizeIs(2));
    EXPECT_THAT(knn.neighbours(1), testing::IsEmpty());
    EXPECT_TRUE(TifuKnn::make(Baskets(), {}, {}).ok());
}

TEST(TifuKnn, RefusesOptionsAndIsCalledOff) {
    const Baskets baskets = make_shop({}, 1);
    EXPECT_FALSE(TifuKnn::make(baskets, {.group_baskets = 0}, {}).ok());
    EXPECT_FALSE(TifuKnn::make(baskets, {.own_share = NAN}, {}).ok());
    const auto flag = std::make_shared<std::atomic<bool>>(true);
    EXPECT_EQ(
        TifuKnn::make(baskets, {}, {.threads = 1, .cancelled = flag}).error().code(),
        ErrorCode::Cancelled
    );
}

}  // namespace
}  // namespace tradewind::learn
