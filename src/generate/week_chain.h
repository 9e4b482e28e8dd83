// The chain: its stores, what they sell, and what comes over them from outside.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/week_calendar.h"
#include "generate/week_products.h"
#include "generate/week_stores.h"

namespace tradewind::generate::chain {

// Any thread, once it is made. What it says of a day never depends on when the dump is made.
struct Chain {
    Chain(std::uint64_t seed_given, double scale, Calendar calendar_given);

    // A shelf is one product in one store; they are counted store by store.
    std::size_t shelf_count() const { return stores.size() * products.size(); }
    // Percent off; 0: not on promotion. Two weeks long each, by region.
    std::int32_t promotion_percent(std::size_t store, std::size_t product, Day day) const;
    // The store's system was down: no inventory was taken.
    bool inventory_missing(std::size_t store, Day day) const;
    // Planned thinner than it sells: it will often be empty.
    bool thin(std::size_t store, std::size_t product) const;
    // How often a product is bought there on that day, in 1024ths.
    std::int64_t demand_1024ths(std::size_t store, std::size_t product, Day day) const;
    // The next day after that one on which the store takes deliveries.
    Day delivery_after(std::size_t store, Day day) const;

    std::uint64_t seed = 0;
    Calendar calendar;
    std::vector<Store> stores;
    std::vector<Product> products;
};

}  // namespace tradewind::generate::chain
