#include "learn/baskets.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"

namespace tradewind::learn {

void keep_best(std::vector<ScoredItem>& items, std::size_t count) {
    const auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(count, items.size()));
    std::partial_sort(items.begin(), end, items.end(), ranks_before);
    items.erase(end, items.end());
}

void BasketsBuilder::reserve(std::size_t users, std::size_t baskets, std::size_t lines) {
    made_.first_basket_.reserve(users + 1);
    made_.first_line_.reserve(baskets + 1);
    made_.days_.reserve(baskets);
    made_.items_.reserve(lines);
}

// While baskets come in, first_basket_ has an entry for each user up to the present one, and none
// for its end.
Result<void> BasketsBuilder::add(User user, std::span<const Item> items, float day) {
    auto& first = made_.first_basket_;
    if (user + std::size_t{1} < first.size())
        return Error(ErrorCode::InvalidArgument, "baskets of users out of order")
            .with_detail(
                "User " + std::to_string(user) + " comes after user " +
                std::to_string(first.size() - 1) + "."
            )
            .with_hint("Sort them by user, then by time.");
    if (!std::isfinite(day))
        return Error(ErrorCode::InvalidArgument, "a basket's day is no number")
            .with_detail("User " + std::to_string(user) + ".");
    const auto baskets = static_cast<std::uint32_t>(made_.days_.size());
    const bool same_user = user + std::size_t{1} == first.size() && baskets > first.back();
    if (same_user && day < made_.days_.back())
        return Error(ErrorCode::InvalidArgument, "a user's baskets out of order")
            .with_detail("User " + std::to_string(user) + " has an earlier day after a later one.")
            .with_hint("Sort them by user, then by time.");
    first.resize(user + std::size_t{1}, baskets);
    for (const Item item : items)
        made_.item_count_ = std::max(made_.item_count_, item + std::size_t{1});
    made_.items_.insert(made_.items_.end(), items.begin(), items.end());
    made_.first_line_.push_back(made_.items_.size());
    made_.days_.push_back(day);
    return {};
}

Baskets BasketsBuilder::finish(std::size_t users, std::size_t items) && {
    const bool none = made_.days_.empty();
    const std::size_t known = none ? 0 : made_.first_basket_.size();
    made_.first_basket_.resize(
        std::max(users, known) + 1, static_cast<std::uint32_t>(made_.days_.size())
    );
    made_.item_count_ = std::max(made_.item_count_, items);
    return std::move(made_);
}

Baskets Baskets::without_last(std::size_t count) const {
    std::vector<std::uint32_t> counts;
    for (User user = 0; user < user_count(); ++user)
        counts.push_back(
            static_cast<std::uint32_t>(baskets_of(user) - std::min(count, baskets_of(user)))
        );
    return first_of_each(counts);
}

Baskets Baskets::first_of_each(std::span<const std::uint32_t> counts) const {
    CHECK(counts.size() == user_count());
    BasketsBuilder out;
    out.reserve(user_count(), basket_count(), line_count());
    for (User user = 0; user < user_count(); ++user) {
        const std::size_t kept = std::min<std::size_t>(counts[user], baskets_of(user));
        for (std::size_t i = 0; i < kept; ++i) {
            const std::size_t basket = first_basket(user) + i;
            MUST(out.add(user, items(basket), day(basket)));
        }
    }
    return std::move(out).finish(user_count(), item_count());
}

Baskets Baskets::of_users(std::span<const std::uint8_t> keep) const {
    CHECK(keep.size() == user_count());
    BasketsBuilder out;
    User next = 0;
    for (User user = 0; user < user_count(); ++user) {
        if (keep[user] == 0) continue;
        for (std::size_t basket = first_basket(user); basket < end_basket(user); ++basket)
            MUST(out.add(next, items(basket), day(basket)));
        ++next;
    }
    return std::move(out).finish(next, item_count());
}

}  // namespace tradewind::learn
