// Co-purchases beside a count of all pairs; kept up to date by baskets that come in while others
// read; bounded for baskets of any length.
#include "learn/co_purchase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "learn/shops.h"
#include "os/clock.h"

namespace tradewind::learn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CoPurchaseOptions all_pairs() {
    CoPurchaseOptions options;
    options.neighbours_max = 1000;
    options.count_min = 0;
    return options;
}

std::unique_ptr<CoPurchase> make(
    const Baskets& baskets, const CoPurchaseOptions& options, int threads = 2
) {
    return MUST(CoPurchase::make(baskets, options, {.threads = threads}));
}

struct Plain {
    std::map<std::pair<Item, Item>, double> both;
    std::map<Item, double> with;
    double baskets = 0;
};

std::vector<Item> first_times(std::span<const Item> items) {
    std::vector<Item> out;
    std::set<Item> seen;
    for (const Item item : items)
        if (seen.insert(item).second) out.push_back(item);
    return out;
}

Plain plain_counts(const Baskets& baskets, const CoPurchaseOptions& options) {
    Plain out;
    double newest = 0;
    for (std::size_t b = 0; b < baskets.basket_count(); ++b)
        newest = std::max(newest, static_cast<double>(baskets.day(b)));
    for (std::size_t b = 0; b < baskets.basket_count(); ++b) {
        const double age = newest - static_cast<double>(baskets.day(b));
        const double weight =
            options.half_life_days > 0 ? std::pow(2, -age / options.half_life_days) : 1;
        const auto items = first_times(baskets.items(b));
        out.baskets += weight;
        for (std::size_t i = 0; i < items.size(); ++i) {
            out.with[items[i]] += weight;
            for (std::size_t k = 0; k < items.size(); ++k) {
                if (i == k || (options.following && k < i)) continue;
                const double distance = static_cast<double>(k) - static_cast<double>(i);
                const bool decays = options.following && options.distance_half_life > 0;
                out.both[{items[i], items[k]}] +=
                    weight *
                    (decays ? std::pow(2, (1 - distance) / options.distance_half_life) : 1);
            }
        }
    }
    return out;
}

void expect_same(const Baskets& baskets, const CoPurchase& made, const Plain& plain) {
    std::size_t pairs = 0;
    for (Item item = 0; item < baskets.item_count(); ++item) {
        for (const ScoredItem& other : made.nearest(item, 1000, Closeness::Count)) {
            const double expected = plain.both.at({item, other.item});
            EXPECT_NEAR(other.score, expected, 1e-4 * (1 + expected));
            ++pairs;
        }
        const auto lift = made.nearest(item, 1, Closeness::Lift);
        if (lift.empty()) continue;
        const Item best = lift[0].item;
        const double expected = plain.both.at({item, best}) * plain.baskets /
                                (plain.with.at(item) * plain.with.at(best));
        EXPECT_NEAR(lift[0].score, expected, 1e-3 * expected);
    }
    EXPECT_EQ(pairs, plain.both.size());
}

TEST(CoPurchase, CountsAsAPlainCountDoes) {
    for (const bool following : {false, true})
        for (const double half_life : {0.0, 30.0})
            for (const double distance : {0.0, 2.0}) {
                const Baskets baskets = make_shop({.users = 80}, 5);
                CoPurchaseOptions options = all_pairs();
                options.following = following;
                options.half_life_days = half_life;
                options.distance_half_life = distance;
                expect_same(baskets, *make(baskets, options), plain_counts(baskets, options));
            }
}

// Enough baskets that popular items are counted by the whole table, rare ones by what they touch.
TEST(CoPurchase, CountsRareAndPopularItems) {
    const Baskets baskets = make_shop({.users = 400, .items = 3000}, 6);
    expect_same(baskets, *make(baskets, all_pairs()), plain_counts(baskets, all_pairs()));
}

TEST(CoPurchase, MeasuresByHand) {
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{0, 1}));
    MUST(builder.add(0, std::vector<Item>{0, 1, 2}));
    MUST(builder.add(0, std::vector<Item>{0}));
    MUST(builder.add(1, std::vector<Item>{0, 3}));
    const auto made = make(std::move(builder).finish(), all_pairs());
    const auto of = [&](Closeness closeness) { return made->nearest(0, 1, closeness)[0].score; };
    EXPECT_EQ(of(Closeness::Count), 2);
    EXPECT_EQ(of(Closeness::Confidence), 0.5f);
    EXPECT_EQ(of(Closeness::Lift), 1);
    EXPECT_FLOAT_EQ(of(Closeness::Cosine), 2 / std::sqrt(8.0f));
    EXPECT_EQ(made->baskets_with(0), 4);
    EXPECT_THAT(made->nearest(99, 5, Closeness::Count), IsEmpty());
}

