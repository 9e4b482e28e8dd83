// Factors beside another implementation's, beside exact solutions and beside the definition of what
// they make least.
#include "learn/als.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "learn/ranking_metrics.h"
#include "learn/shops.h"

namespace tradewind::learn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Dense = std::vector<std::vector<double>>;

WeightedPairs pairs_of(
    std::size_t users, std::size_t items, std::vector<std::tuple<User, Item, float>> pairs
) {
    WeightedPairs out;
    out.item_count = items;
    std::size_t at = 0;
    for (User user = 0; user < users; ++user) {
        for (; at < pairs.size() && std::get<0>(pairs[at]) == user; ++at) {
            out.items.push_back(std::get<1>(pairs[at]));
            out.weights.push_back(std::get<2>(pairs[at]));
        }
        out.end_user();
    }
    return out;
}

WeightedPairs few() {
    return pairs_of(
        6,
        5,
        {{0, 0, 3},
         {0, 1, 1},
         {1, 0, 2},
         {1, 1, 4},
         {1, 2, 1},
         {2, 1, 1},
         {2, 2, 2},
         {3, 3, 5},
         {3, 4, 1},
         {4, 3, 1},
         {4, 4, 2},
         {5, 2, 1},
         {5, 4, 3}}
    );
}

std::unique_ptr<Als> make(const WeightedPairs& pairs, const AlsOptions& options) {
    return MUST(Als::make(pairs, options));
}

