// Seeded shops for tests: users with habits, items of unequal popularity.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "learn/baskets.h"
#include "os/random.h"

namespace tradewind::learn {

struct Shop {
    std::size_t users = 50;
    std::size_t items = 40;
    std::size_t baskets_max = 12;  // of a user; some have none
    std::size_t items_max = 8;     // of a basket
};

// Each user has favourites; low codes are the popular ones.
inline Baskets make_shop(const Shop& shop, std::uint64_t seed) {
    os::Random random(seed);
    const auto any = [&] {
        const double skewed = random.uniform() * random.uniform();
        return static_cast<Item>(skewed * static_cast<double>(shop.items));
    };
    BasketsBuilder builder;
    for (User user = 0; user < shop.users; ++user) {
        std::vector<Item> favourites;
        for (int i = 0; i < 5; ++i) favourites.push_back(any());
        const std::size_t baskets = random.below(shop.baskets_max + 1);
        float day = static_cast<float>(random.below(30));
        for (std::size_t b = 0; b < baskets; ++b) {
            std::vector<Item> items;
            const std::size_t count = 1 + random.below(shop.items_max);
            for (std::size_t i = 0; i < count; ++i)
                items.push_back(random.chance(0.6) ? favourites[random.below(5)] : any());
            MUST(builder.add(user, items, day));
            day += static_cast<float>(random.below(14));
        }
    }
    return std::move(builder).finish(shop.users, shop.items);
}

}  // namespace tradewind::learn
