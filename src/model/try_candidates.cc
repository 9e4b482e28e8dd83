#include "model/try_candidates.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace tradewind::model {

namespace {

constexpr std::size_t neighbours_max = 200;  // of each item that the user bought
constexpr std::size_t popular_max = 100;
constexpr std::size_t users_a_part = 64;
constexpr double memory = 0.8;        // of a basket beside the one after it
constexpr double group_memory = 0.9;  // likewise, for groups
constexpr double smoothing = 5;
constexpr double group_smoothing = 20;
constexpr double rare = 1e-4;  // what stands for never, in logarithms

learn::AlsOptions als_options(const Training& training) {
    learn::AlsOptions options;
    options.factors = static_cast<std::size_t>(training.spec.parameter("factors", 32));
    options.iterations = static_cast<int>(training.spec.parameter("iterations", 8));
    options.regularisation = training.spec.parameter("regularisation", 20);
    options.alpha = training.spec.parameter("confidence", 10);
    options.seed = static_cast<std::uint64_t>(training.spec.parameter("seed", 1));
    options.work = training.work;
    return options;
}

learn::CoPurchaseOptions co_options() {
    learn::CoPurchaseOptions options;
    options.closeness = learn::Closeness::Cosine;
    options.neighbours_max = neighbours_max;
    options.count_min = 1;
    return options;
}

// All that a user ever bought as one basket.
Result<learn::Baskets> whole_users(const learn::Baskets& baskets) {
    learn::BasketsBuilder builder;
    for (learn::User user = 0; user < baskets.user_count(); ++user) {
        const auto items = learn::distinct_items(baskets.items_of(user));
        if (!items.empty()) TRY(builder.add(user, items));
    }
    return std::move(builder).finish(baskets.user_count(), baskets.item_count());
}

learn::WeightedPairs bought_or_not(const learn::Baskets& baskets) {
    learn::WeightedPairs pairs = learn::count_pairs(baskets);
    pairs.weights.assign(pairs.weights.size(), 1.0F);
    return pairs;
}

}  // namespace

void TryRows::append(TryRows&& more) {
    users.insert(users.end(), more.users.begin(), more.users.end());
    items.insert(items.end(), more.items.begin(), more.items.end());
    because.insert(because.end(), more.because.begin(), more.because.end());
    values.insert(values.end(), more.values.begin(), more.values.end());
}

struct TryCandidates::Pair {
    double users = 0;    // sum over the user's items of how many of their buyers bought it too
    double baskets = 0;  // the same of baskets, the later the user bought the item the heavier
    double best = 0;     // the greatest part of `users`
    learn::Item because = 0;
};

// What a user bought, and of which groups.
struct TryCandidates::Tastes {
    std::vector<learn::Item> bought;                               // sorted
    std::unordered_map<learn::Item, double> weights;               // by how lately
    double weight = 0;                                             // their sum
    std::vector<std::unordered_map<std::uint32_t, double>> items;  // different items, by group
    std::vector<std::unordered_map<std::uint32_t, double>> lines;  // lines, by how lately
    std::vector<double> lines_sum;
};

// Candidates of one user; what he bought is none.
class TryCandidates::Collected {
public:
    explicit Collected(const std::vector<learn::Item>& bought) : bought_(bought) {}
    Pair* of(learn::Item item) {
        return std::ranges::binary_search(bought_, item) ? nullptr : &pairs_[item];
    }
    std::unordered_map<learn::Item, Pair>& pairs() { return pairs_; }

private:
    const std::vector<learn::Item>& bought_;
    std::unordered_map<learn::Item, Pair> pairs_;
};

TryCandidates::TryCandidates(const learn::Baskets& baskets, const Training& training)
    : baskets_(&baskets),
      shop_(&training.shop),
      candidates_max_(static_cast<std::size_t>(training.spec.parameter("candidates", 300))),
      popular_(baskets),
      buyers_(baskets.item_count(), 0),
      newcomers_(baskets.item_count(), 0) {
    count_buyers();
    count_groups();
}

