// How good ranked lists are, beside what was bought afterwards.
//
// Of one user, with his list L and the truth T (distinct items, not empty):
//   hits@k       those of T among the first k of L
//   recall@k     hits / |T|
//   precision@k  hits / k, however long L is
//   f1@k         the harmonic mean of these two
//   hit_rate@k   1 with a hit, else 0
//   ndcg@k       sum of 1 / log2(rank + 1) over hits, by what it would be if all of T came first.
//                That ideal is not cut at k, as in the published tables of next-basket methods:
//                a long truth cannot reach 1.
//   ndcg_cut@k   the same with the ideal cut at k.
// Reported is the mean over users with a truth; the others are passed by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learn/baskets.h"

namespace tradewind::learn {

struct RankingValues {
    double recall = 0;
    double precision = 0;
    double f1 = 0;
    double hit_rate = 0;
    double ndcg = 0;
    double ndcg_cut = 0;
};

// Of one user. `truth`: in any order; an item that stands in it or in the list twice counts once,
// in the list where it stands first.
RankingValues rank_values(std::span<const Item> ranked, std::span<const Item> truth, std::size_t k);

// Means over users.
class RankingMean {
public:
    explicit RankingMean(std::size_t k) : k_(k) {}
    // Without truth the user is passed by.
    void add(std::span<const Item> ranked, std::span<const Item> truth);
    std::size_t k() const { return k_; }
    std::size_t users() const { return users_; }
    RankingValues mean() const;

private:
    std::size_t k_;
    std::size_t users_ = 0;
    RankingValues sum_;
};

// The same list beside three truths: all, only items that the user had bought before (repeat), only
// those that he had not (explore). Each has its own users: those with such a truth.
class SplitRankingMean {
public:
    explicit SplitRankingMean(std::size_t k) : all_(k), repeat_(k), explore_(k) {}
    // `earlier`: sorted, distinct.
    void add(
        std::span<const Item> ranked, std::span<const Item> truth, std::span<const Item> earlier
    );
    const RankingMean& all() const { return all_; }
    const RankingMean& repeat() const { return repeat_; }
    const RankingMean& explore() const { return explore_; }

private:
    RankingMean all_;
    RankingMean repeat_;
    RankingMean explore_;
};

// Of a predicted set of any size, beside the set that was bought. Two empty sets agree: 1.
double set_f1(std::span<const Item> predicted, std::span<const Item> truth);

// What lists of many users have in common.
struct ListValues {
    std::size_t lists = 0;
    double coverage = 0;   // distinct items in all lists, by `item_count`
    double gini = 0;       // 0: all items of the catalogue come equally often; near 1: few have all
    double diversity = 0;  // share of pairs in a list that are of different groups; mean over lists
};
class ListCounter {
public:
    // `groups`: of each item, such as its aisle; empty: every item is one for itself.
    ListCounter(std::size_t item_count, std::vector<std::uint32_t> groups);
    // CHECKs that items are below item_count.
    void add(std::span<const Item> list);
    ListValues values() const;

private:
    std::vector<std::uint64_t> counts_;
    std::vector<std::uint32_t> groups_;
    std::size_t lists_ = 0;
    std::size_t lists_of_pairs_ = 0;
    double diversity_ = 0;
};

}  // namespace tradewind::learn