TEST(CoPurchase, KeepsTheNearestOnly) {
    const Baskets baskets = make_shop({.users = 300}, 7);
    const auto all = make(baskets, all_pairs());
    for (const auto closeness : {Closeness::Count, Closeness::Lift, Closeness::Cosine}) {
        CoPurchaseOptions few = all_pairs();
        few.neighbours_max = 5;
        few.closeness = closeness;
        const auto kept = make(baskets, few);
        for (Item item = 0; item < baskets.item_count(); ++item)
            EXPECT_EQ(kept->nearest(item, 99, closeness), all->nearest(item, 5, closeness));
    }
    CoPurchaseOptions often = all_pairs();
    often.count_min = 4;
    for (const ScoredItem& other : make(baskets, often)->nearest(1, 99, Closeness::Count))
        EXPECT_GE(other.score, 4);
}

TEST(CoPurchase, TellsWhatComesNext) {
    BasketsBuilder builder;
    for (int i = 0; i < 3; ++i) MUST(builder.add(0, std::vector<Item>{0, 1, 2}));
    for (int i = 0; i < 2; ++i) MUST(builder.add(1, std::vector<Item>{3, 4}));
    const auto made = make(std::move(builder).finish(), all_pairs());
    NextOptions how{.closeness = Closeness::Count};
    EXPECT_THAT(
        made->next(std::vector<Item>{0, 3}, how),
        ElementsAre(ScoredItem{1, 3}, ScoredItem{2, 3}, ScoredItem{4, 2})
    );
    how.recency = 0.5;
    EXPECT_EQ(made->next(std::vector<Item>{0, 3}, how)[0], (ScoredItem{4, 2}));
    how.items_max = 1;
    EXPECT_THAT(made->next(std::vector<Item>{0, 3}, how), ElementsAre(ScoredItem{4, 2}));
    EXPECT_THAT(made->next({}, how), IsEmpty());
    EXPECT_THAT(made->next(std::vector<Item>{77}, how), IsEmpty()) << "an unknown item";
}

TEST(CoPurchase, AddedBasketsCountAsIfTheyHadBeenThere) {
    const Baskets all = make_shop({.users = 60}, 8);
    const Baskets before = all.without_last(2);
    for (const bool following : {false, true}) {
        CoPurchaseOptions options = all_pairs();
        options.following = following;
        options.distance_half_life = 3;
        const auto grown = make(before, options);
        for (User user = 0; user < all.user_count(); ++user)
            for (std::size_t i = before.baskets_of(user); i < all.baskets_of(user); ++i)
                grown->add(all.items(all.first_basket(user) + i), 0);
        expect_same(all, *grown, plain_counts(all, options));
    }
}

TEST(CoPurchase, WeighsNewBasketsByTheirDay) {
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{0, 1}, 100));
    CoPurchaseOptions options = all_pairs();
    options.half_life_days = 10;
    const auto made = make(std::move(builder).finish(0, 3), options);
    made->add(std::vector<Item>{0, 2}, 110);
    EXPECT_THAT(
        made->nearest(0, 9, Closeness::Count), ElementsAre(ScoredItem{2, 2}, ScoredItem{1, 1})
    );
    for (const float day : {1e9f, -1e9f, NAN, INFINITY}) made->add(std::vector<Item>{0, 2}, day);
    EXPECT_TRUE(std::isfinite(made->nearest(0, 1, Closeness::Cosine)[0].score));
}