void TryCandidates::count_buyers() {
    for (learn::User user = 0; user < baskets_->user_count(); ++user) {
        if (baskets_->baskets_of(user) == 0) continue;
        const auto first = learn::distinct_items(baskets_->items(baskets_->first_basket(user)));
        for (const learn::Item item : bought(user)) {
            buyers_[item] += 1;
            if (!std::ranges::binary_search(first, item)) newcomers_[item] += 1;
        }
    }
    std::vector<learn::ScoredItem> ranked;
    for (std::size_t item = 0; item < buyers_.size(); ++item)
        if (buyers_[item] > 0) ranked.push_back({static_cast<learn::Item>(item), buyers_[item]});
    learn::keep_best(ranked, popular_max);
    for (const learn::ScoredItem& one : ranked) most_tried_.push_back(one.item);
}

void TryCandidates::count_groups() {
    for (const std::vector<std::uint32_t>& groups : shop_->groups) {
        std::vector<float> shares(
            groups.empty() ? 0 : *std::ranges::max_element(groups) + std::size_t{1}, 0
        );
        float all = 0;
        for (std::size_t item = 0; item < buyers_.size(); ++item) {
            shares[groups[item]] += buyers_[item];
            all += buyers_[item];
        }
        for (float& share : shares) share /= std::max(all, 1.0F);
        group_shares_.push_back(std::move(shares));
    }
}

Result<TryCandidates> TryCandidates::make(const learn::Baskets& baskets, const Training& training) {
    TryCandidates made(baskets, training);
    made.of_users_ =
        TRY(learn::CoPurchase::make(TRY(whole_users(baskets)), co_options(), training.work));
    made.of_baskets_ = TRY(learn::CoPurchase::make(baskets, co_options(), training.work));
    made.als_ = TRY(learn::Als::make(bought_or_not(baskets), als_options(training)));
    return made;
}

std::vector<std::string> TryCandidates::features() const {
    std::vector<std::string> names{
        "buyers", "newcomers", "bought_by_same", "in_same_baskets", "liked"
    };
    for (const std::string& group : shop_->group_names) {
        names.push_back(group + "_items");
        names.push_back(group + "_lines");
    }
    return names;
}

std::vector<learn::Item> TryCandidates::bought(learn::User user) const {
    return learn::distinct_items(baskets_->items_of(user));
}

float TryCandidates::tried(learn::Item item) const {
    return buyers_[item] / static_cast<float>(std::max<std::size_t>(baskets_->user_count(), 1));
}

TryCandidates::Tastes TryCandidates::tastes_of(learn::User user) const {
    Tastes tastes;
    tastes.bought = bought(user);
    tastes.items.resize(shop_->groups.size());
    tastes.lines.resize(shop_->groups.size());
    tastes.lines_sum.resize(shop_->groups.size());
    double weight = 1;
    double group_weight = 1;
    for (std::size_t b = baskets_->end_basket(user); b > baskets_->first_basket(user); --b) {
        for (const learn::Item item : baskets_->items(b - 1)) {
            tastes.weights[item] += weight;
            tastes.weight += weight;
            for (std::size_t g = 0; g < shop_->groups.size(); ++g) {
                tastes.lines[g][shop_->groups[g][item]] += group_weight;
                tastes.lines_sum[g] += group_weight;
            }
        }
        weight *= memory;
        group_weight *= group_memory;
    }
    for (const learn::Item item : tastes.bought)
        for (std::size_t g = 0; g < shop_->groups.size(); ++g)
            tastes.items[g][shop_->groups[g][item]] += 1;
    return tastes;
}

