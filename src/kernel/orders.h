// The orders, by (user, sequence, order), and the ranges of users that lines are spread over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "kernel/kernel.h"
#include "kernel/number_column.h"

namespace tradewind::kernel {

// Where the lines of an order go.
struct OrderPlace {
    std::uint32_t order = 0;  // its index
    std::uint32_t range = 0;
};

class Orders {
public:
    Orders(std::size_t carried_columns, std::size_t orders_per_range)
        : orders_per_range_(orders_per_range), carried_(carried_columns) {}

    Result<void> add(const Block& block);
    // Once, after the last: orders are found by their ids. InvalidArgument: one is there twice.
    Result<void> finish();

    std::size_t size() const { return ids_.size(); }
    std::size_t user_count() const { return user_ids_.size(); }
    std::size_t range_count() const { return range_users_.size() - 1; }
    std::uint64_t bytes() const;

    // Nothing: there is none in the set.
    std::optional<OrderPlace> find(std::int64_t id) const {
        const std::uint64_t entry = direct_.empty() ? find_hashed(id) : find_direct(id);
        if (entry == 0) return std::nullopt;
        return OrderPlace{
            static_cast<std::uint32_t>(entry >> 32) - 1, static_cast<std::uint32_t>(entry)
        };
    }

    std::int64_t id(std::size_t order) const { return ids_[order]; }
    std::int64_t sequence(std::size_t order) const { return sequences_[order]; }
    const NumberColumn& gaps() const { return gaps_; }
    // Of the user's orders, those that are known.
    struct Gaps {
        std::int64_t sum = 0;
        std::uint32_t count = 0;
    };
    const Gaps& gaps_of(std::size_t user) const { return user_gaps_[user]; }
    const NumberColumn& carried(std::size_t column) const { return carried_[column]; }
    std::int64_t user_id(std::size_t user) const { return user_ids_[user]; }
    // The user's orders are [first_order(user), first_order(user + 1)).
    std::uint32_t first_order(std::size_t user) const { return user_orders_[user]; }
    // The range's users are [first_user(range), first_user(range + 1)).
    std::uint32_t first_user(std::size_t range) const { return range_users_[range]; }

private:
    Result<void> add_row(const Block& block, std::size_t row);
    void begin_user(std::int64_t user);
    Result<void> index(std::size_t order, std::uint32_t range);
    std::uint64_t find_direct(std::int64_t id) const {
        const std::uint64_t at =
            static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(id_min_);
        return at < direct_.size() ? direct_[at] & known_mask(direct_[at]) : 0;
    }
    std::uint64_t find_hashed(std::int64_t id) const;
    // Orders outside the set are known, for they may not come twice, and not found.
    static std::uint64_t known_mask(std::uint64_t entry) {
        return (entry & outside) != 0 ? 0 : ~std::uint64_t{0};
    }
    static constexpr std::uint64_t outside = 1u << 31;

    const std::size_t orders_per_range_;
    std::vector<std::int64_t> ids_;
    NumberColumn sequences_;
    NumberColumn gaps_;
    std::vector<NumberColumn> carried_;
    std::vector<bool> in_set_;
    std::vector<std::int64_t> user_ids_;
    std::vector<std::uint32_t> user_orders_;
    std::vector<Gaps> user_gaps_;
    std::vector<std::uint32_t> range_users_;
    std::size_t range_begin_ = 0;  // its first order
    std::int64_t id_min_ = 0;
    std::int64_t id_max_ = 0;
    // (index + 1) << 32 | outside? | range: by id from id_min_ on, or hashed beside its id.
    std::vector<std::uint64_t> direct_;
    struct Slot {
        std::int64_t id = 0;
        std::uint64_t entry = 0;
    };
    std::vector<Slot> slots_;
};

}  // namespace tradewind::kernel
