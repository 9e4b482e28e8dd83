// Simple recommendations, against which others must show what they are good for, and which fill
// their lists: what all buy, what the user buys most, what he bought last.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "learn/baskets.h"

namespace tradewind::learn {

// Which items may stand in a user's list.
enum class Candidates {
    All,
    Bought,  // only those he has bought before
    New,     // only others
};

// Sorted, each once.
std::vector<Item> distinct_items(std::span<const Item> items);

// What is bought in most baskets, each basket counted once. 12 bytes an item.
class Popular {
public:
    // With a half-life a basket that is so many days older than the newest one counts half; 0: all
    // count the same.
    explicit Popular(const Baskets& baskets, double half_life_days = 0);
    // As it was saved.
    explicit Popular(std::vector<float> scores);

    // Of each item by its code.
    const std::vector<float>& scores() const { return scores_; }
    // All items that were bought, the best first.
    std::span<const ScoredItem> ranked() const { return ranked_; }
    // The best `count` but for those of `without` (sorted).
    std::vector<ScoredItem> top(std::size_t count, std::span<const Item> without = {}) const;
    // The same behind what the list holds, until it has `count`; not what stands in it or in
    // `without`. Their scores lie under 1.
    void fill(std::vector<ScoredItem>& list, std::size_t count, std::span<const Item> without = {})
        const;

private:
    void rank();

    std::vector<float> scores_;
    std::vector<ScoredItem> ranked_;
};

// What the user bought in most of his baskets; equal ones: bought last first, then the more
// popular. Then what is popular, up to `count` (not of Candidates::Bought). A score is the number
// of baskets, or under 1.
std::vector<ScoredItem> user_top(
    const Baskets& baskets,
    const Popular& popular,
    User user,
    std::size_t count,
    Candidates candidates = Candidates::All
);

// The user's last basket in the order of its cart; nothing else.
std::vector<ScoredItem> last_basket(const Baskets& baskets, User user, std::size_t count);

}  // namespace tradewind::learn