double product(const Als& als, User user, Item item) {
    const auto a = als.user(user);
    const auto b = als.item(item);
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// What is made least, pair by pair.
double plain_loss(const Als& als, const WeightedPairs& pairs, const AlsOptions& options) {
    double sum = 0;
    double confidences = 0;
    for (User user = 0; user < als.user_count(); ++user) {
        std::vector<double> weights(als.item_count());
        for (auto i = pairs.first[user]; i < pairs.first[user + 1]; ++i)
            weights[pairs.items[i]] = static_cast<double>(pairs.weights[i]);
        for (Item item = 0; item < als.item_count(); ++item) {
            const double confidence = 1 + options.alpha * weights[item];
            const double difference = (weights[item] > 0 ? 1 : 0) - product(als, user, item);
            sum += confidence * difference * difference;
            confidences += confidence;
        }
    }
    for (User user = 0; user < als.user_count(); ++user)
        for (const float x : als.user(user)) sum += options.regularisation * std::pow(x, 2);
    for (Item item = 0; item < als.item_count(); ++item)
        for (const float x : als.item(item)) sum += options.regularisation * std::pow(x, 2);
    return sum / confidences;
}

// Gauss-Jordan on the user's equations as they stand in the paper.
std::vector<double> exact_user(
    const Als& als,
    std::span<const Item> items,
    std::span<const float> weights,
    const AlsOptions& options
) {
    const std::size_t f = als.factor_count();
    Dense a(f, std::vector<double>(f + 1));
    for (std::size_t i = 0; i < f; ++i) a[i][i] = options.regularisation;
    const auto add = [&](Item item, double confidence, double target) {
        const auto y = als.item(item);
        for (std::size_t i = 0; i < f; ++i) {
            for (std::size_t j = 0; j < f; ++j)
                a[i][j] += confidence * static_cast<double>(y[i]) * static_cast<double>(y[j]);
            a[i][f] += target * static_cast<double>(y[i]);
        }
    };
    for (Item item = 0; item < als.item_count(); ++item) add(item, 1, 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const double weight = options.alpha * static_cast<double>(weights[i]);
        add(items[i], weight, 1 + weight);
    }
    for (std::size_t i = 0; i < f; ++i)
        for (std::size_t row = 0; row < f; ++row) {
            if (row == i) continue;
            const double times = a[row][i] / a[i][i];
            for (std::size_t j = i; j <= f; ++j) a[row][j] -= times * a[i][j];
        }
    std::vector<double> out;
    for (std::size_t i = 0; i < f; ++i) out.push_back(a[i][f] / a[i][i]);
    return out;
}

// The least that AlternatingLeastSquares of the Python package implicit 0.7.3 finds on these pairs
// (as confidences 1 + 2 w, 2 factors, regularisation 0.1, 300 exact iterations, six seeds alike).
TEST(Als, FindsTheLeastThatAnotherImplementationFinds) {
    AlsOptions options;
    options.factors = 2;
    options.regularisation = 0.1;
    options.alpha = 2;
    options.iterations = 300;
    const auto als = make(few(), options);
    EXPECT_NEAR(als->loss(few()), 0.04884009, 1e-6);
    const std::vector<double> first{0.89606, 0.9404, 0.77535, -0.32808, -0.15218};
    const std::vector<double> last{0.26637, 0.39062, 0.80653, 0.73831, 0.94138};
    for (Item item = 0; item < 5; ++item) {
        EXPECT_NEAR(product(*als, 0, item), first[item], 2e-3);
        EXPECT_NEAR(product(*als, 5, item), last[item], 2e-3);
    }
}

TEST(Als, TellsTheLossThatItMakesLess) {
    const WeightedPairs pairs = count_pairs(make_shop({}, 1));
    double before = 1e9;
    for (const std::size_t factors : {1, 3, 8, 20})
        for (const int iterations : {1, 4}) {
            AlsOptions options;
            options.factors = factors;
            options.iterations = iterations;
            options.alpha = 3;
            const auto als = make(pairs, options);
            const double loss = als->loss(pairs);
            EXPECT_NEAR(loss, plain_loss(*als, pairs, options), 1e-5);
            EXPECT_LT(loss, before) << factors << " factors, " << iterations << " iterations";
            before = iterations == 4 ? 1e9 : loss;
        }
}

TEST(Als, FoldsUsersInExactly) {
    const Baskets baskets = make_shop({}, 2);
    const WeightedPairs pairs = count_pairs(baskets);
    AlsOptions options;
    options.factors = 10;
    options.regularisation = 0.5;
    const auto als = make(pairs, options);
    for (User user = 0; user < 20; ++user) {
        const auto first = static_cast<std::ptrdiff_t>(pairs.first[user]);
        const auto count = pairs.first[user + 1] - pairs.first[user];
        const std::span<const Item> items(pairs.items.begin() + first, count);
        const std::span<const float> weights(pairs.weights.begin() + first, count);
        const auto expected = exact_user(*als, items, weights, options);
        const auto folded = als->fold_in(items, weights);
        for (std::size_t i = 0; i < 10; ++i) {
            EXPECT_NEAR(folded[i], expected[i], 1e-4);
            EXPECT_NEAR(als->user(user)[i], expected[i], 0.15) << "three steps come near";
        }
    }
    EXPECT_THAT(als->fold_in({}, {}), testing::Each(0.0f));
    EXPECT_THAT(als->fold_in(std::vector<Item>{9999}, std::vector<float>{1}), testing::Each(0.0f));
}

// Users of two kinds: what they buy next is of their kind, though never bought before.
TEST(Als, RecommendsWhatUsersOfTheSameKindBuy) {
    os::Random random(3);
    std::vector<std::tuple<User, Item, float>> bought;
    for (User user = 0; user < 60; ++user)
        for (Item item = 0; item < 20; ++item)
            if (random.chance(0.4)) bought.emplace_back(user, item + (user % 2) * 20, 1);
    AlsOptions options;
    options.factors = 4;
    const WeightedPairs pairs = pairs_of(60, 40, bought);
    const auto als = make(pairs, options);
    for (User user = 0; user < 60; ++user) {
        const std::vector<Item> mine(
            pairs.items.begin() + static_cast<std::ptrdiff_t>(pairs.first[user]),
            pairs.items.begin() + static_cast<std::ptrdiff_t>(pairs.first[user + 1])
        );
        for (const ScoredItem& item : als->rank(als->user(user), 3, mine)) {
            EXPECT_EQ(item.item / 20, user % 2);
            EXPECT_FALSE(std::ranges::binary_search(mine, item.item));
        }
    }
    for (const ScoredItem& item : als->similar(5, 5)) EXPECT_LT(item.item, 20u);
}

TEST(Als, DoesNotDependOnThreads) {
    const WeightedPairs pairs = count_pairs(make_shop({.users = 5000, .items = 600}, 4));
    AlsOptions options;
    options.iterations = 2;
    options.work.threads = 1;
    const std::string bytes = make(pairs, options)->bytes();
    options.work.threads = 3;
    EXPECT_EQ(make(pairs, options)->bytes(), bytes);
    options.seed = 2;
    EXPECT_NE(make(pairs, options)->bytes(), bytes);
}

TEST(Als, ComesBackFromItsBytes) {
    const WeightedPairs pairs = count_pairs(make_shop({}, 5));
    AlsOptions options;
    options.factors = 5;
    const auto als = make(pairs, options);
    const std::string bytes = als->bytes();
    const auto again = MUST(Als::from_bytes(bytes));
    EXPECT_EQ(again->bytes(), bytes);
    EXPECT_EQ(again->rank(again->user(1), 9), als->rank(als->user(1), 9));
    EXPECT_EQ(again->loss(pairs), als->loss(pairs));
    for (std::size_t size = 0; size < bytes.size(); size += 37)
        EXPECT_EQ(Als::from_bytes(bytes.substr(0, size)).error().code(), ErrorCode::Corruption);
}

TEST(CountPairs, CountsBasketsOfEachUser) {
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{2, 2, 0}, 0));
    MUST(builder.add(0, std::vector<Item>{2}, 10));
    MUST(builder.add(2, std::vector<Item>{1}, 20));
    const Baskets baskets = std::move(builder).finish();
    const WeightedPairs pairs = count_pairs(baskets);
    EXPECT_THAT(pairs.first, ElementsAre(0, 2, 2, 3));
    EXPECT_THAT(pairs.items, ElementsAre(0, 2, 1));
    EXPECT_THAT(pairs.weights, ElementsAre(1, 2, 1));
    EXPECT_THAT(count_pairs(baskets, 10).weights, ElementsAre(0.25f, 0.75f, 1));
}

