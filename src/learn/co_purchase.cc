#include "learn/co_purchase.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace tradewind::learn {

namespace {

constexpr std::size_t items_per_part = 32;
// A basket that came in weighs at most 2 to this, or by so much less: further on a new one has to
// be made.
constexpr double half_lives_max = 60;

std::vector<Item> first_distinct(
    std::span<const Item> basket, std::size_t items, std::size_t most
) {
    std::vector<Item> out;
    std::vector<Item> seen;
    for (const Item item : basket) {
        if (out.size() >= most) break;
        const auto at = std::ranges::lower_bound(seen, item);
        if (item >= items || (at != seen.end() && *at == item)) continue;
        seen.insert(at, item);
        out.push_back(item);
    }
    return out;
}

PairCounter::Options counting(const CoPurchaseOptions& options) {
    return {
        options.half_life_days,
        options.following,
        options.distance_half_life,
        options.basket_items_max,
    };
}

Result<void> check(const CoPurchaseOptions& options) {
    const bool good = options.neighbours_max > 0 && options.basket_items_max > 1 &&
                      options.half_life_days >= 0 && options.distance_half_life >= 0 &&
                      options.count_min >= 0;
    if (good) return {};
    return Error(ErrorCode::InvalidArgument, "co-purchases cannot be counted like this")
        .with_detail("Half-lives and the least count are 0 or more, limits are above 0.");
}

}  // namespace

CoPurchase::CoPurchase(const CoPurchaseOptions& options, std::size_t items)
    : options_(options), rows_(items), totals_(items), locks_(lock_count) {}

float CoPurchase::near(Closeness closeness, float both, float a, float b, float n) {
    switch (closeness) {
        case Closeness::Count:
            return both;
        case Closeness::Confidence:
            return both / a;
        case Closeness::Lift:
            return both / a * (n / b);
        case Closeness::Cosine:
            return both / std::sqrt(a * b);
    }
    return both;
}

Result<std::unique_ptr<CoPurchase>> CoPurchase::make(
    const Baskets& baskets, const CoPurchaseOptions& options, const Work& work
) {
    TRY(check(options));
    if (baskets.line_count() + baskets.basket_count() > PairCounter::lines_max)
        return Error(ErrorCode::InvalidArgument, "too many lines to count co-purchases of")
            .with_hint("Count those of a shorter time.");
    const PairCounter counter(baskets, counting(options));
    const std::size_t items = counter.item_count();
    std::unique_ptr<CoPurchase> made(new CoPurchase(options, items));  // private: no make_unique
    made->newest_day_ = counter.newest_day();
    made->baskets_ = counter.baskets();
    for (std::size_t rank = 0; rank < items; ++rank)
        made->totals_[counter.item_at(rank)] = counter.total_at(rank);
    TRY(for_each_part(work, part_count(items, items_per_part), [&](std::size_t part) {
        PairCounter::Scratch scratch = counter.scratch();
        std::vector<PairCounter::Pair> pairs;
        const Span span = part_of(part, items, items_per_part);
        for (std::size_t rank = span.begin; rank < span.end; ++rank)
            made->take_row(counter, rank, scratch, pairs);
    }));
    return made;
}

void CoPurchase::add(std::span<const Item> basket, float day) {
    const auto items = first_distinct(basket, item_count(), options_.basket_items_max);
    const float weight = weight_of_day(day);
    std::vector<Neighbour> others;
    for (std::size_t i = 0; i < items.size(); ++i) {
        others.clear();
        for (std::size_t k = options_.following ? i + 1 : 0; k < items.size(); ++k)
            if (k != i) others.push_back({items[k], weight * weight_of_distance(i, k)});
        add_to_row(items[i], others);
        totals_[items[i]].fetch_add(weight, std::memory_order_relaxed);
    }
    baskets_.fetch_add(weight, std::memory_order_relaxed);
}

float CoPurchase::weight_of_day(float day) const {
    if (options_.half_life_days == 0 || !std::isfinite(day)) return 1;
    const auto ahead = static_cast<double>(day - newest_day_) / options_.half_life_days;
    return static_cast<float>(std::exp2(std::clamp(ahead, -half_lives_max, half_lives_max)));
}

