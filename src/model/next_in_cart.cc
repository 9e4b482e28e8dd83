// next_in_cart: trained on all baskets; evaluated on the hold-out's carts, line by line, by what
// was known before them.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/evaluation.h"
#include "model/next_scorer.h"

namespace tradewind::model {

namespace {

constexpr std::size_t list_length = 20;    // the longest that is measured
constexpr std::size_t steps_max = 50'000;  // of so many carts that there are about so many

std::vector<learn::Item> items_of(const std::vector<learn::ScoredItem>& scored) {
    std::vector<learn::Item> items;
    for (const learn::ScoredItem& one : scored) items.push_back(one.item);
    return items;
}

// The model and its baselines on each step of a cart.
class StepScores {
public:
    StepScores(
        const learn::Baskets& before, const NextScorer& scorer, const learn::CoPurchase& count
    )
        : scorer_(scorer),
          popular_(before),
          count_(count),
          model_(before.item_count()),
          unknown_(before.item_count()),
          popular_scores_(before.item_count()),
          count_scores_(before.item_count()) {}

    void add(learn::User user, std::span<const learn::Item> cart) {
        for (std::size_t n = 1; n < cart.size(); ++n) {
            const auto so_far = cart.first(n);
            const auto truth = cart.subspan(n, 1);
            model_.add(next(user, so_far), truth, std::nullopt, 1);
            unknown_.add(next(std::nullopt, so_far), truth, std::nullopt, 1);
            const auto without = learn::distinct_items(so_far);
            popular_scores_.add(
                items_of(popular_.top(list_length, without)), truth, std::nullopt, 1
            );
            learn::NextOptions options;
            options.closeness = learn::Closeness::Count;
            options.count = list_length;
            count_scores_.add(items_of(count_.next(so_far, options)), truth, std::nullopt, 1);
        }
    }

    Report report(std::size_t carts) const {
        Report report = json::Value::object();
        report.set("users", static_cast<std::int64_t>(carts));
        report.set("steps", static_cast<std::int64_t>(model_.users()));
        report.set("metrics", model_.metrics());
        json::Value& baselines = report.set("baselines", json::Value::object());
        baselines.set("popular", popular_scores_.metrics());
        baselines.set("co_count", count_scores_.metrics());
        report.set("user_unknown", unknown_.metrics());
        return report;
    }

private:
    std::vector<learn::Item> next(
        std::optional<learn::User> user, std::span<const learn::Item> cart
    ) const {
        std::vector<learn::Item> items;
        for (const NextItem& one : scorer_.next(user, cart, list_length)) items.push_back(one.item);
        return items;
    }

    const NextScorer& scorer_;
    const learn::Popular popular_;
    const learn::CoPurchase& count_;
    ListScores model_;
    ListScores unknown_;
    ListScores popular_scores_;
    ListScores count_scores_;
};

}  // namespace

Result<Learnt> train_next_in_cart(const Training& training) {
    training.tell("what goes together");
    const NextScorer scorer =
        TRY(NextScorer::make(training.shop.baskets, training.spec, training.work));
    Learnt learnt;
    TRY(scorer.to(learnt.files));
    learnt.facts.set("features", json::Value::array());
    return learnt;
}

Result<Report> evaluate_next_in_cart(
    const Training& training, [[maybe_unused]] const StoredVersion& version
) {
    const learn::Baskets& all = training.shop.baskets;
    const learn::Baskets before = all.without_last(1);
    const NextScorer scorer = TRY(NextScorer::make(before, training.spec, training.work));
    learn::CoPurchaseOptions options;
    options.closeness = learn::Closeness::Count;
    options.count_min = 1;
    const auto count = TRY(learn::CoPurchase::make(before, options, training.work));
    StepScores scores(before, scorer, *count);
    std::size_t steps = 0;
    for (learn::User user = 0; user < all.user_count(); ++user)
        if (all.baskets_of(user) > 1) steps += all.items(all.end_basket(user) - 1).size();
    const std::size_t every = steps / steps_max + 1;
    std::size_t carts = 0;
    for (learn::User user = 0; user < all.user_count(); ++user) {
        if (training.work.is_cancelled()) return Error(ErrorCode::Cancelled, "it was cancelled");
        if (user % every != 0 || all.baskets_of(user) < 2) continue;
        const auto cart = all.items(all.end_basket(user) - 1);
        if (cart.size() < 2) continue;
        scores.add(user, cart);
        training.tell("carts: " + format_count(static_cast<std::int64_t>(++carts)));
    }
    if (carts == 0) {
        return Error(ErrorCode::Conflict, "no last order of a user has two lines to measure by")
            .with_hint("Bring orders in; users need two of them or more.");
    }
    return scores.report(carts);
}

}  // namespace tradewind::model
