#include "model/next_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace tradewind::model {

namespace {

constexpr std::size_t together_max = 150;  // candidates of each item of the cart
constexpr std::size_t after_max = 60;
constexpr std::size_t popular_max = 100;
constexpr std::size_t cart_items_max = 50;  // the latest ones of a longer cart
constexpr double cart_memory = 0.9;
constexpr double likeness_smoothing = 0.5;
// About as the inverse of the distance falls over five places.
constexpr double after_half_life = 1.3;

Result<const std::string*> file_of(const StoredVersion& version, const std::string& name) {
    const auto found = version.files.find(name);
    if (found == version.files.end())
        return Error(ErrorCode::Corruption, "the version has no file " + name);
    return &found->second;
}

learn::CoPurchaseOptions together_options() {
    learn::CoPurchaseOptions options;
    options.closeness = learn::Closeness::Confidence;
    options.neighbours_max = together_max;
    options.count_min = 1;
    return options;
}

learn::CoPurchaseOptions after_options() {
    learn::CoPurchaseOptions options = together_options();
    options.neighbours_max = 2 * after_max;
    options.count_min = 0.2;
    options.following = true;
    options.distance_half_life = after_half_life;
    return options;
}

}  // namespace

NextWeights::NextWeights(const ModelSpec& spec)
    : habit(spec.parameter("habit", 1)),
      likeness(spec.parameter("likeness", 0.5)),
      together(spec.parameter("together", 0.3)),
      after_last(spec.parameter("after_last", 0.8)),
      after_second_last(spec.parameter("after_second_last", 0.2)),
      popularity(spec.parameter("popularity", 0.06)),
      memory(spec.parameter("memory", 0.9)),
      smoothing(spec.parameter("smoothing", 3)) {}

// What speaks for one item so far.
struct NextScorer::Parts {
    std::array<double, 5> parts{};  // by NextReason
    float value = 0;
    double strongest_together = 0;
    double strongest_after = 0;
    learn::Item together = 0;
    learn::Item after = 0;
};

class NextScorer::Scores {
public:
    explicit Scores(std::span<const learn::Item> cart) : cart_(cart.begin(), cart.end()) {}

    // Null: it is in the cart.
    Parts* of(learn::Item item) { return cart_.contains(item) ? nullptr : &items_[item]; }
    void add(learn::Item item, NextReason reason, double score) {
        if (Parts* parts = of(item)) parts->parts[static_cast<std::size_t>(reason)] += score;
    }
    void add_because(learn::Item item, NextReason reason, double score, learn::Item because) {
        Parts* parts = of(item);
        if (parts == nullptr) return;
        parts->parts[static_cast<std::size_t>(reason)] += score;
        const bool after = reason == NextReason::After;
        double& strongest = after ? parts->strongest_after : parts->strongest_together;
        if (score <= strongest) return;
        strongest = score;
        (after ? parts->after : parts->together) = because;
    }
    const std::unordered_map<learn::Item, Parts>& items() const { return items_; }

    static NextItem finished(learn::Item item, const Parts& parts, float popular) {
        NextItem next;
        next.item = item;
        std::size_t most = 0;
        double sum = 0;
        for (std::size_t i = 0; i < parts.parts.size(); ++i) {
            sum += parts.parts[i];
            if (parts.parts[i] > parts.parts[most]) most = i;
        }
        next.score = static_cast<float>(sum);
        next.reason = static_cast<NextReason>(most);
        next.value = next.reason == NextReason::Popular ? popular : parts.value;
        next.because = next.reason == NextReason::After ? parts.after : parts.together;
        return next;
    }

private:
    std::unordered_set<learn::Item> cart_;
    std::unordered_map<learn::Item, Parts> items_;
};

Result<NextScorer> NextScorer::make(
    const learn::Baskets& baskets, const ModelSpec& spec, const learn::Work& work
) {
    NextScorer scorer(spec);
    scorer.together_ = TRY(learn::CoPurchase::make(baskets, together_options(), work));
    scorer.after_ = TRY(learn::CoPurchase::make(baskets, after_options(), work));
    scorer.history_ = std::make_unique<History>(baskets);
    const learn::Popular popular(baskets);
    const auto all = static_cast<float>(std::max<std::size_t>(baskets.basket_count(), 1));
    scorer.popular_ = popular.scores();
    scorer.popular_.resize(baskets.item_count(), 0);
    for (float& share : scorer.popular_) share /= all;
    scorer.add_popular_list();
    return scorer;
}

void NextScorer::add_popular_list() {
    std::vector<learn::ScoredItem> items;
    for (std::size_t i = 0; i < popular_.size(); ++i)
        if (popular_[i] > 0) items.push_back({static_cast<learn::Item>(i), popular_[i]});
    learn::keep_best(items, popular_max);
    most_popular_.clear();
    for (const learn::ScoredItem& one : items) most_popular_.push_back(one.item);
}

