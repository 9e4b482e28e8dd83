#include "learn/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradewind::learn {

std::vector<Item> distinct_items(std::span<const Item> items) {
    std::vector<Item> out(items.begin(), items.end());
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

Popular::Popular(const Baskets& baskets, double half_life_days) : scores_(baskets.item_count()) {
    float newest = -std::numeric_limits<float>::infinity();
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket)
        newest = std::max(newest, baskets.day(basket));
    std::vector<double> sums(scores_.size());
    std::vector<std::size_t> seen_in(scores_.size(), baskets.basket_count());
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket) {
        const auto age = static_cast<double>(newest - baskets.day(basket));
        const double weight = half_life_days > 0 ? std::exp2(-age / half_life_days) : 1;
        for (const Item item : baskets.items(basket)) {
            if (seen_in[item] == basket) continue;
            seen_in[item] = basket;
            sums[item] += weight;
        }
    }
    std::ranges::transform(sums, scores_.begin(), [](double x) { return static_cast<float>(x); });
    rank();
}

Popular::Popular(std::vector<float> scores) : scores_(std::move(scores)) {
    rank();
}

void Popular::rank() {
    for (Item item = 0; item < scores_.size(); ++item)
        if (scores_[item] > 0) ranked_.push_back({item, scores_[item]});
    std::ranges::sort(ranked_, ranks_before);
}

std::vector<ScoredItem> Popular::top(std::size_t count, std::span<const Item> without) const {
    std::vector<ScoredItem> out;
    for (const ScoredItem& item : ranked_) {
        if (out.size() >= count) break;
        if (!std::ranges::binary_search(without, item.item)) out.push_back(item);
    }
    return out;
}

void Popular::fill(std::vector<ScoredItem>& list, std::size_t count, std::span<const Item> without)
    const {
    if (list.size() >= count || ranked_.empty()) return;
    std::vector<Item> listed;
    for (const ScoredItem& item : list) listed.push_back(item.item);
    std::ranges::sort(listed);
    const float most = ranked_.front().score + 1;
    for (const ScoredItem& item : ranked_) {
        if (list.size() >= count) break;
        if (std::ranges::binary_search(without, item.item)) continue;
        if (std::ranges::binary_search(listed, item.item)) continue;
        list.push_back({item.item, item.score / most});
    }
}

namespace {

struct Bought {
    Item item = 0;
    std::uint32_t baskets = 0;
    std::size_t last = 0;
};

// Each item of the user with the number of his baskets that hold it.
std::vector<Bought> bought_by(const Baskets& baskets, User user) {
    std::vector<std::pair<Item, std::size_t>> lines;
    for (std::size_t basket = baskets.first_basket(user); basket < baskets.end_basket(user);
         ++basket)
        for (const Item item : baskets.items(basket)) lines.emplace_back(item, basket);
    std::ranges::sort(lines);
    lines.erase(std::ranges::unique(lines).begin(), lines.end());
    std::vector<Bought> out;
    for (const auto& [item, basket] : lines) {
        if (out.empty() || out.back().item != item) out.push_back({item, 0, 0});
        ++out.back().baskets;
        out.back().last = basket;
    }
    return out;
}

}  // namespace

std::vector<ScoredItem> user_top(
    const Baskets& baskets,
    const Popular& popular,
    User user,
    std::size_t count,
    Candidates candidates
) {
    if (candidates == Candidates::New)
        return popular.top(count, distinct_items(baskets.items_of(user)));
    std::vector<Bought> bought = bought_by(baskets, user);
    const auto& overall = popular.scores();
    const auto popularity = [&overall](Item item) {
        return item < overall.size() ? overall[item] : 0.0f;
    };
    std::ranges::sort(bought, [&popularity](const Bought& a, const Bought& b) {
        if (a.baskets != b.baskets) return a.baskets > b.baskets;
        if (a.last != b.last) return a.last > b.last;
        return ranks_before({a.item, popularity(a.item)}, {b.item, popularity(b.item)});
    });
    std::vector<ScoredItem> out;
    for (const Bought& item : bought) {
        if (out.size() >= count) break;
        out.push_back({item.item, static_cast<float>(item.baskets)});
    }
    if (candidates == Candidates::All) popular.fill(out, count);
    return out;
}

std::vector<ScoredItem> last_basket(const Baskets& baskets, User user, std::size_t count) {
    std::vector<ScoredItem> out;
    if (baskets.baskets_of(user) == 0) return out;
    const auto items = baskets.items(baskets.end_basket(user) - 1);
    std::vector<Item> seen;
    for (const Item item : items) {
        if (out.size() >= count) break;
        const auto at = std::ranges::lower_bound(seen, item);
        if (at != seen.end() && *at == item) continue;
        seen.insert(at, item);
        out.push_back({item, static_cast<float>(items.size() - out.size())});
    }
    return out;
}

}  // namespace tradewind::learn
