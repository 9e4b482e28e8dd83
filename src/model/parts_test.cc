// The small parts: lists, histories, codes, reasons, what a cart is followed by.
#include <gmock/gmock.h>

#include "model/history.h"
#include "model/learnt_rows.h"
#include "model/lists.h"
#include "model/next_scorer.h"
#include "model/popular.h"
#include "model/search.h"

namespace tradewind::model {
namespace {

using testing::ElementsAre;

// Lists come back from their bytes as they were; bytes that are cut or changed are refused.
TEST(Lists, ComeBack) {
    Lists lists;
    const std::vector<ListEntry> first{{3, 0.5F, 1, 2}, {1, 0.25F, 0, 0}};
    lists.add(first);
    lists.add({});
    const std::string bytes = lists.to_bytes();
    const Lists back = MUST(Lists::from_bytes(bytes, 4));
    EXPECT_EQ(back.users(), 2u);
    ASSERT_EQ(back.of(0).size(), 2u);
    EXPECT_EQ(back.of(0)[0].item, 3u);
    EXPECT_EQ(back.of(0)[0].reason, 2u);
    EXPECT_TRUE(back.of(1).empty());
    EXPECT_TRUE(back.of(7).empty());
    EXPECT_FALSE(Lists::from_bytes(bytes, 3).ok()) << "an item that there is none of";
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(Lists::from_bytes(bytes.substr(0, size), 4).ok()) << size;
}

learn::Baskets three_baskets() {
    learn::BasketsBuilder builder;
    MUST(builder.add(0, std::vector<learn::Item>{0, 1}));
    MUST(builder.add(0, std::vector<learn::Item>{1, 2}));
    MUST(builder.add(1, std::vector<learn::Item>{0, 2, 1}));
    return std::move(builder).finish(3, 4);
}

std::vector<std::vector<learn::Item>> baskets_of(const History& history, learn::User user) {
    std::vector<std::vector<learn::Item>> all;
    history.each(user, [&](std::size_t age, std::span<const learn::Item> basket) {
        EXPECT_EQ(age, all.size());
        all.emplace_back(basket.begin(), basket.end());
    });
    return all;
}

// Newest first, from bytes as well; what came since stands in front.
TEST(History, NewestFirst) {
    const std::string bytes = History(three_baskets()).to_bytes();
    const auto history = MUST(History::from_bytes(bytes, 4));
    EXPECT_THAT(baskets_of(*history, 0), ElementsAre(ElementsAre(1, 2), ElementsAre(0, 1)));
    EXPECT_TRUE(history->add(0, std::vector<learn::Item>{3}));
    EXPECT_THAT(
        baskets_of(*history, 0), ElementsAre(ElementsAre(3), ElementsAre(1, 2), ElementsAre(0, 1))
    );
    EXPECT_TRUE(baskets_of(*history, 2).empty());
    EXPECT_TRUE(baskets_of(*history, 99).empty());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(History::from_bytes(bytes.substr(0, size), 4).ok()) << size;
}

// Ids with any character come back; a whole number may be written as a double.
TEST(Codes, ComeBack) {
    const Codes texts = MUST(Codes::from_text(Codes({"a\nb", "\"", ""}, false).to_text()));
    EXPECT_EQ(texts.size(), 3u);
    EXPECT_EQ(texts.find("a\nb"), 0u);
    EXPECT_EQ(texts.find("\""), 1u);
    EXPECT_FALSE(texts.find("c"));
    const Codes numbers = MUST(Codes::from_text(Codes({"17850"}, true).to_text()));
    EXPECT_EQ(numbers.find("17850.0"), 0u);
    EXPECT_FALSE(Codes::from_text("texts\n\"a").ok());
}

TEST(Reasons, AreFilledIn) {
    EXPECT_EQ(reason_text("bought in {percent} of them", 0.333), "bought in 33 % of them");
    EXPECT_EQ(reason_text("{value} days", 12.0), "12 days");
    EXPECT_EQ(reason_text("{value} times", 1.25), "1.2 times");
    EXPECT_EQ(reason_text("on {value} invoice{s}", 1.0), "on 1 invoice");
    EXPECT_EQ(reason_text("on {value} invoice{s}", 12.0), "on 12 invoices");
}

// Names that the tables of a training have of their own are refused in whatever letters.
TEST(LearntRows, NamesOfTheirOwn) {
    ModelSpec spec;
    spec.package = "shop";
    spec.name = "big";
    spec.kind = Kind::Classify;
    spec.features = Features{{"shop", "rows"}, "no", "no", "at", "label", {}, {}};
    spec.rows = Rows{{"shop", "rows"}, "no", "label", "at"};
    EXPECT_TRUE(check_names(spec, {"no", "at", "label", "likely"}).ok());
    for (const char* name : {"Probability", "HELD_OUT", "model_version", "tw_code"}) {
        const auto checked = check_names(spec, {"no", name});
        ASSERT_FALSE(checked.ok()) << name;
        EXPECT_THAT(checked.error().message(), testing::HasSubstr("shop.big_learnt")) << name;
    }
    spec.rows->id = "Likely";
    EXPECT_FALSE(check_names(spec, {"Likely"}).ok());
}

// Whatever every how manieth user was taken, about a tenth of them is kept back.
TEST(Search, KeepsATenthBack) {
    for (learn::User every = 1; every <= 30; ++every) {
        int kept = 0;
        for (learn::User i = 0; i < 2'000; ++i) kept += is_kept_back(i * every) ? 1 : 0;
        EXPECT_GT(kept, 140) << every;
        EXPECT_LT(kept, 260) << every;
    }
}

ModelSpec next_spec() {
    ModelSpec spec;
    spec.kind = Kind::NextInCart;
    return spec;
}

// Nothing of the cart comes back, a user's habit is the first of reasons, and a basket that came in
// is taken up; the same from bytes.
TEST(NextScorer, FollowsHabitsAndWhatComesIn) {
    const learn::Baskets baskets = three_baskets();
    const NextScorer made = MUST(NextScorer::make(baskets, next_spec(), {}));
    StoredVersion stored;
    MUST(made.to(stored.files));
    const NextScorer scorer = MUST(NextScorer::from(stored, next_spec(), 4));
    const std::vector<learn::Item> cart{0};
    const auto next = scorer.next(0, cart, 10);
    ASSERT_FALSE(next.empty());
    EXPECT_EQ(next[0].item, 1u);
    EXPECT_EQ(next[0].reason, NextReason::Habit);
    for (const NextItem& one : next) EXPECT_NE(one.item, 0u);
    const auto stranger = scorer.next(std::nullopt, std::vector<learn::Item>{1}, 10);
    for (int i = 0; i < 20; ++i) scorer.add(std::nullopt, std::vector<learn::Item>{1, 0});
    const auto later = scorer.next(std::nullopt, std::vector<learn::Item>{1}, 10);
    ASSERT_FALSE(later.empty());
    EXPECT_EQ(later[0].item, 0u);
    EXPECT_FALSE(scorer.next(std::nullopt, {}, 10).empty()) << "an empty cart gets what is popular";
}

// A cart of 10,000 lines is answered by its latest ones.
TEST(NextScorer, TakesLongCarts) {
    const learn::Baskets baskets = three_baskets();
    const NextScorer scorer = MUST(NextScorer::make(baskets, next_spec(), {}));
    const std::vector<learn::Item> cart(10'000, 1);
    for (const NextItem& one : scorer.next(1, cart, 10)) EXPECT_NE(one.item, 1u);
}

}  // namespace
}  // namespace tradewind::model