TEST(Als, OfOneUserAndOneItem) {
    AlsOptions options;
    options.factors = 3;
    const auto als = make(pairs_of(1, 1, {{0, 0, 1}}), options);
    EXPECT_NEAR(product(*als, 0, 0), 1, 0.05);
    EXPECT_THAT(als->similar(0, 5), IsEmpty());
}

TEST(Als, RefusesWhatCannotBeLearnt) {
    const auto refused = [](const WeightedPairs& pairs, const AlsOptions& options = {}) {
        const auto made = Als::make(pairs, options);
        return !made.ok() && made.error().code() == ErrorCode::InvalidArgument;
    };
    EXPECT_TRUE(refused(pairs_of(3, 3, {})));
    EXPECT_TRUE(refused(pairs_of(1, 3, {{0, 3, 1}})));
    EXPECT_TRUE(refused(pairs_of(1, 3, {{0, 1, 1}, {0, 1, 1}})));
    for (const float weight : {0.0f, -1.0f, NAN, INFINITY})
        EXPECT_TRUE(refused(pairs_of(1, 3, {{0, 1, weight}})));
    AlsOptions none;
    none.factors = 0;
    EXPECT_TRUE(refused(few(), none));
    AlsOptions endless;
    endless.alpha = INFINITY;
    EXPECT_TRUE(refused(few(), endless));
}

TEST(Als, IsCalledOff) {
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    AlsOptions options;
    options.iterations = 1000;
    options.work.cancelled = flag;
    int done = 0;
    options.on_iteration = [&](int iteration) { *flag = (done = iteration) == 2; };
    EXPECT_EQ(Als::make(few(), options).error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace tradewind::learn