float CoPurchase::weight_of_distance(std::size_t from, std::size_t to) const {
    if (!options_.following || options_.distance_half_life == 0) return 1;
    const auto distance = static_cast<double>(to - from);
    return static_cast<float>(std::exp2((1 - distance) / options_.distance_half_life));
}

void CoPurchase::add_to_row(Item item, std::span<const Neighbour> others) {
    const std::unique_lock lock(lock_of(item));
    for (const Neighbour& other : others) insert(rows_[item], other, 2 * options_.neighbours_max);
}

void CoPurchase::insert(Row& row, Neighbour added, std::size_t size_max) {
    auto at = std::ranges::lower_bound(row, added.item, {}, &Neighbour::item);
    if (at != row.end() && at->item == added.item) {
        at->both += added.both;
        return;
    }
    if (row.size() >= size_max) {
        row.erase(std::ranges::min_element(row, {}, &Neighbour::both));
        at = std::ranges::lower_bound(row, added.item, {}, &Neighbour::item);
    }
    row.insert(at, added);
}

std::vector<ScoredItem> CoPurchase::nearest(Item item, std::size_t count, Closeness closeness)
    const {
    std::vector<ScoredItem> out;
    if (item >= item_count()) return out;
    {
        const float n = baskets_.load(std::memory_order_relaxed);
        const float mine = baskets_with(item);
        const std::shared_lock lock(lock_of(item));
        for (const Neighbour& other : rows_[item])
            out.push_back(
                {other.item, near(closeness, other.both, mine, baskets_with(other.item), n)}
            );
    }
    keep_best(out, count);
    return out;
}

void CoPurchase::add_scores(
    Item item, float weight, Closeness closeness, std::vector<float>& scores
) const {
    const float n = baskets_.load(std::memory_order_relaxed);
    const float mine = baskets_with(item);
    const std::shared_lock lock(lock_of(item));
    for (const Neighbour& other : rows_[item])
        scores[other.item] +=
            weight * near(closeness, other.both, mine, baskets_with(other.item), n);
}

std::vector<ScoredItem> CoPurchase::next(std::span<const Item> basket, const NextOptions& options)
    const {
    std::vector<float> scores(item_count());
    const std::size_t looked_at = std::min(options.items_max, basket.size());
    double weight = 1;
    for (std::size_t i = basket.size(); i > basket.size() - looked_at; --i) {
        const Item item = basket[i - 1];
        if (item < item_count())
            add_scores(item, static_cast<float>(weight), options.closeness, scores);
        weight *= options.recency;
    }
    for (const Item item : basket)
        if (item < item_count()) scores[item] = 0;
    std::vector<ScoredItem> out;
    for (Item item = 0; item < scores.size(); ++item)
        if (scores[item] > 0) out.push_back({item, scores[item]});
    keep_best(out, options.count);
    return out;
}

// The neighbours that are kept of the item at `rank`, by their codes.
void CoPurchase::take_row(
    const PairCounter& counter,
    std::size_t rank,
    PairCounter::Scratch& scratch,
    std::vector<PairCounter::Pair>& pairs
) {
    counter.count(rank, options_.count_min, scratch, pairs);
    const float mine = counter.total_at(rank);
    for (PairCounter::Pair& pair : pairs)
        pair.score =
            near(options_.closeness, pair.both, mine, baskets_with(pair.item), counter.baskets());
    const auto nearer = [](const PairCounter::Pair& a, const PairCounter::Pair& b) {
        return ranks_before({a.item, a.score}, {b.item, b.score});
    };
    if (pairs.size() > options_.neighbours_max) {
        const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(options_.neighbours_max);
        std::nth_element(pairs.begin(), end, pairs.end(), nearer);
        pairs.erase(end, pairs.end());
    }
    std::ranges::sort(pairs, {}, &PairCounter::Pair::item);
    Row& row = rows_[counter.item_at(rank)];
    row.reserve(pairs.size());
    for (const PairCounter::Pair& pair : pairs) row.push_back({pair.item, pair.both});
}

}  // namespace tradewind::learn
