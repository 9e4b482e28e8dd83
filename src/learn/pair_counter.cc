#include "learn/pair_counter.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace tradewind::learn {

namespace {

// How many baskets ahead memory is asked for.
constexpr std::size_t ahead = 8;

}  // namespace

PairCounter::PairCounter(const Baskets& baskets, const Options& options)
    : following_(options.following) {
    if (options.following && options.distance_half_life > 0)
        for (std::size_t i = 0; i < options.basket_items_max; ++i)
            distance_weights_.push_back(static_cast<float>(
                std::exp2((1 - static_cast<double>(i)) / options.distance_half_life)
            ));
    newest_day_ = baskets.basket_count() == 0 ? 0 : -std::numeric_limits<float>::infinity();
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket)
        newest_day_ = std::max(newest_day_, baskets.day(basket));
    rank_items(baskets);
    lay_out(baskets, options);
    invert();
}

void PairCounter::rank_items(const Baskets& baskets) {
    std::vector<std::uint32_t> lines(baskets.item_count());
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket)
        for (const Item item : baskets.items(basket)) ++lines[item];
    item_at_.resize(lines.size());
    std::iota(item_at_.begin(), item_at_.end(), 0u);
    std::ranges::stable_sort(item_at_, std::greater(), [&lines](Item item) { return lines[item]; });
    ranks_.resize(lines.size());
    for (std::uint32_t rank = 0; rank < item_at_.size(); ++rank) ranks_[item_at_[rank]] = rank;
}

void PairCounter::lay_out(const Baskets& baskets, const Options& options) {
    CHECK(baskets.line_count() + baskets.basket_count() <= lines_max);
    lines_.reserve(baskets.line_count() + baskets.basket_count());
    std::vector<double> totals(ranks_.size());
    std::vector<std::size_t> seen_in(ranks_.size(), baskets.basket_count());
    double sum = 0;
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket) {
        const auto age = static_cast<double>(newest_day_ - baskets.day(basket));
        const auto weight = static_cast<float>(
            options.half_life_days > 0 ? std::exp2(-age / options.half_life_days) : 1
        );
        sum += static_cast<double>(weight);
        const std::size_t begin = lines_.size();
        lines_.push_back(std::bit_cast<std::uint32_t>(weight));
        for (const Item item : baskets.items(basket)) {
            const std::uint32_t rank = ranks_[item];
            if (seen_in[rank] == basket) continue;
            if (lines_.size() - begin > options.basket_items_max) break;
            seen_in[rank] = basket;
            lines_.push_back(rank);
            totals[rank] += static_cast<double>(weight);
        }
        end_basket(begin);
    }
    baskets_ = static_cast<float>(sum);
    totals_.assign(totals.begin(), totals.end());
}

void PairCounter::end_basket(std::size_t begin) {
    if (lines_.size() == begin + 1)
        lines_.pop_back();  // nothing in it
    else
        lines_.back() |= last_mark;
}

void PairCounter::invert() {
    first_.assign(ranks_.size() + 1, 0);
    const auto each_line = [this](const auto& visit) {
        for (std::uint32_t at = 0; at < lines_.size();) {
            const std::uint32_t begin = at;
            do visit(begin, lines_[++at] & ~last_mark);
            while ((lines_[at] & last_mark) == 0);
            ++at;
        }
    };
    each_line([this](std::uint32_t, std::uint32_t rank) { ++first_[rank + 1]; });
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) first_[rank + 1] += first_[rank];
    baskets_of_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    each_line([&](std::uint32_t begin, std::uint32_t rank) { baskets_of_[next[rank]++] = begin; });
}

// Adds one basket to the table: of all its items, or of those behind `rank`.
template <typename Each>
void PairCounter::walk(std::uint32_t begin, std::uint32_t rank, const Each& each) const {
    const std::uint32_t* at = lines_.data() + begin;
    const float weight = std::bit_cast<float>(*at);
    if (!following_) {
        do each(*++at & ~last_mark, weight);
        while ((*at & last_mark) == 0);
        return;
    }
    while ((*++at & ~last_mark) != rank) {
    }
    const std::uint32_t* mine = at;
    while ((*at & last_mark) == 0) {
        ++at;
        const auto distance = static_cast<std::size_t>(at - mine);
        each(
            *at & ~last_mark,
            distance_weights_.empty() ? weight : weight * distance_weights_[distance]
        );
    }
}

template <bool list_touched>
void PairCounter::add_baskets(std::size_t rank, Scratch& scratch) const {
    float* both = scratch.both.data();
    for (std::size_t i = first_[rank]; i < first_[rank + 1]; ++i) {
        if (i + ahead < first_[rank + 1])
            __builtin_prefetch(lines_.data() + baskets_of_[i + ahead]);
        walk(
            baskets_of_[i],
            static_cast<std::uint32_t>(rank),
            [both, &scratch](std::uint32_t other, float weight) {
                if (list_touched && both[other] == 0) scratch.touched.push_back(other);
                both[other] += weight;
            }
        );
    }
}

// Of rare items it is remembered what was touched; for the others the whole table is looked
// through.
void PairCounter::count(
    std::size_t rank, double count_min, Scratch& scratch, std::vector<Pair>& pairs
) const {
    constexpr std::size_t rare_fraction = 100;
    pairs.clear();
    scratch.touched.clear();
    const bool rare = (first_[rank + 1] - first_[rank]) * rare_fraction < item_count();
    if (rare)
        add_baskets<true>(rank, scratch);
    else
        add_baskets<false>(rank, scratch);
    const auto least = static_cast<float>(count_min);
    const auto take = [&](std::uint32_t other) {
        const float both = scratch.both[other];
        scratch.both[other] = 0;
        if (other != rank && both > 0 && both >= least) pairs.push_back({item_at_[other], both, 0});
    };
    if (rare)
        for (const std::uint32_t other : scratch.touched) take(other);
    else
        for (std::uint32_t other = 0; other < item_count(); ++other)
            if (scratch.both[other] != 0) take(other);
}

}  // namespace tradewind::learn
