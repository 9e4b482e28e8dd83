// Counts, item by item, what shares baskets with it: an item's baskets lie in a list of their own,
// and their items one after the other, so that a count is an increment in a table that stays in the
// cache. Items go by popularity here: what is counted most lies together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learn/baskets.h"

namespace tradewind::learn {

class PairCounter {
public:
    struct Pair {
        Item item = 0;
        float both = 0;
        float score = 0;  // for who compares them
    };
    // Lines and baskets together that it can hold.
    static constexpr std::size_t lines_max = std::size_t{1} << 31;
    struct Options {
        double half_life_days = 0;
        bool following = false;
        double distance_half_life = 0;
        std::size_t basket_items_max = 0;
    };

    PairCounter(const Baskets& baskets, const Options& options);

    std::size_t item_count() const { return item_at_.size(); }
    // The item with that rank by popularity.
    Item item_at(std::size_t rank) const { return item_at_[rank]; }
    // Weighted baskets that hold it.
    float total_at(std::size_t rank) const { return totals_[rank]; }
    float baskets() const { return baskets_; }
    float newest_day() const { return newest_day_; }

    // What one thread needs to count, zeroed; left so after each call.
    struct Scratch {
        std::vector<float> both;
        std::vector<std::uint32_t> touched;
    };
    Scratch scratch() const { return {std::vector<float>(item_count()), {}}; }
    // Items (not ranks) that share baskets with the one at `rank`, at least `count_min` times.
    void count(std::size_t rank, double count_min, Scratch& scratch, std::vector<Pair>& pairs)
        const;

private:
    // A basket lies as its weight followed by its items' ranks, the last one marked.
    static constexpr std::uint32_t last_mark = 1u << 31;

    void rank_items(const Baskets& baskets);
    void lay_out(const Baskets& baskets, const Options& options);
    void end_basket(std::size_t begin);
    void invert();
    template <typename Each>
    void walk(std::uint32_t begin, std::uint32_t rank, const Each& each) const;
    template <bool list_touched>
    void add_baskets(std::size_t rank, Scratch& scratch) const;

    std::vector<std::uint32_t> ranks_;
    std::vector<Item> item_at_;
    std::vector<float> totals_;
    float baskets_ = 0;
    float newest_day_ = 0;
    bool following_ = false;
    std::vector<float> distance_weights_;  // by distance; empty: all 1
    std::vector<std::uint32_t> lines_;
    std::vector<std::uint32_t> first_;       // of each rank in baskets_of_
    std::vector<std::uint32_t> baskets_of_;  // where in lines_
};

}  // namespace tradewind::learn