TEST(CoPurchase, PassesByWhatItDoesNotKnowAndStaysSmall) {
    CoPurchaseOptions options = all_pairs();
    options.neighbours_max = 3;
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{0, 1}));
    const auto made = make(std::move(builder).finish(0, 50), options);
    for (Item other = 1; other < 50; ++other) made->add(std::vector<Item>{0, other, 4'000'000'000});
    EXPECT_LE(made->nearest(0, 99, Closeness::Count).size(), 6u);
    EXPECT_EQ(made->nearest(0, 1, Closeness::Count)[0].item, 1u) << "the rarest made room";
}

TEST(CoPurchase, ABasketOfTenThousandItemsIsBounded) {
    std::vector<Item> items(10'000);
    std::iota(items.begin(), items.end(), 0u);
    BasketsBuilder builder;
    MUST(builder.add(0, items));
    MUST(builder.add(1, std::vector<Item>{3, 9'999}));
    CoPurchaseOptions options;
    options.count_min = 0;
    options.basket_items_max = 100;
    const auto made = make(std::move(builder).finish(), options);
    EXPECT_EQ(made->nearest(3, 999, Closeness::Count).size(), 100u);
    EXPECT_THAT(made->nearest(5'000, 9, Closeness::Count), IsEmpty());
    made->add(items);
    const auto clock = os::make_system_clock();
    const std::int64_t begin = clock->monotonic_us();
    made->next(items, {});
    EXPECT_LT(clock->monotonic_us() - begin, 250'000) << "5 ms without sanitizers";
}

TEST(CoPurchase, DoesNotDependOnThreads) {
    const Baskets baskets = make_shop({.users = 500, .items = 300}, 9);
    CoPurchaseOptions options;
    options.half_life_days = 20;
    EXPECT_EQ(make(baskets, options, 1)->bytes(), make(baskets, options, 3)->bytes());
}

TEST(CoPurchase, ComesBackFromItsBytes) {
    const Baskets baskets = make_shop({}, 10);
    CoPurchaseOptions options;
    options.half_life_days = 20;
    options.following = true;
    const auto made = make(baskets, options);
    const std::string bytes = made->bytes();
    const auto again = MUST(CoPurchase::from_bytes(bytes));
    made->add(std::vector<Item>{1, 2, 3}, 500);
    again->add(std::vector<Item>{1, 2, 3}, 500);
    EXPECT_EQ(again->bytes(), made->bytes());
    for (std::size_t size = 0; size < bytes.size(); size += 7)
        EXPECT_FALSE(CoPurchase::from_bytes(bytes.substr(0, size)).ok()) << size;
    EXPECT_FALSE(CoPurchase::from_bytes(bytes + "x").ok());
}

// Readers and writers at once: the thread sanitizer looks at this, and nothing that was added is
// lost.
TEST(CoPurchase, IsReadWhileItGrows) {
    const Baskets baskets = make_shop({}, 11);
    const auto made = make(baskets, all_pairs());
    const float before = made->baskets_with(1);
    constexpr int rounds = 500;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t)
        threads.emplace_back([&made] {
            for (int i = 0; i < rounds; ++i) made->add(std::vector<Item>{1, 2, 3});
        });
    std::atomic<bool> done = false;
    threads.emplace_back([&] {
        while (!done) {
            for (const ScoredItem& item : made->next(std::vector<Item>{1, 5}, {}))
                EXPECT_TRUE(std::isfinite(item.score));
            EXPECT_FALSE(made->bytes().empty());
        }
    });
    threads[0].join();
    threads[1].join();
    done = true;
    threads[2].join();
    EXPECT_EQ(made->baskets_with(1), before + 2 * rounds);
}

TEST(CoPurchase, OfNothingAndOfOneItem) {
    EXPECT_THAT(make(Baskets(), {})->next(std::vector<Item>{1}, {}), IsEmpty());
    BasketsBuilder builder;
    MUST(builder.add(0, std::vector<Item>{0, 0, 0}));
    MUST(builder.add(0, {}));
    EXPECT_THAT(make(std::move(builder).finish(), {})->nearest(0, 5, Closeness::Cosine), IsEmpty());
}

TEST(CoPurchase, RefusesOptionsAndIsCalledOff) {
    const Baskets baskets = make_shop({}, 1);
    EXPECT_FALSE(CoPurchase::make(baskets, {.neighbours_max = 0}, {}).ok());
    EXPECT_FALSE(CoPurchase::make(baskets, {.half_life_days = NAN}, {}).ok());
    const auto flag = std::make_shared<std::atomic<bool>>(true);
    EXPECT_EQ(
        CoPurchase::make(baskets, {}, {.threads = 2, .cancelled = flag}).error().code(),
        ErrorCode::Cancelled
    );
}

}  // namespace
}  // namespace tradewind::learn
