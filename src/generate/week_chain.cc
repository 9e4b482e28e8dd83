#include "generate/week_chain.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "generate/chance.h"
#include "generate/week_words.h"

namespace tradewind::generate::chain {

namespace {

constexpr double stores_at_scale_1 = 50;
constexpr double shelves_at_scale_1 = 100'000;

constexpr Day promotion_days = 14;
constexpr std::uint64_t promotion_permille = 70;
constexpr std::size_t places_of_region = 5;

// In ten thousandths of days: a store's system is down.
constexpr std::uint64_t down_own = 5;
constexpr std::uint64_t down_franchise = 50;
constexpr std::uint64_t thin_permille = 80;

constexpr std::array<std::int64_t, 7> weekday_64ths = {70, 50, 52, 56, 64, 78, 82};
// By season (week_words.h) and month.
constexpr std::array<std::array<std::int64_t, 12>, 3> month_64ths = {{
    {60, 58, 60, 62, 64, 64, 62, 62, 64, 64, 72, 80},
    {36, 38, 52, 66, 82, 94, 98, 92, 68, 52, 42, 40},
    {82, 74, 58, 48, 42, 38, 38, 42, 52, 66, 96, 132},
}};

}  // namespace

Chain::Chain(std::uint64_t seed_given, double scale, Calendar calendar_given)
    : seed(seed_given), calendar(std::move(calendar_given)) {
    // Both grow alike: a hundredth of the shelves are a tenth of the stores with a tenth of the
    // products.
    const auto store_count =
        static_cast<std::size_t>(std::max(1LL, std::llround(stores_at_scale_1 * std::sqrt(scale))));
    const auto product_count = static_cast<std::size_t>(
        std::max(1LL, std::llround(shelves_at_scale_1 * scale / static_cast<double>(store_count)))
    );
    stores = make_stores(seed, store_count, product_count);
    products = make_products(seed, product_count);
}

std::int32_t Chain::promotion_percent(std::size_t store, std::size_t product, Day day) const {
    const auto period = static_cast<std::uint64_t>(day / promotion_days);
    const std::uint64_t region = stores[store].place / places_of_region;
    const std::uint64_t draw = mix(part_seed(seed, 'O', product) ^ (period << 8 | region));
    if (draw % 1000 >= promotion_permille) return 0;
    // Franchisees join in every other one.
    if (stores[store].franchise && (draw >> 40) % 2 == 0) return 0;
    return static_cast<std::int32_t>(10 + (draw >> 20) % 5 * 5);
}

bool Chain::inventory_missing(std::size_t store, Day day) const {
    const std::uint64_t draw = mix(part_seed(seed, 'D', store) ^ static_cast<std::uint64_t>(day));
    return draw % 10'000 < (stores[store].franchise ? down_franchise : down_own);
}

bool Chain::thin(std::size_t store, std::size_t product) const {
    return part_seed(seed, 'K', store * products.size() + product) % 1000 < thin_permille;
}

std::int64_t Chain::demand_1024ths(std::size_t store, std::size_t product, Day day) const {
    const DayFacts& facts = calendar[day];
    if (facts.closed) return 0;
    const std::size_t season = subcategories[products[product].subcategory].season;
    const std::int64_t usual = products[product].sales_1024ths * stores[store].size_64ths;
    const std::int64_t today = weekday_64ths[static_cast<std::size_t>(facts.weekday)] *
                               month_64ths[season][static_cast<std::size_t>(facts.month - 1)];
    // Two and a half times as many buy what is on promotion.
    const std::int64_t factor = promotion_percent(store, product, day) > 0 ? 5 : 2;
    return (usual * today * factor) >> 19;  // three times 64, and 2
}

Day Chain::delivery_after(std::size_t store, Day day) const {
    do {
        ++day;
    } while (calendar[day].closed ||
             (stores[store].delivery_weekdays >> calendar[day].weekday & 1) == 0);
    return day;
}

}  // namespace tradewind::generate::chain
