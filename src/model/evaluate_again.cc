// buy_again on the hold-out: its lists and baskets, its probabilities, and the baselines in the
// same run: what the user bought most often, his last basket, and TIFU-KNN, both among his earlier
// items.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/baselines.h"
#include "model/buy_again.h"
#include "model/evaluation.h"

namespace tradewind::model {

namespace {

// A user's lines so far, and what he bought then.
struct HeldOut {
    std::vector<learn::Item> truth;    // earlier items that he bought again
    std::vector<learn::Item> basket;   // all of that basket
    std::vector<learn::Item> earlier;  // sorted
    std::size_t own_size = 0;          // items bought again in a basket of his, in the mean
};

class AgainScores {
public:
    AgainScores(const Training& training, const learn::Baskets& before)
        : training_(training),
          before_(before),
          model_(before.item_count()),
          user_top_(before.item_count()),
          last_basket_(before.item_count()),
          tifu_(before.item_count()) {}

    Result<void> add(std::span<const Candidate> candidates, const Baselines& baselines) {
        const learn::User user = candidates.front().user;
        const HeldOut held = held_out(candidates);
        std::vector<learn::Item> ranked;
        for (const Candidate& one : candidates) {
            ranked.push_back(one.item);
            probabilities_.push_back(one.probability);
            labels_.push_back(one.bought ? 1 : 0);
        }
        const std::vector<learn::Item> set = best_basket(candidates);
        model_.add(ranked, held.truth, std::span<const learn::Item>(set));
        user_top_.add(baselines.user_top(user), held.truth, std::nullopt, held.own_size);
        last_basket_.add(baselines.last_basket(user), held.truth, std::nullopt, held.own_size);
        tifu_.add(baselines.tifu(user), held.truth, std::nullopt, held.own_size);
        split_.add(ranked, held.basket, held.earlier);
        return {};
    }

    Result<Report> report() const {
        Report report = json::Value::object();
        report.set("users", static_cast<std::int64_t>(model_.users()));
        report.set("metrics", model_.metrics());
        json::Value& baselines = report.set("baselines", json::Value::object());
        baselines.set("user_top", user_top_.metrics());
        baselines.set("last_basket", last_basket_.metrics());
        baselines.set("tifu_knn", tifu_.metrics());
        report.set("split", split_.values());
        report.set(
            "probabilities", to_json(TRY(learn::probability_values(probabilities_, labels_)))
        );
        return report;
    }

private:
    HeldOut held_out(std::span<const Candidate> candidates) const {
        HeldOut held;
        for (const Candidate& one : candidates) {
            held.earlier.push_back(one.item);
            if (one.bought) held.truth.push_back(one.item);
        }
        std::ranges::sort(held.earlier);
        const learn::User user = candidates.front().user;
        const learn::Baskets& all = training_.shop.baskets;
        if (all.baskets_of(user) > 0) {
            const auto last = all.items(all.end_basket(user) - 1);
            held.basket.assign(last.begin(), last.end());
        }
        const std::size_t lines = before_.items_of(user).size();
        const std::size_t repeats = lines - std::min(lines, held.earlier.size());
        const std::size_t later = std::max<std::size_t>(before_.baskets_of(user), 2) - 1;
        held.own_size = (repeats + later / 2) / later;
        return held;
    }

    const Training& training_;
    const learn::Baskets& before_;
    ListScores model_;
    ListScores user_top_;
    ListScores last_basket_;
    ListScores tifu_;
    SplitScores split_;
    std::vector<float> probabilities_;
    std::vector<std::uint8_t> labels_;
};

}  // namespace

Result<Report> evaluate_buy_again(const Training& training, const StoredVersion& version) {
    TRY(training.tables.add(training.spec.features->table));
    const BuyAgain model = TRY(BuyAgain::from(version));
    const auto now = TRY(number_columns(training.tables.work(), training.spec));
    for (const std::string& column : model.columns) {
        if (std::ranges::find(now, column) != now.end()) continue;
        return Error(
                   ErrorCode::Conflict,
                   "version " + std::to_string(version.number) + " was trained with the column " +
                       column + ", which " + training.spec.features->table.text() + " has no more"
        )
            .with_hint("Train the model anew.");
    }
    const auto candidates = TRY(score_fold(training, model, "test"));
    if (candidates.empty()) {
        return Error(
                   ErrorCode::Conflict,
                   training.spec.features->table.text() + " has no rows of the fold test"
        )
            .with_hint("Bring orders in and run the package; users need two orders or more.");
    }
    training.tell("baselines");
    const learn::Baskets before = training.shop.baskets.without_last(1);
    const Baselines baselines = TRY(Baselines::make(before, training));
    AgainScores scores(training, before);
    Result<void> added;
    by_user(candidates, [&](std::span<const Candidate> user) {
        if (added.ok()) added = scores.add(user, baselines);
    });
    TRY(std::move(added));
    return scores.report();
}

}  // namespace tradewind::model
