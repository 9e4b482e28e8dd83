// Who bought what, basket by basket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace tradewind::learn {

using User = std::uint32_t;
using Item = std::uint32_t;

// Items that stand beside what they were rated, the best first.
struct ScoredItem {
    Item item = 0;
    float score = 0;

    bool operator==(const ScoredItem&) const = default;
};
// By score, downwards; equal ones by their code, so that there is one order only.
inline bool ranks_before(const ScoredItem& a, const ScoredItem& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
}
// Puts the best `count` in front, in order, and leaves out the others.
void keep_best(std::vector<ScoredItem>& items, std::size_t count);

// Immutable: users, each with baskets by time, each with items in the order of its cart. An item
// may stand in a basket twice. 4 bytes a line, 12 a basket, 4 a user.
class Baskets {
public:
    Baskets() = default;

    std::size_t user_count() const { return first_basket_.size() - 1; }
    // One more than the greatest item's code, or what the builder was told.
    std::size_t item_count() const { return item_count_; }
    std::size_t basket_count() const { return first_line_.size() - 1; }
    std::size_t line_count() const { return items_.size(); }

    // Baskets are numbered through: those of a user follow each other, the earliest first.
    std::size_t first_basket(User user) const { return first_basket_[user]; }
    std::size_t end_basket(User user) const { return first_basket_[user + 1]; }
    std::size_t baskets_of(User user) const { return end_basket(user) - first_basket(user); }
    std::span<const Item> items(std::size_t basket) const {
        return std::span(items_).subspan(
            first_line_[basket], first_line_[basket + 1] - first_line_[basket]
        );
    }
    // All lines of a user, basket after basket.
    std::span<const Item> items_of(User user) const {
        const std::size_t begin = first_line_[first_basket(user)];
        return std::span(items_).subspan(begin, first_line_[end_basket(user)] - begin);
    }
    // Days since any one day; 0 where the builder was told none.
    float day(std::size_t basket) const { return days_[basket]; }

    // Without each user's last `count` baskets: what was known before them.
    Baskets without_last(std::size_t count) const;
    // Only the first so many baskets of each user, or all where he has fewer.
    Baskets first_of_each(std::span<const std::uint32_t> counts) const;
    // Only users for whom `keep` is true, numbered anew in their order; items keep their codes.
    Baskets of_users(std::span<const std::uint8_t> keep) const;

private:
    friend class BasketsBuilder;

    std::vector<std::uint32_t> first_basket_{0};
    std::vector<std::uint64_t> first_line_{0};
    std::vector<float> days_;
    std::vector<Item> items_;
    std::size_t item_count_ = 0;
};

// Puts baskets together; one thread.
class BasketsBuilder {
public:
    void reserve(std::size_t users, std::size_t baskets, std::size_t lines);
    // Users come by their codes, upwards, each with its baskets by time; those left out have none.
    // InvalidArgument: a smaller user comes after a greater one, an earlier day after a later one,
    // or the day is no number.
    Result<void> add(User user, std::span<const Item> items, float day = 0);
    // Once. At least as many users and items as these, for those without baskets.
    Baskets finish(std::size_t users = 0, std::size_t items = 0) &&;

private:
    Baskets made_;
};

}  // namespace tradewind::learn