Result<NextScorer> NextScorer::from(
    const StoredVersion& version, const ModelSpec& spec, std::size_t items
) {
    NextScorer scorer(spec);
    scorer.together_ = TRY(learn::CoPurchase::from_bytes(*TRY(file_of(version, "together.bin"))));
    scorer.after_ = TRY(learn::CoPurchase::from_bytes(*TRY(file_of(version, "after.bin"))));
    scorer.history_ = TRY(History::from_bytes(*TRY(file_of(version, "history.bin")), items));
    const std::string& shares = *TRY(file_of(version, "popular.bin"));
    if (shares.size() != items * sizeof(float) || scorer.together_->item_count() > items ||
        scorer.after_->item_count() > items)
        return Error(ErrorCode::Corruption, "the version's files are of other items");
    scorer.popular_.resize(items);
    if (items > 0) std::memcpy(scorer.popular_.data(), shares.data(), shares.size());
    scorer.add_popular_list();
    return scorer;
}

Result<void> NextScorer::to(std::map<std::string, std::string>& files) const {
    files["together.bin"] = together_->bytes();
    files["after.bin"] = after_->bytes();
    files["history.bin"] = history_->to_bytes();
    files["popular.bin"] = std::string(
        reinterpret_cast<const char*>(popular_.data()), popular_.size() * sizeof(float)
    );
    return {};
}

void NextScorer::add_habits(learn::User user, std::span<const learn::Item> cart, Scores& scores)
    const {
    const std::unordered_set<learn::Item> in_cart(cart.begin(), cart.end());
    double all = 0;
    double alike = 0;
    std::unordered_map<learn::Item, std::pair<double, double>> sums;
    history_->each(user, [&](std::size_t age, std::span<const learn::Item> basket) {
        if (age >= history_baskets_max) return;
        const double weight = std::pow(weights_.memory, static_cast<double>(age));
        const auto shared =
            std::ranges::count_if(basket, [&](learn::Item item) { return in_cart.contains(item); });
        const double like = weight * static_cast<double>(shared);
        all += weight;
        alike += like;
        for (const learn::Item item : basket) {
            auto& sum = sums[item];
            sum.first += weight;
            sum.second += like;
        }
    });
    for (const auto& [item, sum] : sums) {
        const double share = sum.first / all;
        scores.add(item, NextReason::Habit, weights_.habit * share);
        scores.add(
            item,
            NextReason::Likeness,
            weights_.likeness * sum.second / (alike + likeness_smoothing)
        );
        if (Parts* parts = scores.of(item)) parts->value = static_cast<float>(share);
    }
}

void NextScorer::add_together(std::span<const learn::Item> cart, Scores& scores) const {
    double total = 0;
    for (std::size_t i = 0; i < cart.size(); ++i)
        total += std::pow(cart_memory, static_cast<double>(cart.size() - 1 - i));
    for (std::size_t i = 0; i < cart.size(); ++i) {
        if (cart[i] >= together_->item_count()) continue;
        const double weight =
            std::pow(cart_memory, static_cast<double>(cart.size() - 1 - i)) / total;
        const double n = together_->baskets_with(cart[i]);
        const double drawn = n / (n + weights_.smoothing);
        for (const learn::ScoredItem& one :
             together_->nearest(cart[i], together_max, learn::Closeness::Confidence)) {
            scores.add_because(
                one.item,
                NextReason::Together,
                weights_.together * weight * drawn * one.score,
                cart[i]
            );
        }
    }
}

void NextScorer::add_after(learn::Item item, double weight, Scores& scores) const {
    if (item >= after_->item_count()) return;
    const double n = after_->baskets_with(item);
    const double drawn = n / (n + weights_.smoothing);
    for (const learn::ScoredItem& one :
         after_->nearest(item, after_max, learn::Closeness::Confidence))
        scores.add_because(one.item, NextReason::After, weight * drawn * one.score, item);
}

std::vector<NextItem> NextScorer::next(
    std::optional<learn::User> user, std::span<const learn::Item> cart, std::size_t count
) const {
    Scores scores(cart);
    const auto latest = cart.last(std::min(cart.size(), cart_items_max));
    if (user) add_habits(*user, latest, scores);
    add_together(latest, scores);
    if (!latest.empty()) add_after(latest.back(), weights_.after_last, scores);
    if (latest.size() > 1) add_after(latest[latest.size() - 2], weights_.after_second_last, scores);
    for (const learn::Item item : most_popular_) scores.of(item);
    std::vector<NextItem> items;
    items.reserve(scores.items().size());
    for (const auto& [item, parts] : scores.items()) {
        Parts whole = parts;
        const float popular = item < popular_.size() ? popular_[item] : 0;
        whole.parts[static_cast<std::size_t>(NextReason::Popular)] = weights_.popularity * popular;
        items.push_back(Scores::finished(item, whole, popular));
    }
    const std::size_t kept = std::min(count, items.size());
    std::ranges::partial_sort(
        items,
        items.begin() + static_cast<long>(kept),
        [](const NextItem& a, const NextItem& b) {
            return a.score != b.score ? a.score > b.score : a.item < b.item;
        }
    );
    items.resize(kept);
    return items;
}

void NextScorer::add(std::optional<learn::User> user, std::span<const learn::Item> basket) const {
    together_->add(basket);
    after_->add(basket);
    if (user) history_->add(*user, basket);
}

}  // namespace tradewind::model