void TryCandidates::add_alike(const Tastes& tastes, Collected& collected) const {
    for (const learn::Item item : tastes.bought) {
        const double of_buyers = 1.0 / (buyers_[item] + smoothing);
        for (const learn::ScoredItem& one :
             of_users_->nearest(item, neighbours_max, learn::Closeness::Count)) {
            Pair* pair = collected.of(one.item);
            if (pair == nullptr) continue;
            const double near = one.score * of_buyers;
            pair->users += near;
            if (near <= pair->best) continue;
            pair->best = near;
            pair->because = item;
        }
        const double weight =
            tastes.weights.at(item) / (of_baskets_->baskets_with(item) + smoothing);
        for (const learn::ScoredItem& one :
             of_baskets_->nearest(item, neighbours_max, learn::Closeness::Count)) {
            if (Pair* pair = collected.of(one.item)) pair->baskets += one.score * weight;
        }
    }
}

// Of the many that go with something, those that go best, and what most users buy.
void TryCandidates::keep_best(Collected& collected) const {
    auto& pairs = collected.pairs();
    std::vector<learn::ScoredItem> best;
    for (const auto& [item, pair] : pairs) {
        if (shop_->offered[item] == 0) continue;
        const double score = 0.5 * std::log(buyers_[item] + 0.5) + std::log(pair.users + rare);
        best.push_back({item, static_cast<float>(score)});
    }
    learn::keep_best(best, candidates_max_);
    std::unordered_map<learn::Item, Pair> kept;
    for (const learn::ScoredItem& one : best) kept[one.item] = pairs[one.item];
    pairs = std::move(kept);
    for (const learn::Item item : most_tried_)
        if (shop_->offered[item] != 0) collected.of(item);
}

void TryCandidates::add_values(
    const Tastes& tastes, learn::User user, learn::Item item, const Pair& pair, TryRows& rows
) const {
    const auto factors = als_->user(user);
    const auto other = als_->item(item);
    double liked = 0;
    for (std::size_t i = 0; i < factors.size(); ++i)
        liked += static_cast<double>(factors[i]) * other[i];
    const auto count = static_cast<double>(tastes.bought.size());
    const double buyers = std::log(buyers_[item] + 0.5);
    const auto add = [&](double value) { rows.values.push_back(static_cast<float>(value)); };
    add(buyers);
    add(std::log(newcomers_[item] + 0.5) - buyers);
    add(std::log(pair.users / count + rare));
    add(std::log(pair.baskets / tastes.weight + rare));
    add(liked);
    for (std::size_t g = 0; g < shop_->groups.size(); ++g) {
        const std::uint32_t group = shop_->groups[g][item];
        const double share = std::max<double>(group_shares_[g][group], 1e-9);
        const auto affinity = [&](const auto& counts, double sum) {
            const auto found = counts.find(group);
            const double own = found == counts.end() ? 0 : found->second;
            return std::log((own + group_smoothing * share) / (sum + group_smoothing) / share);
        };
        add(affinity(tastes.items[g], count));
        add(affinity(tastes.lines[g], tastes.lines_sum[g]));
    }
}

void TryCandidates::add_rows(learn::User user, TryRows& rows) const {
    if (baskets_->baskets_of(user) == 0) return;
    const Tastes tastes = tastes_of(user);
    Collected collected(tastes.bought);
    add_alike(tastes, collected);
    keep_best(collected);
    std::vector<learn::Item> items;
    for (const auto& [item, pair] : collected.pairs()) items.push_back(item);
    std::ranges::sort(items);
    for (const learn::Item item : items) {
        const Pair& pair = collected.pairs()[item];
        rows.users.push_back(user);
        rows.items.push_back(item);
        rows.because.push_back(pair.best > 0 ? pair.because : item);
        add_values(tastes, user, item, pair, rows);
    }
}

Result<TryRows> TryCandidates::rows(const std::vector<learn::User>& users, const learn::Work& work)
    const {
    const std::size_t parts = learn::part_count(users.size(), users_a_part);
    std::vector<TryRows> made(parts);
    TRY(learn::for_each_part(work, parts, [&](std::size_t part) {
        const learn::Span span = learn::part_of(part, users.size(), users_a_part);
        for (std::size_t i = span.begin; i < span.end; ++i) add_rows(users[i], made[part]);
    }));
    TryRows rows;
    for (TryRows& part : made) rows.append(std::move(part));
    return rows;
}

}  // namespace tradewind::model
